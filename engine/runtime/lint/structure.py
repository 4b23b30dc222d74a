"""Rules on what a process consists of: known elements, one beginning, an end, ids of its own."""

from collections import Counter
from collections.abc import Iterator

from engine.runtime.lint.finding import Fault, Faults
from engine.runtime.lint.model import SUPPORTED, Context, Diagram, child, id_of, label
from engine.runtime.safe_xml import BPMN, namespace_of, tag_of

_BESIDES = frozenset(
    {
        "sequenceFlow",
        "laneSet",
        "documentation",
        "extensionElements",
        "textAnnotation",
        "association",
        "group",
        "category",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "ioSpecification",
        "incoming",
        "outgoing",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "dataInputAssociation",
        "dataOutputAssociation",
        "property",
        "auditing",
        "monitoring",
        "supportedInterfaceRef",
        "correlationSubscription",
    }
)
_INSTEAD = {
    "task": "指明任务类型：用户任务、人工任务、服务任务或者业务规则任务",
    "scriptTask": "改用服务任务，计算写在平台的操作里",
    "sendTask": "改用服务任务发送",
    "complexGateway": "改用排他、包容或者并行网关",
    "transaction": "改用普通子流程和错误边界事件",
    "adHocSubProcess": "画出顺序，或者改用多实例任务",
}


def known_elements(diagram: Diagram, context: Context) -> Faults:
    """An element the engine does not know is refused, not passed through."""
    for scope in diagram.scopes:
        for element in scope.element:
            tag = tag_of(element)
            if namespace_of(element) == BPMN and tag not in SUPPORTED | _BESIDES:
                remedy = _INSTEAD.get(tag, "删除该元素，或者改用支持的元素")
                yield Fault(id_of(element), f"{label(element)}是不支持的元素 {tag}", remedy)


def event_sub_process(diagram: Diagram, context: Context) -> Faults:
    """The engine would start it without interrupting the main flow."""
    for _, node in diagram.nodes("subProcess"):
        if node.get("triggeredByEvent") == "true":
            remedy = "改用边界事件引出处理分支"
            yield Fault(id_of(node), f"{label(node)}是事件子流程，不会中断主流程", remedy)


def executable(diagram: Diagram, context: Context) -> Faults:
    if not diagram.processes:
        yield Fault("", "文件里没有流程", "至少画一个流程")
    for process in diagram.processes:
        if process.get("isExecutable") != "true":
            yield Fault(id_of(process), f"流程{label(process)}没有设为可执行", "在流程属性中勾选“可执行”")


def one_start(diagram: Diagram, context: Context) -> Faults:
    for scope in diagram.scopes:
        starts = list(scope.of_kind("startEvent"))
        if len(starts) != 1:
            remedy = "每个流程和子流程恰好画一个开始事件"
            yield Fault(scope.id, f"{label(scope.element)}有 {len(starts)} 个开始事件", remedy)


def an_end(diagram: Diagram, context: Context) -> Faults:
    for scope in diagram.scopes:
        if next(scope.of_kind("endEvent"), None) is None:
            yield Fault(scope.id, f"{label(scope.element)}没有结束事件", "每条路径以结束事件结束")


def unique_ids(diagram: Diagram, context: Context) -> Faults:
    """Once in a file; over all files what the engine looks up by id alone and means something else there."""
    here = Counter(id_of(element) for element in diagram.root.iter(f"{{{BPMN}}}*") if id_of(element))
    for element_id, count in here.items():
        if count > 1:
            yield Fault(element_id, f"标识 {element_id} 在文件中出现 {count} 次", "每个元素使用唯一的标识")
    elsewhere = {
        item: text for other in context.diagrams if other is not diagram for item, text in _global(other)
    }
    for element_id, meaning in _global(diagram):
        if elsewhere.get(element_id, meaning) != meaning:
            yield Fault(element_id, f"标识 {element_id} 在另一个文件中已使用", "换一个标识")


def _global(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """Ids that are looked up over all files, with what they mean there."""
    for scope in diagram.scopes:
        yield scope.id, diagram.file
    for element in [*diagram.messages.values(), *diagram.errors.values()]:
        yield id_of(element), f"{element.get('name')} {element.get('errorCode')}"


def has_an_id(diagram: Diagram, context: Context) -> Faults:
    for scope in diagram.scopes:
        for element in scope.element:
            if tag_of(element) in SUPPORTED | {"sequenceFlow"} and not id_of(element):
                yield Fault(scope.id, f"一个 {tag_of(element)} 没有标识", "给元素设置标识")


def extension_ids(diagram: Diagram, context: Context) -> Faults:
    """The engine looks up targets of flows by id among all elements, those of extensions too."""
    nodes = {id_of(node) for _, node in diagram.nodes()}
    for extensions in diagram.root.iter(f"{{{BPMN}}}extensionElements"):
        for element in extensions.iter():
            if id_of(element) in nodes:
                message = f"扩展元素的标识 {id_of(element)} 与图中元素相同"
                yield Fault(id_of(element), message, "给扩展元素换一个标识，或者删除它")


def scripts(diagram: Diagram, context: Context) -> Faults:
    """No code in diagrams, in whatever extension."""
    for element in diagram.root.iter():
        if tag_of(element).lower() in ("prescript", "postscript", "script"):
            owner = next((item for item in element.iterancestors() if item.get("id")), diagram.root)
            yield Fault(id_of(owner), f"{label(owner)}带有脚本", "删除脚本，改用服务任务或者决策表")


def io_specification(diagram: Diagram, context: Context) -> Faults:
    """On a task it would drop all other variables for the rest of the process."""
    for _, node in diagram.nodes():
        if child(node, "ioSpecification") is not None:
            remedy = "删除；只在被调用的流程上声明输入输出"
            yield Fault(id_of(node), f"{label(node)}声明了输入输出", remedy)
