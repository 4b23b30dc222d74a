"""Rules on repeated activities and on variables that several places write."""

from collections.abc import Iterator

from lxml import etree

from engine.runtime.lint.expressions import compile_fault
from engine.runtime.lint.finding import Fault, Faults
from engine.runtime.lint.model import Context, Diagram, Scope, child, id_of, label, loop_of
from engine.runtime.loops import MAX_INSTANCES
from engine.runtime.safe_xml import BPMN, hedui, tag_of, text_of


def repetition_input(diagram: Diagram, context: Context) -> Faults:
    """Exactly one of list and number."""
    for node, loop in _repeated(diagram):
        items, number = text_of(child(loop, "loopDataInputRef")), text_of(child(loop, "loopCardinality"))
        if bool(items) is bool(number):
            message = f"{label(node)}需要列表变量或者次数，且只能有一个"
            yield Fault(id_of(node), message, "填写 loopDataInputRef 或者 loopCardinality")
        if number:
            yield from compile_fault(id_of(node), f"{label(node)}的次数", number)
        if number.isascii() and number.isdigit() and int(number) > MAX_INSTANCES:
            yield Fault(id_of(node), f"{label(node)}重复 {number} 次", f"最多 {MAX_INSTANCES} 次")


def repetition_output(diagram: Diagram, context: Context) -> Faults:
    """A list of results and the result of one instance, or neither."""
    for node, loop in _repeated(diagram):
        results, result = text_of(child(loop, "loopDataOutputRef")), _item(loop, "outputDataItem")
        if bool(results) is not bool(result):
            message = f"{label(node)}的结果列表和单项结果必须同时填写"
            yield Fault(id_of(node), message, "填写 loopDataOutputRef 和 outputDataItem，或者都不填")
        condition = child(loop, "completionCondition")
        if condition is not None:
            yield from compile_fault(id_of(node), f"{label(node)}的完成条件", text_of(condition))


def repetition_names(diagram: Diagram, context: Context) -> Faults:
    """The names of an instance's own variables are used for nothing else."""
    for node, loop in _repeated(diagram):
        own = [name for tag in ("inputDataItem", "outputDataItem") if (name := _item(loop, tag))]
        lists = [text_of(child(loop, tag)) for tag in ("loopDataInputRef", "loopDataOutputRef")]
        used = _written(diagram, context) | _outer_items(node) | {name for name in lists if name}
        clashes = {name for name in own if name in used or own.count(name) > 1}
        if lists[0] and lists[0] == lists[1]:
            clashes.add(lists[0])
        for name in sorted(clashes):
            yield Fault(id_of(node), f"{label(node)}的变量 {name} 已有别的用途", "换一个没有用过的变量名")


def standard_loops(diagram: Diagram, context: Context) -> Faults:
    for _, node in diagram.nodes():
        loop = child(node, "standardLoopCharacteristics")
        if loop is None:
            continue
        maximum = str(loop.get("loopMaximum", ""))
        if not (maximum.isascii() and maximum.isdigit() and 1 <= int(maximum) <= MAX_INSTANCES):
            message = f"循环任务{label(node)}没有 1 到 {MAX_INSTANCES} 的最大次数"
            yield Fault(id_of(node), message, "填写 loopMaximum")
        condition = child(loop, "loopCondition")
        if condition is not None:
            yield from compile_fault(id_of(node), f"{label(node)}的循环条件", text_of(condition))


def branches_write_apart(diagram: Diagram, context: Context) -> Faults:
    """Parallel branches that write one variable would overwrite each other where they join."""
    for scope in diagram.scopes:
        for gateway in scope.of_kind("parallelGateway", "inclusiveGateway"):
            for name in sorted(_written_twice(scope, id_of(gateway), context)):
                message = f"{label(gateway)}之后有两个并行分支都写变量 {name}"
                yield Fault(id_of(gateway), message, "每个分支用自己的变量，或者改用多实例任务收集")


def _written_twice(scope: Scope, gateway_id: str, context: Context) -> set[str]:
    ways = [scope.reachable([flow.target], without=gateway_id) for flow in scope.outgoing(gateway_id)]
    written: list[set[str]] = []
    for index, way in enumerate(ways):
        others = [other for position, other in enumerate(ways) if position != index]
        apart = way.difference(*others) if others else set()
        names: set[str] = set()
        for node_id in apart & scope.nodes.keys():
            names |= _writes(scope.nodes[node_id], context)
        written.append(names)
    return {name for names in written for name in names if sum(name in other for other in written) > 1}


def _writes(node: etree._Element, context: Context) -> set[str]:
    """The variables that are known to come out of a node."""
    loop = loop_of(node)
    if loop is not None:
        return {text_of(child(loop, "loopDataOutputRef"))} - {""}
    if tag_of(node) == "businessRuleTask":
        result = hedui(node, "result")
        return {result} if result else set(context.decisions.get(hedui(node, "decision"), ()))
    return set()


def _written(diagram: Diagram, context: Context) -> set[str]:
    return {name for _, node in diagram.nodes() for name in _writes(node, context)}


def _outer_items(node: etree._Element) -> set[str]:
    loops = [loop for item in node.iterancestors() if (loop := loop_of(item)) is not None]
    return {_item(loop, tag) for loop in loops for tag in ("inputDataItem", "outputDataItem")} - {""}


def _repeated(diagram: Diagram) -> Iterator[tuple[etree._Element, etree._Element]]:
    for _, node in diagram.nodes():
        loop = loop_of(node)
        if loop is not None:
            yield node, loop


def _item(loop: etree._Element, tag: str) -> str:
    """The variable of an instance; the engine reads its id."""
    element = child(loop, tag)
    return id_of(element) if element is not None else ""


def documents(diagram: Diagram, context: Context) -> Faults:
    """Documents and stores on a diagram are for the reader, but they lead somewhere."""
    declared = {
        id_of(element)
        for tag in (
            "dataObject",
            "dataStore",
            "dataObjectReference",
            "dataStoreReference",
            "dataInput",
            "dataOutput",
        )
        for element in diagram.root.iter(f"{{{BPMN}}}{tag}")
    }
    for tag, attribute in (("dataObjectReference", "dataObjectRef"), ("dataStoreReference", "dataStoreRef")):
        for element in diagram.root.iter(f"{{{BPMN}}}{tag}"):
            reference = element.get(attribute)
            if tag == "dataObjectReference" or reference is not None:
                yield from _dangling(element, str(reference or ""), declared)
    for tag, part in (("dataInputAssociation", "sourceRef"), ("dataOutputAssociation", "targetRef")):
        for element in diagram.root.iter(f"{{{BPMN}}}{tag}"):
            yield from _dangling(element, text_of(child(element, part)), declared)


def _dangling(element: etree._Element, reference: str, declared: set[str]) -> Faults:
    if reference not in declared:
        message = f"{label(element)}引用的文档 {reference or '（空）'} 不存在"
        yield Fault(id_of(element), message, "重新连接，或者删除该文档")
