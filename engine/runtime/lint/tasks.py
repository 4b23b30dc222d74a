"""Rules on tasks: who does them, with which form, operation, decision or called process."""

from collections.abc import Collection

from lxml import etree

from engine.runtime.lint.finding import Fault, Faults
from engine.runtime.lint.model import ACTIVITIES, EVENTS, HUMAN, Context, Diagram, child, id_of, label
from engine.runtime.safe_xml import BPMN, hedui, tag_of, text_of

PRINTING = (ACTIVITIES | EVENTS) - {"subProcess", "callActivity"}


def operations(diagram: Diagram, context: Context) -> Faults:
    for _, node in diagram.nodes("serviceTask"):
        yield from _named(node, "operation", "操作", context.vocabulary.operations)


def forms(diagram: Diagram, context: Context) -> Faults:
    for _, node in diagram.nodes(*HUMAN):
        yield from _named(node, "form", "表单", context.vocabulary.forms)


def _named(node: etree._Element, attribute: str, word: str, known: Collection[str] | None) -> Faults:
    value = hedui(node, attribute)
    if not value:
        yield Fault(id_of(node), f"{label(node)}没有指明{word}", f"设置属性 hedui:{attribute}")
    elif known is not None and value not in known:
        yield Fault(id_of(node), f"{label(node)}的{word} {value} 不存在", f"可用的{word}：{_listed(known)}")


def people_apart(diagram: Diagram, context: Context) -> Faults:
    """A misspelt name would let one person do both without anybody noticing (MZ/T 072-2016 6.1 b)."""
    known = {id_of(node) for other in context.diagrams for _, node in other.nodes(*HUMAN)}
    for _, node in diagram.nodes(*HUMAN):
        for name in (hedui(node, "apart") or "").split():
            if name not in known - {id_of(node)}:
                message = f"{label(node)}应与 {name} 由不同的人办理，但没有这个人工任务"
                yield Fault(id_of(node), message, f"可用的人工任务：{_listed(known - {id_of(node)})}")


def decisions(diagram: Diagram, context: Context) -> Faults:
    for _, node in diagram.nodes("businessRuleTask", "serviceTask"):
        value, known = hedui(node, "decision"), context.vocabulary.decisions
        if not value and tag_of(node) == "businessRuleTask":
            yield Fault(id_of(node), f"{label(node)}没有指明决策表", "设置属性 hedui:decision")
        elif not _is_name(hedui(node, "result") or "unnamed"):
            message = f"{label(node)}的结果变量 {hedui(node, 'result')} 不是变量名"
            yield Fault(id_of(node), message, "用字母开头的变量名，或者删除 hedui:result")
        elif value and (value not in context.decisions or (known is not None and value not in known)):
            remedy = f"可用的决策表：{_listed(context.decisions)}"
            yield Fault(id_of(node), f"{label(node)}的决策表 {value} 不存在", remedy)


def papers(diagram: Diagram, context: Context) -> Faults:
    """What is printed comes of something that happens, and of it once."""
    known = context.vocabulary.papers
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        value = hedui(element, "paper")
        if value and tag_of(element) not in PRINTING:
            message = f"{label(element)}不能指明文书"
            yield Fault(id_of(element), message, "把 hedui:paper 设在任务或者事件上")
        elif value and known is not None and value not in known:
            yield Fault(
                id_of(element), f"{label(element)}的文书 {value} 不存在", f"可用的文书：{_listed(known)}"
            )


def _is_name(text: str) -> bool:
    return text.isidentifier() and not text.startswith("_")


def posts(diagram: Diagram, context: Context) -> Faults:
    """A person's task lies in exactly one lane, whose name is a post."""
    lanes = _lanes(diagram)
    known = context.vocabulary.lanes
    for _, node in diagram.nodes(*HUMAN):
        names = lanes.get(_laned(node, lanes), [])
        if len(names) != 1 or not names[0]:
            yield Fault(id_of(node), f"{label(node)}不在唯一的有名称的泳道内", "把任务放进岗位的泳道")
        elif known is not None and names[0] not in known:
            yield Fault(id_of(node), f"泳道“{names[0]}”不是岗位", f"可用的岗位：{_listed(known)}")


def _lanes(diagram: Diagram) -> dict[str, list[str]]:
    """The names of the lanes each node lies in."""
    found: dict[str, list[str]] = {}
    for reference in diagram.root.iter(f"{{{BPMN}}}flowNodeRef"):
        lane = reference.getparent()
        name = str(lane.get("name", "")).strip() if lane is not None else ""
        found.setdefault(text_of(reference), []).append(name)
    return found


def _laned(node: etree._Element, lanes: Collection[str]) -> str:
    """The node itself, or the sub-process around it, whichever lies in a lane."""
    around = [item for item in node.iterancestors() if tag_of(item) == "subProcess"]
    return next((id_of(item) for item in [node, *around] if id_of(item) in lanes), "")


def lane_members(diagram: Diagram, context: Context) -> Faults:
    nodes = {id_of(node) for _, node in diagram.nodes()}
    for reference in diagram.root.iter(f"{{{BPMN}}}flowNodeRef"):
        if text_of(reference) not in nodes:
            lane = reference.getparent()
            lane_id = id_of(lane) if lane is not None else ""
            yield Fault(lane_id, f"泳道引用了不存在的元素 {text_of(reference)}", "在编辑器中重新保存该图")


def nested_lanes(diagram: Diagram, context: Context) -> Faults:
    for lane in diagram.root.iter(f"{{{BPMN}}}lane"):
        if child(lane, "childLaneSet") is not None:
            yield Fault(id_of(lane), f"泳道{label(lane)}内还有泳道", "一个岗位一条泳道，不要嵌套")


def called_processes(diagram: Diagram, context: Context) -> Faults:
    for _, node in diagram.nodes("callActivity"):
        called = context.processes.get(str(node.get("calledElement", "")))
        if called is None:
            message = f"{label(node)}调用的流程 {node.get('calledElement', '（空）')} 不存在"
            yield Fault(id_of(node), message, f"可用的流程：{_listed(context.processes)}")


def call_cycles(diagram: Diagram, context: Context) -> Faults:
    for process in diagram.processes:
        begin = id_of(process)
        seen: set[str] = set()
        pending = _calls(process)
        while pending:
            called = pending.pop()
            if called not in seen and called in context.processes:
                seen.add(called)
                pending += _calls(context.processes[called])
        if begin in seen:
            yield Fault(begin, f"流程{label(process)}直接或者间接调用了自己", "断开调用的循环")


def _calls(process: etree._Element) -> list[str]:
    return [str(node.get("calledElement", "")) for node in process.iter(f"{{{BPMN}}}callActivity")]


def _listed(names: Collection[str]) -> str:
    return "、".join(sorted(names)) or "（无）"
