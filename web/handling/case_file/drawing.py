"""A live diagram as shapes of one SVG: where each line of text stands, which mark an element bears."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from textwrap import wrap

from engine.handling.case_file.diagram import Box, Edge, Frame, LiveDiagram, Node, Progress, Step
from web.filters import shown_time
from web.language import say

LINE = 20.0  # from one line of text to the next
TASK_LETTERS, LABEL_LETTERS, TASK_LINES = 6.0, 6.0, 3
NARROW_LETTER = 0.56  # of the width of a Chinese one
ENDING = "？?。，、）"
SMALLEST_SCALE, WIDE = 0.75, 1100
WORDS = {
    Progress.NOT_REACHED: "未到",
    Progress.DONE: "完成",
    Progress.WAITING: "等待",
    Progress.FAILED: "异常",
    Progress.DROPPED: "取消",
}
SIGNS = {
    Progress.NOT_REACHED: "",
    Progress.DONE: "✓",
    Progress.WAITING: "…",
    Progress.FAILED: "!",
    Progress.DROPPED: "–",
}


@dataclass(frozen=True)
class Text:
    """`anchor`: which point of the words stands at x, start or middle."""

    x: float
    y: float
    words: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Shape:
    """`look` is the form: task, event or gateway. `count` as `18/20` or `×3`."""

    id: str
    look: str
    kind: str
    event: str
    box: Box
    progress: Progress
    lines: tuple[Text, ...]
    mark: str
    sign: str
    count: str
    title: str
    is_link: bool
    is_call: bool
    is_repeated: bool

    @property
    def middle_x(self) -> float:
        return self.box.x + self.box.width / 2

    @property
    def middle_y(self) -> float:
        return self.box.y + self.box.height / 2


@dataclass(frozen=True)
class Line:
    path: str
    is_message: bool
    label: Text | None


@dataclass(frozen=True)
class Lane:
    box: Box
    name: str
    is_pool: bool

    @property
    def middle_y(self) -> float:
        return self.box.y + self.box.height / 2


@dataclass(frozen=True)
class Picture:
    """`width` is how wide it is at least shown; below that its container scrolls."""

    view_box: str
    width: int
    is_wide: bool
    lanes: tuple[Lane, ...]
    lines: tuple[Line, ...]
    shapes: tuple[Shape, ...]


def draw(diagram: LiveDiagram) -> Picture:
    drawing = diagram.drawing
    box = drawing.box
    is_wide = box.width > WIDE
    return Picture(
        f"{box.x:g} {box.y:g} {box.width:g} {box.height:g}",
        round(box.width * (SMALLEST_SCALE if is_wide else 1)),
        is_wide,
        tuple(map(_lane, drawing.frames)),
        tuple(map(_line, drawing.edges)),
        tuple(_shape(diagram.step(node.id)) for node in drawing.nodes),
    )


def said(step: Step) -> str:
    """One line about an element, for its title and for whoever hears the picture."""
    parts = [say(step.node.name) or say("判断"), say(WORDS[step.progress])]
    if step.of:
        parts.append(say("{done} / {of} 已返回", done=step.done, of=step.of))
    elif step.times > 1:
        parts.append(say("共 {times} 次", times=step.times))
    if step.who:
        parts.append(say(step.who))
    if step.at is not None:
        parts.append(shown_time(step.at))
    return say("，").join(parts)


def _shape(step: Step) -> Shape:
    node = step.node
    look = "gateway" if node.is_gateway else "event" if node.is_event else "task"
    return Shape(
        id=node.id,
        look=look,
        kind=node.kind,
        event=node.event,
        box=node.box,
        progress=step.progress,
        lines=tuple(_task_text(node) if look == "task" else _label(node)),
        mark=say(WORDS[step.progress]) if step.is_reached else "",
        sign=SIGNS[step.progress],
        count=f"{step.done}/{step.of}" if step.of else f"×{step.times}" if step.times > 1 else "",
        title=said(step),
        is_link=step.is_reached,
        is_call=bool(node.calls),
        is_repeated=bool(node.loop),
    )


def _task_text(node: Node) -> Iterator[Text]:
    """In the middle of the box; what does not fit is in the title."""
    lines = _wrapped(say(node.name), TASK_LETTERS)
    if len(lines) > TASK_LINES:
        lines = [*lines[: TASK_LINES - 1], lines[TASK_LINES - 1][:-1] + "…"]
    first = node.box.y + node.box.height / 2 - (len(lines) - 1) * LINE / 2
    for number, words in enumerate(lines):
        yield Text(node.box.x + node.box.width / 2, first + number * LINE, words)


def _label(node: Node) -> Iterator[Text]:
    """Where the designer put it; our letters are larger than theirs, so it grows away from the element."""
    if not node.name:
        return
    place = node.label or Box(node.box.x, node.box.bottom + 6, node.box.width, 14)
    lines = _wrapped(say(node.name), LABEL_LETTERS)
    is_beside, is_above = place.x >= node.box.right - 2, place.bottom <= node.box.y
    first = place.y + 8 - ((len(lines) - 1) * LINE if is_above else 0)
    x, anchor = (place.x + 2, "start") if is_beside else (place.x + place.width / 2, "middle")
    for number, words in enumerate(lines):
        yield Text(x, first + number * LINE, words, anchor)


def _line(edge: Edge) -> Line:
    path = "M" + " L".join(f"{point.x:g} {point.y:g}" for point in edge.points)
    return Line(path, edge.is_message, _edge_label(edge))


def _edge_label(edge: Edge) -> Text | None:
    """Where the designer put it, or above the beginning of the flow."""
    if not edge.name:
        return None
    if edge.label is not None:
        return Text(edge.label.x + edge.label.width / 2, edge.label.y + edge.label.height / 2, say(edge.name))
    first, second = edge.points[0], edge.points[1]
    is_flat = first.y == second.y
    return Text(
        (first.x + second.x) / 2 if is_flat else first.x + 14,
        first.y - 10 if is_flat else (first.y + second.y) / 2,
        say(edge.name),
    )


def _lane(frame: Frame) -> Lane:
    return Lane(frame.box, say(frame.name), frame.is_pool)


def _wrapped(text: str, letters: float) -> list[str]:
    """Lines of about the same length, none beginning with a sign that ends a sentence; words stay whole."""
    if " " in text:
        return wrap(text, int(letters / NARROW_LETTER)) or [""]
    whole = sum(map(_room, text))
    fits = whole / ceil(whole / letters) if whole else letters
    lines, width = [""], 0.0
    for letter in text:
        if width >= fits - 0.01 and letter not in ENDING:
            lines, width = [*lines, ""], 0.0
        lines[-1], width = lines[-1] + letter, width + _room(letter)
    return lines


def _room(letter: str) -> float:
    return NARROW_LETTER if letter.isascii() else 1.0
