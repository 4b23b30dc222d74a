"""Reads the shipped diagrams as drawings: what stands on them, without running them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
HEDUI = "{urn:hedui:bpmn}"
TASKS = ("serviceTask", "userTask", "businessRuleTask", "receiveTask", "callActivity")
EVENTS = ("startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent")
NODES = (*TASKS, *EVENTS, "exclusiveGateway")
EXPLAINED = (*NODES, "process", "participant", "lane", "message", "property")

AUTOMATIC = "automatic_handling.bpmn"
SHARED = tuple(
    f"shared/{name}.bpmn"
    for name in ("accept_application", "gather_information", "verify_information", "issue_report")
)
STAFFED = tuple(
    f"{name}.bpmn"
    for name in (
        "manual_submission",
        "system_submission",
        "recheck",
        "peer_request",
        "reissue_report",
        "copy_report",
    )
)
SHARED_BY_STAFFED = tuple(
    f"shared/{name}.bpmn" for name in ("review_application", "verify_with_unit", "handle_verification")
)
DIAGRAMS = (AUTOMATIC, *SHARED, *STAFFED, *SHARED_BY_STAFFED)
WITH_POSTS = tuple(name for name in DIAGRAMS if name not in (AUTOMATIC, "shared/handle_verification.bpmn"))
DECISIONS = ("query_plan", "suspension", "economic_limits", "time_limits", "return_reasons")


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True)
class Drawing:
    name: str
    root: Element

    def elements(self, *kinds: str) -> Iterator[Element]:
        for kind in kinds:
            yield from self.root.iter(BPMN + kind)

    def ids(self, *kinds: str) -> set[str]:
        return {element.attrib["id"] for element in self.elements(*kinds)}

    def named(self, attribute: str) -> set[str]:
        """What the attribute of our namespace names anywhere on this diagram."""
        return {value for element in self.root.iter() if (value := element.get(HEDUI + attribute))}

    def flows(self) -> tuple[Flow, ...]:
        return tuple(
            Flow(
                flow.attrib["id"],
                flow.attrib["sourceRef"],
                flow.attrib["targetRef"],
                flow.findtext(BPMN + "conditionExpression"),
            )
            for flow in self.elements("sequenceFlow")
        )

    def post_of(self, node: str) -> str | None:
        for lane in self.elements("lane"):
            if node in {ref.text for ref in lane.iter(BPMN + "flowNodeRef")}:
                return lane.get("name")
        return None

    def drawn(self) -> set[str]:
        """The elements that have a shape or an edge."""
        kinds = ("BPMNShape", "BPMNEdge")
        return {drawn.attrib["bpmnElement"] for kind in kinds for drawn in self.root.iter(BPMNDI + kind)}


@cache
def read_drawing(name: str) -> Drawing:
    return Drawing(name, ElementTree.fromstring(files("processes").joinpath(name).read_bytes()))


def drawings(*names: str) -> tuple[Drawing, ...]:
    return tuple(read_drawing(name) for name in names)


def all_drawings() -> tuple[Drawing, ...]:
    return tuple(read_drawing(name) for name in DIAGRAMS)
