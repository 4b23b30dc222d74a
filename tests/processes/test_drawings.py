"""The shipped diagrams as drawings: clauses, names, posts, layout, and words the platform knows."""

import re
from itertools import combinations, pairwise
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

import pytest

from engine.domain.posts import POSTS
from engine.form_definitions import load_forms
from engine.service_tasks.registry import OPERATIONS
from tests.processes.drawing import (
    AUTOMATIC,
    BPMN,
    BPMNDI,
    DECISIONS,
    DIAGRAMS,
    EXPLAINED,
    NODES,
    SHARED,
    WITH_POSTS,
    Drawing,
    all_drawings,
    read_drawing,
)

FORMS = set(load_forms("forms"))
BEFORE_ANY_TASK = {"register_peer_request"}  # filled in at the desk, before there is a case
MESSAGES = {"unit_instruction", "receipt", "resubmission"}
CLAUSE = re.compile(r"^(MZ/T 072-2016|DB32/T 3319-2017) [4-7]\.\d")
SPEAKING_ID = re.compile(r"^[a-z]+(_[a-z]+)+$")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# left, top, right, bottom of a shape, or start and end of one stretch of a line
Box = tuple[float, float, float, float]


def box_of(drawing: Drawing, node: str) -> Box:
    (shape,) = (s for s in drawing.root.iter(BPMNDI + "BPMNShape") if s.get("bpmnElement") == node)
    bounds = shape[0].attrib
    x, y = float(bounds["x"]), float(bounds["y"])
    return x, y, x + float(bounds["width"]), y + float(bounds["height"])


def segments_of(edge: Element) -> list[Box]:
    points = [(float(point.attrib["x"]), float(point.attrib["y"])) for point in edge if "x" in point.attrib]
    return [(*start, *end) for start, end in pairwise(points)]


def touches(first: Box, second: Box) -> bool:
    """Whether two boxes share more than a border; a line is a box without width."""
    left, top = max(min(first[0], first[2]), second[0]), max(min(first[1], first[3]), second[1])
    right, bottom = min(max(first[0], first[2]), second[2]), min(max(first[1], first[3]), second[3])
    return (left < right and top <= bottom) or (left <= right and top < bottom)


def crosses(level: Box, upright: Box) -> bool:
    """Whether a level stretch and an upright one cut each other; meeting at an end is a junction."""
    left, right = sorted((level[0], level[2]))
    top, bottom = sorted((upright[1], upright[3]))
    return left < upright[0] < right and top < level[1] < bottom


@pytest.mark.clause("M 6.1 Fig 1", "M 6.2 Fig 2", "M 6.3 Fig 3", "M 6.4 Fig 4", "J 6.2.2.3 Fig 3")
@pytest.mark.parametrize("name", DIAGRAMS)
def test_every_element_says_which_clause_it_carries_out(name: str) -> None:
    drawing = read_drawing(name)

    explained = {
        element.attrib["id"]: element.findtext(BPMN + "documentation", "")
        for element in drawing.elements(*EXPLAINED)
    }

    assert not {element for element, text in explained.items() if not CLAUSE.match(text)}


def test_every_branch_says_which_clause_it_carries_out() -> None:
    gateways = [
        (drawing, gateway) for drawing in all_drawings() for gateway in drawing.ids("exclusiveGateway")
    ]

    branches = [
        (flow.attrib["id"], flow.findtext(BPMN + "documentation", ""))
        for drawing, gateway in gateways
        for flow in drawing.elements("sequenceFlow")
        if flow.get("sourceRef") == gateway
    ]

    assert len(branches) == 2 * len(gateways)
    assert not [branch for branch, text in branches if not CLAUSE.match(text)]


@pytest.mark.clause("J 6.2.2.3 Fig 3")
def test_automatic_handling_has_no_human_task() -> None:
    drawing = read_drawing(AUTOMATIC)

    assert not drawing.ids("userTask", "manualTask")


