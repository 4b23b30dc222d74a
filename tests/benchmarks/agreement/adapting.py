"""Makes a foreign diagram one that both engines can run: what is missing is added, for both alike.

Tasks without a kind become human tasks; script tasks become service tasks whose script the walk runs; so do
rule tasks, whose tables are in another dialect; every node gets a lane. Taken out is what our runtime has no
use for: extension elements (scripts before and after, forms, payloads), data objects and the associations
that move data, correlation keys (messages are routed by case, before they reach an instance).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEDUI = "urn:hedui:bpmn"
_OF_NO_USE = (
    "extensionElements",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
    "dataInputAssociation",
    "dataOutputAssociation",
    "correlationKey",
    "correlationProperty",
    "correlationSubscription",
)
_BECOMES = {"task": "manualTask", "scriptTask": "serviceTask", "businessRuleTask": "serviceTask"}
_CONDITIONS = ("conditionExpression", "loopCondition", "completionCondition")
_NODES = ("Event", "Task", "task", "Gateway", "subProcess", "callActivity", "transaction")


@dataclass
class Adapted:
    """One process with everything it calls. `scripts` and `outputs` are by element: what completes them."""

    process: str
    files: dict[str, str]
    kinds: set[str] = field(default_factory=set)
    conditions: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    scripts: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, tuple[str, str]] = field(default_factory=dict)

    def request(self, variables: Mapping[str, object]) -> dict[str, object]:
        """For the process that runs it."""
        everything = asdict(self)
        shown = {name: everything[name] for name in ("process", "files", "scripts", "outputs")}
        return {**shown, "variables": dict(variables)}


def read_folder(folder: Path) -> list[tuple[Path, etree._Element]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    return [(path, etree.parse(path, parser).getroot()) for path in sorted(folder.rglob("*.bpmn"))]


def adapt(path: Path, root: etree._Element, among: Iterable[tuple[Path, etree._Element]]) -> list[Adapted]:
    """Each executable process of a file; what it calls is looked for beside it first."""
    nearest = sorted(among, key=lambda item: item[0].parent != path.parent)
    found = []
    for process in _processes(root):
        reached: dict[Path, etree._Element] = {}
        pending = [(path, root)]
        while pending:
            place, current = pending.pop()
            if place in reached:
                continue
            reached[place] = current
            called = {str(call.get("calledElement")) for call in current.iter(f"{{{BPMN}}}callActivity")}
            pending += [offer for wanted in called for offer in _offers(nearest, wanted)][:5]
        found.append(_adapted(str(process.get("id")), reached))
    return found


def _processes(root: etree._Element) -> list[etree._Element]:
    return [item for item in root.iter(f"{{{BPMN}}}process") if item.get("isExecutable", "true") == "true"]


def _offers(among: Iterable[tuple[Path, etree._Element]], wanted: str) -> list[tuple[Path, etree._Element]]:
    """The file of that process, the nearest if there are several."""
    return [item for item in among if any(one.get("id") == wanted for one in _processes(item[1]))][:1]


def _adapted(process: str, reached: Mapping[Path, etree._Element]) -> Adapted:
    adapted = Adapted(process, {})
    for path, original in reached.items():
        root = etree.fromstring(etree.tostring(original))
        _change(root, adapted)
        adapted.files[path.name] = etree.tostring(root).decode()
    return adapted


def _change(root: etree._Element, adapted: Adapted) -> None:
    for extra in [extra for tag in _OF_NO_USE for extra in root.iter(f"{{{BPMN}}}{tag}")]:
        parent = extra.getparent()
        if parent is not None:
            parent.remove(extra)
    for element in root.iter(f"{{{BPMN}}}*"):
        adapted.kinds.add(etree.QName(element).localname)
        _change_element(element, adapted)
    for process in root.iter(f"{{{BPMN}}}process"):
        _give_lanes(process)


def _change_element(element: etree._Element, adapted: Adapted) -> None:
    kind, text = etree.QName(element).localname, (element.text or "").strip()
    if kind == "scriptTask":
        _take_script(element, adapted)
    if kind in _BECOMES:
        element.tag = f"{{{BPMN}}}{_BECOMES[kind]}"
    for attribute in ("operation", "form"):
        element.set(f"{{{HEDUI}}}{attribute}", attribute)  # each is read where it belongs
    if kind == "multiInstanceLoopCharacteristics":
        _note_output(element, adapted)
    if kind == "loopDataInputRef":
        adapted.lists.append(text)
    if kind in _CONDITIONS:
        adapted.conditions.append(text)
    if kind in ("timeDuration", "timeDate"):
        element.text = re.sub(r"\b0?\.\d+S", "1S", text)  # no fractions: nobody waits here


def _take_script(element: etree._Element, adapted: Adapted) -> None:
    for script in list(element.iter(f"{{{BPMN}}}script")):
        adapted.scripts[str(element.get("id"))] = script.text or ""
        element.remove(script)


def _note_output(loop: etree._Element, adapted: Adapted) -> None:
    activity = loop.getparent()
    output, item = (loop.find(f"{{{BPMN}}}{tag}") for tag in ("outputDataItem", "inputDataItem"))
    if activity is not None and output is not None:
        taken = str(item.get("id")) if item is not None else ""
        adapted.outputs[str(activity.get("id"))] = (str(output.get("id")), taken)


def _give_lanes(process: etree._Element) -> None:
    placed = {reference.text for reference in process.iter(f"{{{BPMN}}}flowNodeRef")}
    for lane in process.iter(f"{{{BPMN}}}lane"):
        lane.set("name", lane.get("name") or "post")
    nodes = [item for item in process.iter(f"{{{BPMN}}}*") if str(item.tag).endswith(_NODES)]
    lane_set = process.find(f"{{{BPMN}}}laneSet")
    if lane_set is None:
        lane_set = etree.Element(f"{{{BPMN}}}laneSet", id=f"lanes_{process.get('id')}")
        process.insert(0, lane_set)
    lane = etree.SubElement(lane_set, f"{{{BPMN}}}lane", id=f"lane_{process.get('id')}", name="post")
    for node in nodes:
        if node.get("id") not in placed:
            etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = node.get("id")
