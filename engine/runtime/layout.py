"""How a definition is drawn: shapes, lanes, edges and labels of its diagrams, as the designer put them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from lxml import etree

from engine.runtime.definitions import Definition
from engine.runtime.documentation import for_people
from engine.runtime.safe_xml import BPMN, BPMNDI, namespace_of, read_xml, tag_of, text_of

DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
MARGIN = 24.0
FRAMES = frozenset({"participant", "lane"})
LOOPS = {"multiInstanceLoopCharacteristics": "multi_instance", "standardLoopCharacteristics": "loop"}


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class Frame:
    """A pool or a lane."""

    id: str
    name: str
    is_pool: bool
    box: Box


@dataclass(frozen=True)
class Node:
    """`kind` is its BPMN element; `event` what it waits for or throws (timer, message ...), `loop` how it
    repeats, `calls` the process it calls."""

    id: str
    kind: str
    name: str
    words: str
    box: Box
    label: Box | None
    event: str
    loop: str
    calls: str
    interrupts: bool

    @property
    def is_gateway(self) -> bool:
        return self.kind.endswith("Gateway")

    @property
    def is_event(self) -> bool:
        return self.kind.endswith("Event")


@dataclass(frozen=True)
class Edge:
    """A sequence or message flow; `name` is the answer it stands for."""

    id: str
    name: str
    points: tuple[Point, ...]
    label: Box | None
    is_message: bool


@dataclass(frozen=True)
class Drawing:
    """The diagram of one process. `box` holds everything that is drawn."""

    process_id: str
    name: str
    box: Box
    frames: tuple[Frame, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def called(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(node.calls for node in self.nodes if node.calls))


@lru_cache(maxsize=64)
def drawings_of(definition: Definition) -> Mapping[str, Drawing]:
    """By process: its own first, then those it calls in the order of the calls."""
    drawn = {drawing.process_id: drawing for drawing in _all(definition)}
    ordered: dict[str, Drawing] = {}
    pending = [definition.process_id]
    while pending:
        process_id = pending.pop(0)
        if process_id in drawn and process_id not in ordered:
            ordered[process_id] = drawn[process_id]
            pending = [*drawn[process_id].called, *pending]
    return ordered


def _all(definition: Definition) -> Iterator[Drawing]:
    for source in definition.drawn:
        root = read_xml(source.name, source.content)
        if namespace_of(root) == BPMN:
            yield from _Sheet(root).drawings()


class _Sheet:
    """One file while it is read."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.elements = {str(item.get("id")): item for item in root.iter(f"{{{BPMN}}}*") if item.get("id")}
        self.shapes = {str(item.get("bpmnElement")): item for item in root.iter(f"{{{BPMNDI}}}BPMNShape")}
        self.lines = {str(item.get("bpmnElement")): item for item in root.iter(f"{{{BPMNDI}}}BPMNEdge")}

    def drawings(self) -> Iterator[Drawing]:
        """A file has one sheet, and in this house one process; further ones share the sheet."""
        frames = tuple(self._frames())
        nodes, edges = tuple(self._nodes()), tuple(self._edges())
        for process in self.root.iter(f"{{{BPMN}}}process"):
            process_id = str(process.get("id"))
            name = str(process.get("name", "")) or process_id
            yield Drawing(process_id, name, _around(frames, nodes, edges), frames, nodes, edges)

    def _frames(self) -> Iterator[Frame]:
        for element_id, shape in self.shapes.items():
            element, box = self.elements.get(element_id), _box(shape)
            if element is not None and box is not None and tag_of(element) in FRAMES:
                is_pool = tag_of(element) == "participant"
                yield Frame(element_id, str(element.get("name", "")), is_pool, box)

    def _nodes(self) -> Iterator[Node]:
        for element_id, shape in self.shapes.items():
            element, box = self.elements.get(element_id), _box(shape)
            if element is not None and box is not None and tag_of(element) not in FRAMES:
                yield _node(element_id, element, shape, box)

    def _edges(self) -> Iterator[Edge]:
        for element_id, line in self.lines.items():
            element = self.elements.get(element_id)
            points = tuple(_point(item) for item in line.iter(f"{{{DI}}}waypoint"))
            if element is not None and len(points) > 1:
                is_message = tag_of(element) == "messageFlow"
                yield Edge(element_id, str(element.get("name", "")), points, _label(line), is_message)


def _node(element_id: str, element: etree._Element, shape: etree._Element, box: Box) -> Node:
    children = [tag_of(child) for child in element]
    events = (tag.removesuffix("EventDefinition") for tag in children if tag.endswith("EventDefinition"))
    return Node(
        element_id,
        tag_of(element),
        str(element.get("name", "")).strip(),
        for_people(text_of(element.find(f"{{{BPMN}}}documentation"))),
        box,
        _label(shape),
        next(events, ""),
        next((LOOPS[tag] for tag in children if tag in LOOPS), ""),
        str(element.get("calledElement", "")),
        element.get("cancelActivity", "true") == "true",
    )


def _label(holder: etree._Element) -> Box | None:
    label = holder.find(f"{{{BPMNDI}}}BPMNLabel")
    return None if label is None else _box(label)


def _box(holder: etree._Element) -> Box | None:
    bounds = holder.find(f"{{{DC}}}Bounds")
    if bounds is None:
        return None
    return Box(*(_number(bounds, name) for name in ("x", "y", "width", "height")))


def _point(item: etree._Element) -> Point:
    return Point(_number(item, "x"), _number(item, "y"))


def _number(item: etree._Element, name: str) -> float:
    """What no editor writes is drawn at the edge: a picture never stops a page."""
    try:
        number = float(item.get(name, "0"))
    except ValueError:
        return 0.0
    return number if isfinite(number) else 0.0


def _around(frames: tuple[Frame, ...], nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> Box:
    boxes = [frame.box for frame in frames] + [node.box for node in nodes]
    boxes += [node.label for node in nodes if node.label is not None]
    boxes += [edge.label for edge in edges if edge.label is not None]
    boxes += [Box(point.x, point.y, 0, 0) for edge in edges for point in edge.points]
    if not boxes:
        return Box(0, 0, MARGIN, MARGIN)
    left, top = min(box.x for box in boxes) - MARGIN, min(box.y for box in boxes) - MARGIN
    right, bottom = max(box.right for box in boxes) + MARGIN, max(box.bottom for box in boxes) + MARGIN
    return Box(left, top, right - left, bottom - top)