@pytest.mark.clause("J 6.2.2.3 Fig 3", "M 6.1 Fig 1", "M 6.2 Fig 2", "M 6.3 Fig 3", "M 6.4 Fig 4")
def test_automatic_handling_calls_the_four_steps_of_the_standard_in_order() -> None:
    drawing = read_drawing(AUTOMATIC)

    called = [call.get("calledElement") for call in drawing.elements("callActivity")]

    assert called == ["accept_application", "gather_information", "verify_information", "issue_report"]
    assert called == [next(read_drawing(name).elements("process")).get("id") for name in SHARED]


@pytest.mark.clause("M 4.2 a", "M 4.2 b", "M 4.2 c", "M 4.2 d", "M 4.2 e")
@pytest.mark.parametrize(
    ("name", "posts"),
    [
        ("shared/accept_application.bpmn", ["受理岗"]),
        ("shared/gather_information.bpmn", ["信息交换岗"]),
        ("shared/verify_information.bpmn", ["核证岗"]),
        ("shared/issue_report.bpmn", ["核对报告岗", "机要岗"]),
        ("shared/review_application.bpmn", ["受理岗", "前台服务岗"]),
        ("shared/verify_with_unit.bpmn", ["核证岗", "受理岗"]),
        ("recheck.bpmn", ["受理岗", "核证岗"]),
        ("peer_request.bpmn", ["受理岗", "信息交换岗"]),
        ("reissue_report.bpmn", ["核对报告岗", "督查主任岗", "机要岗"]),
        ("copy_report.bpmn", ["核对报告岗"]),
        pytest.param(
            "manual_submission.bpmn",
            ["前台服务岗", "后台服务岗", "督查主任岗"],
            marks=pytest.mark.clause("J 4.3-1", "J 4.3-2", "J 4.3-3"),
        ),
        pytest.param(
            "system_submission.bpmn",
            ["后台服务岗", "督查主任岗"],
            marks=pytest.mark.clause("J 4.3-2", "J 4.3-3"),
        ),
    ],
)
def test_the_lanes_are_the_posts_of_the_standard(name: str, posts: list[str]) -> None:
    drawing = read_drawing(name)

    lanes = [lane.get("name") for lane in drawing.elements("lane")]

    assert lanes == posts
    assert all(drawing.post_of(node) in posts for node in drawing.ids(*NODES))


@pytest.mark.clause("M 4.2 d", "M 4.2 e")
def test_reports_and_receipts_belong_to_the_report_post_and_archives_to_the_records_post() -> None:
    drawing = read_drawing("shared/issue_report.bpmn")

    posts = {node: drawing.post_of(node) for node in drawing.ids("serviceTask", "receiveTask")}

    assert posts == {
        "number_report": "核对报告岗",
        "render_report": "核对报告岗",
        "deliver_report": "核对报告岗",
        "await_receipt": "核对报告岗",
        "archive_case": "机要岗",
        "close_case": "机要岗",
    }


def test_every_name_on_the_diagrams_is_one_the_platform_knows() -> None:
    drawings = all_drawings()

    named = {
        kind: set().union(*(d.named(kind) for d in drawings)) for kind in ("operation", "form", "decision")
    }
    lanes = {lane.get("name") for d in drawings for lane in d.elements("lane")}
    messages = {message.get("name") for d in drawings for message in d.elements("message")}

    assert named["operation"] <= set(OPERATIONS)
    assert (named["form"], named["decision"]) == (FORMS - BEFORE_ANY_TASK, set(DECISIONS))
    assert lanes <= set(POSTS)
    assert messages == MESSAGES


@pytest.mark.parametrize("name", DIAGRAMS)
def test_ids_speak_and_names_are_chinese(name: str) -> None:
    drawing = read_drawing(name)

    nodes = list(drawing.elements(*NODES))

    ids = {node.attrib["id"] for node in nodes}
    assert not {element for element in ids - FORMS if not SPEAKING_ID.match(element)}
    assert not [node.get("id") for node in nodes if not CHINESE.search(node.get("name", ""))]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_an_id_is_the_name_of_what_the_element_uses(name: str) -> None:
    drawing = read_drawing(name)

    ids = {element.attrib["id"] for element in drawing.elements("serviceTask", "userTask", "process")}
    calls = {call.attrib["id"]: call.get("calledElement") for call in drawing.elements("callActivity")}

    assert ids == drawing.named("operation") | drawing.named("form") | {PurePosixPath(name).stem}
    assert all(call == f"call_{process}" for call, process in calls.items())


