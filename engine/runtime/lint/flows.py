"""Rules on sequence flows: connected, split by gateways only, conditions where they are looked at."""

from lxml import etree

from engine.runtime.lint.expressions import compile_fault
from engine.runtime.lint.finding import Fault, Faults
from engine.runtime.lint.model import (
    CONDITIONAL_GATEWAYS,
    GATEWAYS,
    HUMAN,
    Context,
    Diagram,
    Flow,
    Scope,
    has_cycle,
    id_of,
    label,
)
from engine.runtime.safe_xml import tag_of

_WAITING = HUMAN | {
    "serviceTask",
    "receiveTask",
    "intermediateCatchEvent",
    "eventBasedGateway",
    "subProcess",
    "callActivity",
}


def flow_ends(diagram: Diagram, context: Context) -> Faults:
    for scope in diagram.scopes:
        for flow in scope.flows:
            for end in (flow.source, flow.target):
                if end not in scope.nodes:
                    message = f"连线 {flow.id} 的一端 {end or '（空）'} 不在同一流程内"
                    yield Fault(flow.id, message, "重新连接这条线")


def connected(diagram: Diagram, context: Context) -> Faults:
    for scope, node in diagram.nodes():
        tag, node_id = tag_of(node), id_of(node)
        comes, goes = bool(scope.incoming(node_id)), bool(scope.outgoing(node_id))
        if comes is (tag in ("startEvent", "boundaryEvent")):
            yield Fault(node_id, f"{label(node)}{'不应有' if comes else '没有'}进入的连线", "检查连线")
        if goes is (tag == "endEvent"):
            yield Fault(node_id, f"{label(node)}{'不应有' if goes else '没有'}离开的连线", "检查连线")


def reachable(diagram: Diagram, context: Context) -> Faults:
    """What no way from the start leads to would silently never be read."""
    for scope in diagram.scopes:
        found = scope.reachable(id_of(start) for start in scope.of_kind("startEvent"))
        for node_id, node in scope.nodes.items():
            if node_id not in found:
                yield Fault(node_id, f"{label(node)}从开始事件到达不了", "连接到流程中，或者删除")


def explicit_split(diagram: Diagram, context: Context) -> Faults:
    for scope, node in diagram.nodes():
        if tag_of(node) not in GATEWAYS and len(scope.outgoing(id_of(node))) > 1:
            yield Fault(id_of(node), f"{label(node)}有多条离开的连线", "用网关表示分支")


def conditions_at_gateways(diagram: Diagram, context: Context) -> Faults:
    for scope, node in diagram.nodes():
        if tag_of(node) in CONDITIONAL_GATEWAYS:
            continue
        has_condition = any(flow.condition is not None for flow in scope.outgoing(id_of(node)))
        if has_condition or node.get("default"):
            message = f"{label(node)}的连线带有条件或者默认标记"
            yield Fault(id_of(node), message, "只有排他网关和包容网关的连线可以带条件")


def conditions_complete(diagram: Diagram, context: Context) -> Faults:
    """Every way out has a condition or is the default; and there is a way out for every case."""
    for scope, node in diagram.nodes(*CONDITIONAL_GATEWAYS):
        flows, default = scope.outgoing(id_of(node)), node.get("default")
        if len(flows) == 1 and flows[0].condition is None:
            continue
        yield from _default(node, flows, default)
        for flow in flows:
            if flow.id != default and not flow.condition:
                yield Fault(flow.id, f"{label(node)}的连线 {flow.id} 没有条件", "写上条件，或者设为默认")
        if default is None and not _complementary(flows):
            yield Fault(id_of(node), f"{label(node)}没有默认连线", "把其中一条连线设为默认")


def _default(node: etree._Element, flows: list[Flow], default: str | None) -> Faults:
    chosen = next((flow for flow in flows if flow.id == default), None)
    if default is not None and chosen is None:
        yield Fault(id_of(node), f"{label(node)}的默认连线 {default} 不从它出发", "重新选择默认连线")
    if chosen is not None and chosen.condition is not None:
        yield Fault(chosen.id, f"默认连线 {chosen.id} 不应有条件", "删除条件")


