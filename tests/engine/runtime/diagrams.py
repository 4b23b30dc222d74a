"""Small BPMN diagrams for tests: elements as fragments, flows as arrows, lanes and layout by the builder."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from lxml import etree

from engine.runtime import Definition, Source, load_definitions
from engine.runtime.safe_xml import BPMN, BPMNDI, HEDUI

POST = "审核岗"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
_NAMESPACES = (
    f'xmlns="{BPMN}" xmlns:bpmn="{BPMN}" xmlns:bpmndi="{BPMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}" '
    f'xmlns:hedui="{HEDUI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_NODES = ("Event", "Task", "task", "Gateway", "subProcess", "callActivity", "SubProcess", "transaction")


def node(tag: str, id: str, inner: str = "", **attributes: str) -> str:
    """Any element; what is one of `ours` becomes an attribute of our namespace."""
    ours = ("operation", "decision", "result", "form", "apart", "paper")
    named = {f"hedui:{key}" if key in ours else key: value for key, value in attributes.items()}
    written = "".join(f' {key}="{_escaped(value)}"' for key, value in {"name": f"名{id}", **named}.items())
    return f'<{tag} id="{id}"{written}>{inner}</{tag}>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def start(id: str = "start", inner: str = "") -> str:
    return node("startEvent", id, inner)


def end(id: str = "done", inner: str = "") -> str:
    return node("endEvent", id, inner)


def user(id: str, inner: str = "", form: str = "review", tag: str = "userTask", **attributes: str) -> str:
    return node(tag, id, inner, form=form, **attributes)


def service(id: str, inner: str = "", operation: str = "query_source", **attributes: str) -> str:
    return node("serviceTask", id, inner, operation=operation, **attributes)


def rules(id: str, decision: str, **attributes: str) -> str:
    return node("businessRuleTask", id, decision=decision, **attributes)


def exclusive(id: str) -> str:
    return node("exclusiveGateway", id)


def parallel(id: str) -> str:
    return node("parallelGateway", id)


def inclusive(id: str) -> str:
    return node("inclusiveGateway", id)


def boundary(id: str, attached: str, inner: str, cancel: bool = True) -> str:
    return node("boundaryEvent", id, inner, attachedToRef=attached, cancelActivity=str(cancel).lower())


def catch(id: str, inner: str) -> str:
    return node("intermediateCatchEvent", id, inner)


def receive(id: str, message: str) -> str:
    return node("receiveTask", id, messageRef=message)


def call(id: str, process_id: str, inner: str = "") -> str:
    return node("callActivity", id, inner, calledElement=process_id)


def sub(id: str, *elements: str, flows: str, inner: str = "") -> str:
    return node("subProcess", id, inner + "".join(elements) + _flows(flows))


def message_event(reference: str) -> str:
    return f'<messageEventDefinition id="on_{reference}" messageRef="{reference}"/>'


def error_event(reference: str = "") -> str:
    return f'<errorEventDefinition errorRef="{reference}"/>' if reference else "<errorEventDefinition/>"


def timer(expression: str, kind: str = "timeDuration") -> str:
    written = f'<{kind} xsi:type="tFormalExpression">{_escaped(expression)}</{kind}>'
    return f"<timerEventDefinition>{written}</timerEventDefinition>"


def each(
    items: str, item: str, results: str = "", result: str = "", sequential: bool = False, until: str = ""
) -> str:
    """Multi-instance over a list; `results` collects the variable `result` of each instance."""
    output = f"<loopDataOutputRef>{results}</loopDataOutputRef>" if results else ""
    output_item = f'<outputDataItem id="{result}"/>' if result else ""
    condition = f"<completionCondition>{_escaped(until)}</completionCondition>" if until else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<loopDataInputRef>{items}</loopDataInputRef>{output}"
        f'<inputDataItem id="{item}"/>{output_item}{condition}</multiInstanceLoopCharacteristics>'
    )


def times(number: str, results: str = "", result: str = "", sequential: bool = False) -> str:
    output = f"<loopDataOutputRef>{results}</loopDataOutputRef>" if results else ""
    output_item = f'<outputDataItem id="{result}"/>' if result else ""
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">'
        f"<loopCardinality>{number}</loopCardinality>{output}{output_item}</multiInstanceLoopCharacteristics>"
    )


def loop(condition: str, maximum: int = 100, before: bool = False) -> str:
    return (
        f'<standardLoopCharacteristics loopMaximum="{maximum}" testBefore="{str(before).lower()}">'
        f"<loopCondition>{_escaped(condition)}</loopCondition></standardLoopCharacteristics>"
    )


def _flows(text: str) -> str:
    """Arrows, one chain per line: `a -> b -> c`; the last may carry `: condition` or `: default`."""
    written = []
    for line in filter(None, (part.strip() for part in text.splitlines())):
        chain, _, condition = line.partition(" : ")
        names = [name.strip() for name in chain.split("->")]
        for source, target in pairwise(names):
            is_conditional = bool(condition) and target == names[-1] and source == names[-2]
            written.append(_flow(source, target, condition if is_conditional else ""))
    return "".join(written)


def _flow(source: str, target: str, condition: str) -> str:
    attributes = f'id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}"'
    if condition == "default":
        return f'<sequenceFlow {attributes} class="default"/>'
    if not condition:
        return f"<sequenceFlow {attributes}/>"
    written = f'<conditionExpression xsi:type="tFormalExpression">{_escaped(condition)}</conditionExpression>'
    return f"<sequenceFlow {attributes}>{written}</sequenceFlow>"


def document(
    *elements: str,
    flows: str,
    process_id: str = "main",
    messages: Iterable[str] = (),
    errors: Mapping[str, str] | None = None,
    outside: str = "",
    lane: str = POST,
    attributes: str = 'isExecutable="true"',
) -> bytes:
    """A BPMN file with one process, one lane and a shape for every node."""
    declared = "".join(f'<message id="{name}" name="{name}"/>' for name in messages)
    declared += "".join(f'<error id="{id}" errorCode="{code}"/>' for id, code in (errors or {}).items())
    text = (
        f'<definitions {_NAMESPACES} id="definitions_{process_id}" targetNamespace="u">{declared}{outside}'
        f'<process id="{process_id}" name="流程" {attributes}><laneSet id="lanes_{process_id}">'
        f'<lane id="lane_{process_id}" name="{lane}"/></laneSet>{"".join(elements)}{_flows(flows)}</process>'
        f'<bpmndi:BPMNDiagram id="di_{process_id}"><bpmndi:BPMNPlane bpmnElement="{process_id}"/>'
        "</bpmndi:BPMNDiagram></definitions>"
    )
    root = etree.fromstring(text.encode())
    _finish(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _finish(root: etree._Element) -> None:
    """Write what an editor would: default flows at their gateway, members of the lane, shapes and edges."""
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        if flow.attrib.pop("class", None):
            gateway = root.find(f".//*[@id='{flow.get('sourceRef')}']")
            assert gateway is not None
            gateway.set("default", str(flow.get("id")))
    lane = root.find(f".//{{{BPMN}}}lane")
    plane = root.find(f".//{{{BPMNDI}}}BPMNPlane")
    assert lane is not None
    assert plane is not None
    for index, element in enumerate(flow_nodes(root)):
        etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = element.get("id")
        shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", bpmnElement=str(element.get("id")))
        etree.SubElement(shape, f"{{{DC}}}Bounds", x=str(100 * index), y="100", width="80", height="60")
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", bpmnElement=str(flow.get("id")))


def flow_nodes(root: etree._Element) -> Sequence[etree._Element]:
    return [item for item in root.iter(f"{{{BPMN}}}*") if str(item.tag).endswith(_NODES) and item.get("id")]


def source(*elements: str, flows: str, name: str = "main.bpmn", **settings: object) -> Source:
    return Source(name, document(*elements, flows=flows, **settings))  # type: ignore[arg-type]  # passed on


def define(*elements: str, flows: str, also: Sequence[Source] = (), **settings: object) -> Definition:
    """The definition of process `main`, with whatever other sources it needs."""
    return load_definitions([source(*elements, flows=flows, **settings), *also])["main"]


def table(
    decision_id: str,
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[tuple[Sequence[str], Sequence[str]]],
    policy: str = "UNIQUE",
) -> Source:
    """A DMN file with one decision table."""
    columns = "".join(
        f'<input id="{decision_id}_i{number}"><inputExpression id="{decision_id}_e{number}">'
        f"<text>{_escaped(text)}</text></inputExpression></input>"
        for number, text in enumerate(inputs)
    )
    columns += "".join(f'<output id="{decision_id}_{name}" name="{name}"/>' for name in outputs)
    lines = "".join(
        f'<rule id="{decision_id}_r{number}">'
        + "".join(f"<inputEntry><text>{_escaped(cell)}</text></inputEntry>" for cell in conditions)
        + "".join(f"<outputEntry><text>{_escaped(cell)}</text></outputEntry>" for cell in results)
        + "</rule>"
        for number, (conditions, results) in enumerate(rows)
    )
    text = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dmn" name="表" namespace="u">'
        f'<decision id="{decision_id}" name="决策"><decisionTable id="{decision_id}_t" hitPolicy="{policy}">'
        f"{columns}{lines}</decisionTable></decision></definitions>"
    )
    return Source(f"{decision_id}.dmn", text.encode())
