"""How definitions are drawn: everything the designer placed, in the order of the calls."""

import pytest

from engine.runtime import Definition, load_definitions, read_package
from engine.runtime.layout import Drawing, drawings_of

DEFINITIONS = load_definitions(read_package("processes", "forms"))
DRAWN = [
    pytest.param(definition, drawing, id=f"{name}-{process_id}")
    for name, definition in DEFINITIONS.items()
    for process_id, drawing in drawings_of(definition).items()
]


def test_the_called_diagrams_follow_their_caller_in_the_order_of_the_calls() -> None:
    drawings = drawings_of(DEFINITIONS["automatic_handling"])

    assert list(drawings) == [
        "automatic_handling",
        "accept_application",
        "gather_information",
        "verify_information",
        "issue_report",
    ]
    assert drawings["automatic_handling"].called == tuple(drawings)[1:]


@pytest.mark.parametrize(("definition", "drawing"), DRAWN)
def test_every_shape_lies_within_the_drawing(definition: Definition, drawing: Drawing) -> None:
    box = drawing.box

    inside = [
        box.x <= node.box.x
        and node.box.right <= box.right
        and box.y <= node.box.y <= node.box.bottom <= box.bottom
        for node in drawing.nodes
    ]

    assert inside
    assert all(inside)


@pytest.mark.parametrize(("definition", "drawing"), DRAWN)
def test_every_flow_begins_and_ends_at_an_element(definition: Definition, drawing: Drawing) -> None:
    def touches(x: float, y: float) -> bool:
        return any(
            node.box.x - 1 <= x <= node.box.right + 1 and node.box.y - 1 <= y <= node.box.bottom + 1
            for node in drawing.nodes
        )

    ends = [point for edge in drawing.edges for point in (edge.points[0], edge.points[-1])]

    assert all(touches(point.x, point.y) for point in ends)


def test_an_element_is_read_with_what_it_waits_for_how_it_repeats_and_whom_it_calls() -> None:
    manual = drawings_of(DEFINITIONS["manual_submission"])
    nodes = {(name, node.id): node for name, drawing in manual.items() for node in drawing.nodes}

    timer = nodes["manual_submission", "deadline_near"]
    query = nodes["gather_information", "query_source"]
    call = nodes["manual_submission", "call_review_application"]

    assert (timer.kind, timer.event, timer.interrupts, timer.is_event) == (
        "boundaryEvent",
        "timer",
        False,
        True,
    )
    assert (query.loop, query.name, query.is_gateway) == ("multi_instance", "查询信息共享单位", False)
    assert (call.calls, query.calls) == ("review_application", "")
    assert query.words.startswith("MZ/T 072-2016 6.2 a)")


def test_lanes_are_frames_and_the_answers_of_gateways_stand_at_their_flows() -> None:
    drawing = drawings_of(DEFINITIONS["gather_information"])["gather_information"]

    frames = [(frame.name, frame.is_pool) for frame in drawing.frames]
    names = sorted(edge.name for edge in drawing.edges if edge.name)

    assert frames == [("信息获取", True), ("信息交换岗", False)]
    assert names == ["否", "否", "是", "是"]
