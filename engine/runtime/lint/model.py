"""A BPMN file as the rules look at it: scopes with nodes and flows, and what the other files offer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from engine.runtime.lint.finding import Vocabulary
from engine.runtime.safe_xml import BPMN, tag_of, text_of

GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"})
CONDITIONAL_GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway"})
HUMAN = frozenset({"userTask", "manualTask"})
ACTIVITIES = HUMAN | {"serviceTask", "businessRuleTask", "receiveTask", "subProcess", "callActivity"}
EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
SUPPORTED = GATEWAYS | ACTIVITIES | EVENTS
UNSUPPORTED = frozenset(
    {"task", "scriptTask", "sendTask", "complexGateway", "transaction", "adHocSubProcess", "callChoreography"}
)
NODES = SUPPORTED | UNSUPPORTED


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


class Scope:
    """A process or a sub-process: its own nodes and flows, without those of sub-processes in it."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self.id = id_of(element)
        self.nodes = {id_of(child): child for child in element if tag_of(child) in NODES}
        self.flows = [_flow(child) for child in element if tag_of(child) == "sequenceFlow"]

    def of_kind(self, *tags: str) -> Iterator[etree._Element]:
        return (node for node in self.nodes.values() if tag_of(node) in tags)

    def outgoing(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node_id]

    def incoming(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node_id]

    @cached_property
    def successors(self) -> Mapping[str, frozenset[str]]:
        """Where a token can go from each node; from an activity also to the events at its boundary."""
        steps: dict[str, set[str]] = {node_id: set() for node_id in self.nodes}
        for flow in self.flows:
            steps.setdefault(flow.source, set()).add(flow.target)
        for event in self.of_kind("boundaryEvent"):
            steps.setdefault(str(event.get("attachedToRef", "")), set()).add(id_of(event))
        return {node_id: frozenset(targets) for node_id, targets in steps.items()}

    def reachable(self, begin: Iterable[str], without: str = "") -> set[str]:
        """Nodes reachable from `begin`, itself included, on ways that do not pass `without`."""
        found: set[str] = set()
        pending = [node_id for node_id in begin if node_id != without]
        while pending:
            node_id = pending.pop()
            if node_id not in found:
                found.add(node_id)
                pending += [target for target in self.successors.get(node_id, ()) if target != without]
        return found


class Diagram:
    """One BPMN file."""

    def __init__(self, file: str, root: etree._Element) -> None:
        self.file = file
        self.root = root
        self.processes = list(root.iter(f"{{{BPMN}}}process"))
        self.scopes = [
            Scope(element)
            for process in self.processes
            for element in process.iter(f"{{{BPMN}}}*")
            if tag_of(element) in ("process", "subProcess")
        ]
        self.messages = self._declared("message")
        self.errors = self._declared("error")

    def _declared(self, tag: str) -> dict[str, etree._Element]:
        return {id_of(element): element for element in self.root.iter(f"{{{BPMN}}}{tag}")}

    def nodes(self, *tags: str) -> Iterator[tuple[Scope, etree._Element]]:
        """Every node of these tags with its scope; without tags every node."""
        for scope in self.scopes:
            for node in scope.nodes.values():
                if not tags or tag_of(node) in tags:
                    yield scope, node


@dataclass(frozen=True)
class Context:
    """What lies beside the file under test."""

    vocabulary: Vocabulary
    diagrams: tuple[Diagram, ...]
    decisions: Mapping[str, tuple[str, ...]]  # the decisions at hand with the variables they write

    @cached_property
    def processes(self) -> Mapping[str, etree._Element]:
        return {id_of(process): process for diagram in self.diagrams for process in diagram.processes}


def _flow(element: etree._Element) -> Flow:
    condition = child(element, "conditionExpression")
    return Flow(
        id_of(element),
        str(element.get("sourceRef", "")),
        str(element.get("targetRef", "")),
        text_of(condition) if condition is not None else None,
    )


def id_of(element: etree._Element) -> str:
    return str(element.get("id", ""))


def label(element: etree._Element) -> str:
    """How a message names an element: what the designer called it, with its id."""
    name = str(element.get("name", "")).strip()
    return f"“{name}”（{id_of(element)}）" if name else f"“{id_of(element)}”"


def child(element: etree._Element, tag: str) -> etree._Element | None:
    return next((item for item in element if tag_of(item) == tag), None)


def definitions_of(event: etree._Element) -> list[etree._Element]:
    return [item for item in event if tag_of(item).endswith("EventDefinition")]


def loop_of(activity: etree._Element) -> etree._Element | None:
    return child(activity, "multiInstanceLoopCharacteristics")


def has_cycle(successors: Mapping[str, frozenset[str]], left_out: Iterable[str]) -> list[str]:
    """Nodes that still lie on a cycle when those `left_out` are taken away; sorted."""
    rest = {node: set(targets) for node, targets in successors.items() if node not in set(left_out)}
    while True:
        ends = {node for node, targets in rest.items() if not targets & rest.keys()}
        starts = rest.keys() - {target for targets in rest.values() for target in targets}
        if not ends | starts:
            return sorted(rest)
        rest = {node: targets for node, targets in rest.items() if node not in ends | starts}