def _complementary(flows: list[Flow]) -> bool:
    """Two conditions, one the negation of the other, leave no case out."""
    texts = [(flow.condition or "").strip() for flow in flows]
    return len(texts) == 2 and any(
        other in (f"not {one}", f"not ({one})") for one, other in (texts, reversed(texts))
    )


def conditions_differ(diagram: Diagram, context: Context) -> Faults:
    for scope, node in diagram.nodes("exclusiveGateway"):
        texts = [flow.condition.strip() for flow in scope.outgoing(id_of(node)) if flow.condition]
        if len(texts) != len(set(texts)):
            yield Fault(id_of(node), f"{label(node)}有两条连线条件相同", "修改条件，使其互不重叠")


def conditions_compile(diagram: Diagram, context: Context) -> Faults:
    for scope in diagram.scopes:
        for flow in scope.flows:
            if flow.condition:
                yield from compile_fault(flow.id, f"连线 {flow.id} 的条件", flow.condition)


def loops_wait(diagram: Diagram, context: Context) -> Faults:
    """A loop in which nothing waits would run until the step budget is used up."""
    for scope in diagram.scopes:
        waiting = [id_of(node) for node in scope.of_kind(*_WAITING)]
        ring = has_cycle(scope.successors, waiting)
        if ring:
            message = f"循环中没有等待点：{'、'.join(ring)}"
            yield Fault(ring[0], message, "循环内至少要有一个任务或者等待事件")


def loops_end(diagram: Diagram, context: Context) -> Faults:
    """A loop that no condition or event ever leaves; the engine would look ahead in it for ever."""
    for scope in diagram.scopes:
        gateways = scope.of_kind(*CONDITIONAL_GATEWAYS, "eventBasedGateway")
        exits = [id_of(node) for node in gateways if len(scope.outgoing(id_of(node))) > 1]
        ring = has_cycle(scope.successors, [*exits, *_interrupted(scope)])
        if ring:
            yield Fault(ring[0], f"循环没有出口：{'、'.join(ring)}", "在循环内用排他网关给出离开的条件")


def _interrupted(scope: Scope) -> set[str]:
    return {str(event.get("attachedToRef", "")) for event in scope.of_kind("boundaryEvent")}


def join_is_reached(diagram: Diagram, context: Context) -> Faults:
    """A parallel gateway waits for all its flows: none may come only from behind itself."""
    for scope, node in diagram.nodes("parallelGateway"):
        begin = [id_of(start) for start in scope.of_kind("startEvent")]
        before = scope.reachable(begin, without=id_of(node))
        late = [flow.id for flow in scope.incoming(id_of(node)) if flow.source not in before]
        if late and len(scope.incoming(id_of(node))) > 1:
            message = f"{label(node)}会永远等待从它自己之后回来的连线 {'、'.join(late)}"
            yield Fault(id_of(node), message, "在并行网关之前用排他网关汇合回来的连线")


def joins_match_splits(diagram: Diagram, context: Context) -> Faults:
    """The ways of an exclusive gateway meet again at a parallel one, which then waits for ever."""
    for scope, join in diagram.nodes("parallelGateway"):
        for split in scope.of_kind("exclusiveGateway"):
            if _meet(scope, split, join):
                message = f"排他网关{label(split)}的分支在并行网关{label(join)}汇合，会永远等待"
                yield Fault(id_of(join), message, "用排他网关汇合排他分支")


def _meet(scope: Scope, split: etree._Element, join: etree._Element) -> bool:
    """Whether two flows into `join` can each be reached only by a different way out of `split`."""
    ways = [scope.reachable([flow.target], without=id_of(join)) for flow in scope.outgoing(id_of(split))]
    begin = [id_of(start) for start in scope.of_kind("startEvent")]
    around = scope.reachable(begin, without=id_of(split))
    inputs = [flow.source for flow in scope.incoming(id_of(join)) if flow.source not in around]
    by_way = [frozenset(index for index, way in enumerate(ways) if source in way) for source in inputs]
    direct = [flow.target for flow in scope.outgoing(id_of(split))].count(id_of(join))
    return direct > 1 or any(
        one and other and not one & other
        for position, one in enumerate(by_way)
        for other in by_way[:position]
    )
