"""Rules on events: only what the engine really waits for or does, and references that lead somewhere."""

from datetime import UTC, datetime

from lxml import etree

from engine.runtime.durations import after
from engine.runtime.errors import ProcessFault
from engine.runtime.events import DateTimer, DurationTimer
from engine.runtime.expressions import compile_expression
from engine.runtime.lint.expressions import compile_fault
from engine.runtime.lint.finding import Fault, Faults
from engine.runtime.lint.model import (
    ACTIVITIES,
    EVENTS,
    Context,
    Diagram,
    Scope,
    child,
    definitions_of,
    id_of,
    label,
)
from engine.runtime.safe_xml import tag_of, text_of

ALLOWED = {
    "startEvent": (),
    "endEvent": ("errorEventDefinition", "terminateEventDefinition"),
    "intermediateCatchEvent": ("messageEventDefinition", "timerEventDefinition"),
    "intermediateThrowEvent": (),
    "boundaryEvent": ("messageEventDefinition", "timerEventDefinition", "errorEventDefinition"),
}
_INSTEAD = {
    "linkEventDefinition": "直接连线，引擎会把链接事件当作普通通过",
    "compensateEventDefinition": "画出补救的分支，引擎不执行补偿",
    "signalEventDefinition": "改用消息，由平台送达指定的业务",
    "conditionalEventDefinition": "改用排他网关或者消息",
    "escalationEventDefinition": "改用错误事件或者消息",
    "cancelEventDefinition": "改用错误事件",
    "messageEventDefinition": "发送用服务任务；流程由平台启动，用普通开始事件",
    "timerEventDefinition": "流程由平台启动，用普通开始事件",
}
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_FAILING = ("serviceTask", "subProcess", "callActivity")


def event_kinds(diagram: Diagram, context: Context) -> Faults:
    """What the engine would silently pass through, broadcast or not do is refused."""
    for _, node in diagram.nodes(*EVENTS):
        found = [tag_of(item) for item in definitions_of(node)]
        for tag in found:
            if tag not in ALLOWED[tag_of(node)]:
                remedy = _INSTEAD.get(tag, "改用支持的事件")
                yield Fault(id_of(node), f"{label(node)}的 {tag} 在这里不支持", remedy)
        if len(found) > 1:
            yield Fault(id_of(node), f"{label(node)}有多个事件定义", "一个事件只等待一件事")
        if not found and tag_of(node) in ("boundaryEvent", "intermediateCatchEvent"):
            yield Fault(id_of(node), f"{label(node)}没有说明等待什么", "选择消息、定时或者错误")


def messages(diagram: Diagram, context: Context) -> Faults:
    for _, node in diagram.nodes():
        waits = [item for item in definitions_of(node) if tag_of(item) == "messageEventDefinition"]
        for element in [node] if tag_of(node) == "receiveTask" else waits:
            message = diagram.messages.get(str(element.get("messageRef", "")))
            if message is None or not str(message.get("name", "")).strip():
                yield Fault(id_of(node), f"{label(node)}没有指明有名称的消息", "定义消息并选择它")


def errors(diagram: Diagram, context: Context) -> Faults:
    for _, node in diagram.nodes("boundaryEvent", "endEvent"):
        for element in definitions_of(node):
            if tag_of(element) != "errorEventDefinition":
                continue
            reference = str(element.get("errorRef", ""))
            catches_all = not reference and tag_of(node) == "boundaryEvent"
            error = diagram.errors.get(reference)
            if not catches_all and (error is None or not error.get("errorCode")):
                yield Fault(id_of(node), f"{label(node)}没有指明有代码的错误", "定义错误及其代码并选择它")


