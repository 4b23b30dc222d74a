"""Rules on the drawing: whoever opens a diagram must see everything that runs."""

from engine.runtime.lint.finding import Fault, Faults
from engine.runtime.lint.model import Context, Diagram, id_of, label
from engine.runtime.safe_xml import BPMNDI


def shapes(diagram: Diagram, context: Context) -> Faults:
    drawn = _drawn(diagram, "BPMNShape")
    for _, node in diagram.nodes():
        if id_of(node) not in drawn:
            yield Fault(id_of(node), f"{label(node)}没有画在图上", "在编辑器中补画该元素")


def edges(diagram: Diagram, context: Context) -> Faults:
    drawn = _drawn(diagram, "BPMNEdge")
    for scope in diagram.scopes:
        for flow in scope.flows:
            if flow.id not in drawn:
                yield Fault(flow.id, f"连线 {flow.id} 没有画在图上", "在编辑器中补画该连线")


def _drawn(diagram: Diagram, tag: str) -> set[str]:
    return {str(item.get("bpmnElement", "")) for item in diagram.root.iter(f"{{{BPMNDI}}}{tag}")}