@pytest.mark.parametrize("name", DIAGRAMS)
def test_gateways_compare_variables_and_have_one_way_out_for_everything_else(name: str) -> None:
    drawing = read_drawing(name)
    comparison = re.compile(r'^\w+( == "\w+"| and \w+)?$')

    for gateway in drawing.elements("exclusiveGateway"):
        ways = [flow for flow in drawing.flows() if flow.source == gateway.get("id")]
        conditional = [way for way in ways if way.condition]
        otherwise = [way.id for way in ways if not way.condition]

        assert otherwise == [gateway.get("default")]
        assert all(comparison.match(way.condition or "") for way in conditional)


@pytest.mark.parametrize("name", DIAGRAMS)
def test_everything_is_drawn(name: str) -> None:
    drawing = read_drawing(name)

    expected = drawing.ids(*NODES, "sequenceFlow", "lane", "participant")

    assert drawing.drawn() == expected


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_shape_lies_on_another(name: str) -> None:
    drawing = read_drawing(name)

    boxes = {node: box_of(drawing, node) for node in drawing.ids(*NODES) - drawing.ids("boundaryEvent")}

    assert not [pair for pair in combinations(boxes, 2) if touches(boxes[pair[0]], boxes[pair[1]])]


@pytest.mark.parametrize("name", DIAGRAMS)
def test_an_event_at_a_boundary_sits_on_the_border_of_its_task(name: str) -> None:
    drawing = read_drawing(name)

    for event in drawing.elements("boundaryEvent"):
        left, top, right, bottom = box_of(drawing, event.attrib["id"])
        middle = ((left + right) / 2, (top + bottom) / 2)
        task = box_of(drawing, event.attrib["attachedToRef"])
        assert middle[0] in (task[0], task[2]) or middle[1] in (task[1], task[3]), event.get("id")
        assert task[0] <= middle[0] <= task[2], event.get("id")
        assert task[1] <= middle[1] <= task[3], event.get("id")


@pytest.mark.clause("J 6.2.2 limit")
@pytest.mark.parametrize("name", ["manual_submission.bpmn", "system_submission.bpmn"])
def test_warning_and_escalation_do_not_interrupt_the_work(name: str) -> None:
    drawing = read_drawing(name)

    limits = {event.get("id"): event.get("cancelActivity") for event in drawing.elements("boundaryEvent")}

    assert limits == {"deadline_near": "false", "deadline_passed": "false"}


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_line_runs_through_a_shape(name: str) -> None:
    drawing = read_drawing(name)
    boxes = {node: box_of(drawing, node) for node in drawing.ids(*NODES)}
    edges = {edge.get("bpmnElement"): segments_of(edge) for edge in drawing.root.iter(BPMNDI + "BPMNEdge")}

    hits = [
        (line, node)
        for line, segments in edges.items()
        for node, box in boxes.items()
        if any(touches(segment, box) for segment in segments)
    ]

    assert not hits


@pytest.mark.parametrize("name", DIAGRAMS)
def test_no_two_lines_cross(name: str) -> None:
    drawing = read_drawing(name)
    edges = {edge.get("bpmnElement"): segments_of(edge) for edge in drawing.root.iter(BPMNDI + "BPMNEdge")}

    crossings = [
        pair
        for pair in combinations(edges, 2)
        if any(
            crosses(one, other) or crosses(other, one) for one in edges[pair[0]] for other in edges[pair[1]]
        )
    ]

    assert not crossings


@pytest.mark.parametrize("name", WITH_POSTS)
def test_every_shape_lies_inside_its_lane(name: str) -> None:
    drawing = read_drawing(name)

    for lane in drawing.elements("lane"):
        left, top, right, bottom = box_of(drawing, lane.attrib["id"])
        for node in (ref.text or "" for ref in lane.iter(BPMN + "flowNodeRef")):
            x, y, x_end, y_end = box_of(drawing, node)
            assert left < x < x_end < right, node
            assert top < y < y_end < bottom, node