def boundaries(diagram: Diagram, context: Context) -> Faults:
    for scope, node in diagram.nodes("boundaryEvent"):
        activity = scope.nodes.get(str(node.get("attachedToRef", "")))
        if activity is None or tag_of(activity) not in ACTIVITIES:
            yield Fault(id_of(node), f"{label(node)}没有附着在任务上", "把边界事件放到任务的边框上")
        elif _catches_error(node) and tag_of(activity) not in _FAILING:
            message = f"{label(node)}附着的任务不会发生错误"
            yield Fault(id_of(node), message, "错误边界事件只用于服务任务、子流程和调用活动")
        if _catches_error(node) and node.get("cancelActivity") == "false":
            yield Fault(id_of(node), f"{label(node)}不能是非中断的", "错误边界事件总是中断任务")


def _catches_error(node: etree._Element) -> bool:
    return any(tag_of(item) == "errorEventDefinition" for item in definitions_of(node))


def one_handler(diagram: Diagram, context: Context) -> Faults:
    seen: set[tuple[str, str]] = set()
    for _, node in diagram.nodes("boundaryEvent"):
        for element in definitions_of(node):
            if tag_of(element) != "errorEventDefinition":
                continue
            error = diagram.errors.get(str(element.get("errorRef", "")))
            code = str(error.get("errorCode", "")) if error is not None else ""
            place = (str(node.get("attachedToRef", "")), code)
            if place in seen:
                yield Fault(id_of(node), f"{label(node)}与另一个边界事件处理同一错误", "合并这两个边界事件")
            seen.add(place)


def event_gateways(diagram: Diagram, context: Context) -> Faults:
    for scope, node in diagram.nodes("eventBasedGateway"):
        targets = [scope.nodes.get(flow.target) for flow in scope.outgoing(id_of(node))]
        for target in targets:
            tag = tag_of(target) if target is not None else ""
            if tag not in ("intermediateCatchEvent", "receiveTask"):
                message = f"{label(node)}之后只能是等待事件或者接收任务"
                yield Fault(id_of(node), message, "在分支开头画消息或者定时等待事件")
            elif target is not None and len(scope.incoming(id_of(target))) != 1:
                message = f"{label(target)}除了事件网关还有别的进入连线"
                yield Fault(id_of(target), message, "另画一个等待事件")
            elif target is not None and _has_boundary(scope, id_of(target)):
                message = f"事件网关之后的{label(target)}不能有边界事件"
                yield Fault(id_of(target), message, "改用事件网关的另一条分支")


def _has_boundary(scope: Scope, node_id: str) -> bool:
    return any(event.get("attachedToRef") == node_id for event in scope.of_kind("boundaryEvent"))


def timers(diagram: Diagram, context: Context) -> Faults:
    for _, node in diagram.nodes("intermediateCatchEvent", "boundaryEvent"):
        for element in definitions_of(node):
            if tag_of(element) == "timerEventDefinition":
                yield from _timer(node, element)


def _timer(node: etree._Element, element: etree._Element) -> Faults:
    times = [item for tag in ("timeDate", "timeDuration") if (item := child(element, tag)) is not None]
    if len(times) != 1 or child(element, "timeCycle") is not None:
        message = f"{label(node)}需要一个日期或者一个时长"
        yield Fault(id_of(node), message, "填写日期或者时长；重复提醒请用循环表示")
        return
    text, is_duration = text_of(times[0]), tag_of(times[0]) == "timeDuration"
    faults = list(compile_fault(id_of(node), f"{label(node)}的时间", text, is_duration))
    if not faults and _is_wrong(is_duration, text):
        remedy = '时长写成带引号的文字，例如 "P10D"，或者 working_days(10)；日期写变量或者 "2026-11-21"'
        faults = [Fault(id_of(node), f"{label(node)}的时间 {text} 无法识别", remedy)]
    yield from faults


def _is_wrong(is_duration: bool, text: str) -> bool:
    """Whether a time without variables is none. `P1D` without quotes reads as a variable: refused too."""
    expression = compile_expression(text)
    if expression.names:
        return is_duration and _is_duration(text)
    timer = DurationTimer("", text) if is_duration else DateTimer("", text)
    try:
        timer.limit(expression.evaluate({}), _SOME_DAY)
    except ProcessFault:
        return True
    return False


def _is_duration(text: str) -> bool:
    try:
        after(_SOME_DAY, text)
    except ProcessFault:
        return False
    return True
