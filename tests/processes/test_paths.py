"""Every way through automatic handling, from the commission to its end, saved and restored at each wait."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from engine.runtime.errors import MessageNotExpected
from tests.processes.drawing import AUTOMATIC as AUTOMATIC_DRAWING
from tests.processes.drawing import NODES, SHARED, drawings
from tests.processes.shipped import AUTOMATIC
from tests.processes.walk import Results, Script, Walk, start, walk_to, walk_to_the_end

AT_START: Results = {"service": "aa", "reviewed_by_unit": True, "withdrawn": False}
CLEAN: Script = {
    "check_materials": [{"materials_complete": True}],
    "register_acceptance": [{"accepted": True}],
    "return_application": [{"accepted": False}],
    "plan_queries": [{"sources": ["MZ", "GA", "JR"]}],
    "check_answers": [{"answers_complete": True}],
    "evaluate_household": [{"has_doubts": False}],
    "check_suspension": [{"suspended": False}],
}
SUSPENDED: Script = {"check_suspension": [{"suspended": True}]}
DOUBTFUL: Script = {"evaluate_household": [{"has_doubts": True}]}
WITHDRAW: Script = {
    "await_instruction": [{"instruction": "withdraw"}],
    "resume_case": [{"withdrawn": True}],
}
CONTINUE: Script = {
    "await_instruction": [{"instruction": "continue"}],
    "resume_case": [{"withdrawn": False}],
}

ACCEPT = ["commission_received", "application_submitted", "check_materials", "gateway_materials_complete"]
REVIEWED_BY_UNIT = ["gateway_reviewed_by_unit"]
REVIEWED_BY_US = ["gateway_reviewed_by_unit", "first_review", "second_review", "gateway_reviews_passed"]
ACCEPTED = ["register_acceptance", "application_accepted", "call_accept_application", "gateway_accepted"]
RETURNED = ["return_application", "materials_returned", "call_accept_application", "gateway_accepted"]
RETURNED += ["application_returned"]
PLAN = ["queries_requested", "select_items"]
QUERY = ["plan_queries", *["query_source"] * 3, "check_answers", "gateway_answers_complete"]
QUERY_AGAIN = ["plan_queries", "query_source", "check_answers", "gateway_answers_complete"]
CONTACT = ["contact_source", "gateway_requery"]
GATHERED = ["information_gathered", "call_gather_information"]
VERIFY = ["information_ready", "evaluate_household", "check_suspension", "gateway_suspended"]
RESOLVE = ["gateway_doubts", "resolve_doubts", "gateway_doubts_decision"]
SUSPEND = ["notify_suspension", "await_instruction", "resume_case", "gateway_instruction"]
VERIFIED = ["verification_done", "call_verify_information", "gateway_withdrawn"]
WITHDRAWN = ["verification_withdrawn", "call_verify_information", "gateway_withdrawn", "commission_withdrawn"]
REPORT = ["result_ready", "number_report", "render_report", "deliver_report", "await_receipt"]
REPORT += ["archive_case", "close_case", "report_archived", "call_issue_report", "verification_closed"]
UNDOUBTED = ["gateway_doubts", *VERIFIED, *REPORT]
TO_VERIFICATION = [*ACCEPT, *REVIEWED_BY_UNIT, *ACCEPTED, *PLAN, *QUERY, *GATHERED, *VERIFY]


@dataclass(frozen=True)
class Way:
    path: list[str]
    script: Script = field(default_factory=dict)
    variables: Results = field(default_factory=dict)
    posts: tuple[str, ...] = ()

    def walked(self) -> Walk:
        return walk_to_the_end(start(AUTOMATIC, {**AT_START, **self.variables}, {**CLEAN, **self.script}))


def reviews(first: bool, second: bool) -> Script:
    return {"first_review": [{"first_passed": first}], "second_review": [{"second_passed": second}]}


def answers(*complete: bool) -> Script:
    return {"check_answers": [{"answers_complete": value} for value in complete]}


def contacts(*decisions: str) -> Script:
    return {"contact_source": [{"exchange_decision": decision} for decision in decisions]}


def doubts(decision: str) -> Script:
    return {**DOUBTFUL, "resolve_doubts": [{"doubts_decision": decision}]}


BY_US = {"reviewed_by_unit": False}
SOURCES_TWICE: Script = {"plan_queries": [{"sources": ["MZ", "GA", "JR"]}, {"sources": ["JR"]}]}
PLANNED = [*ACCEPT, *REVIEWED_BY_UNIT, *ACCEPTED, *PLAN]
REVIEWED = ("受理岗", "受理岗")

WAYS: Mapping[str, Way] = {
    "clean": Way([*TO_VERIFICATION, *UNDOUBTED]),
    "materials incomplete": Way(
        [*ACCEPT, *RETURNED], script={"check_materials": [{"materials_complete": False}]}
    ),
    "both reviews by us pass": Way(
        [*ACCEPT, *REVIEWED_BY_US, *ACCEPTED, *PLAN, *QUERY, *GATHERED, *VERIFY, *UNDOUBTED],
        script=reviews(True, True),
        variables=BY_US,
        posts=REVIEWED,
    ),
    "first review fails": Way(
        [*ACCEPT, *REVIEWED_BY_US, *RETURNED],
        script=reviews(False, True),
        variables=BY_US,
        posts=REVIEWED,
    ),
    "second review fails": Way(
        [*ACCEPT, *REVIEWED_BY_US, *RETURNED],
        script=reviews(True, False),
        variables=BY_US,
        posts=REVIEWED,
    ),
    "a source is asked again": Way(
        [*PLANNED, *QUERY, *CONTACT, *QUERY_AGAIN, *GATHERED, *VERIFY, *UNDOUBTED],
        script={**SOURCES_TWICE, **answers(False, True), **contacts("requery")},
        posts=("信息交换岗",),
    ),
    "a source stays silent": Way(
        [*PLANNED, *QUERY, *CONTACT, *GATHERED, *VERIFY, *UNDOUBTED],
        script={**answers(False), **contacts("proceed")},
        posts=("信息交换岗",),
    ),
    "a source stays silent when asked again": Way(
        [*PLANNED, *QUERY, *CONTACT, *QUERY_AGAIN, *CONTACT, *GATHERED, *VERIFY, *UNDOUBTED],
        script={**SOURCES_TWICE, **answers(False, False), **contacts("requery", "proceed")},
        posts=("信息交换岗", "信息交换岗"),
    ),
    "suspended, the unit continues": Way(
        [*TO_VERIFICATION, *SUSPEND, *VERIFIED, *REPORT], script={**SUSPENDED, **CONTINUE}
    ),
    "suspended, the unit withdraws": Way(
        [*TO_VERIFICATION, *SUSPEND, *WITHDRAWN], script={**SUSPENDED, **WITHDRAW}
    ),
    "doubts, confirmed": Way(
        [*TO_VERIFICATION, *RESOLVE, *VERIFIED, *REPORT], script=doubts("confirm"), posts=("核证岗",)
    ),
    "doubts, suspended, the unit continues": Way(
        [*TO_VERIFICATION, *RESOLVE, *SUSPEND, *VERIFIED, *REPORT],
        script={**doubts("suspend"), **CONTINUE},
        posts=("核证岗",),
    ),
    "doubts, suspended, the unit withdraws": Way(
        [*TO_VERIFICATION, *RESOLVE, *SUSPEND, *WITHDRAWN],
        script={**doubts("suspend"), **WITHDRAW},
        posts=("核证岗",),
    ),
}


@pytest.mark.clause("J 6.2.2.3 Fig 3", "M 6.1 Fig 1", "M 6.2 Fig 2", "M 6.3 Fig 3", "M 6.4 Fig 4")
@pytest.mark.parametrize("name", WAYS)
def test_each_way_passes_its_elements_in_order(name: str) -> None:
    walk = WAYS[name].walked()

    assert walk.path == WAYS[name].path
    assert walk.instance.end_event == WAYS[name].path[-1]


@pytest.mark.clause("M 4.2 a", "M 4.2 b", "M 4.2 c")
@pytest.mark.parametrize("name", WAYS)
def test_people_of_the_right_posts_come_in_only_where_they_are_needed(name: str) -> None:
    walk = WAYS[name].walked()

    assert tuple(task.post for task in walk.people) == WAYS[name].posts
    assert all(task.form == task.element_id for task in walk.people)
    assert all("MZ/T 072-2016" in task.documentation for task in walk.people)


def test_the_ways_together_pass_every_element_of_the_diagrams() -> None:
    drawn = set().union(*(drawing.ids(*NODES) for drawing in drawings(AUTOMATIC_DRAWING, *SHARED)))

    passed = set().union(*(way.path for way in WAYS.values()))

    assert passed == drawn


@pytest.mark.clause("J 6.2.2.3 Fig 3")
def test_a_clean_commission_is_closed_without_any_person() -> None:
    walk = WAYS["clean"].walked()

    assert walk.people == []
    assert walk.instance.end_event == "verification_closed"


@pytest.mark.clause("M 6.1 b")
def test_each_of_the_two_reviews_is_a_task_of_its_own() -> None:
    walk = start(AUTOMATIC, {**AT_START, **BY_US}, {**CLEAN, **reviews(True, True)})

    walk_to(walk, "first_review")
    first = walk.instance.human_tasks()
    walk.act()
    walk.run()
    second = walk.instance.human_tasks()

    assert [task.element_id for task in (*first, *second)] == ["first_review", "second_review"]


@pytest.mark.clause("M 6.2 a")
def test_every_source_of_the_plan_is_asked_at_the_same_time() -> None:
    walk = start(AUTOMATIC, AT_START, CLEAN)

    walk_to(walk, "query_source")

    asked = walk.instance.service_calls()
    assert [call.variables["source"] for call in asked] == ["MZ", "GA", "JR"]
    assert {call.operation for call in asked} == {"query_source"}


@pytest.mark.clause("M 6.2 a", "J 6.1 Table 1")
def test_the_plan_of_the_service_reaches_the_planning_of_the_queries() -> None:
    walk = start(AUTOMATIC, {**AT_START, "service": "ac"}, CLEAN)

    walk_to(walk, "plan_queries")

    (call,) = walk.instance.service_calls()
    assert call.variables["plan"] == [{"item": "MZ01", "required": True}, {"item": "GA01", "required": True}]


@pytest.mark.clause("M 6.2 b", "M 6.2 c")
def test_asking_again_yields_the_outcomes_of_the_second_round_only() -> None:
    walk = WAYS["a source is asked again"].walked()

    seen = [call.variables["outcomes"] for call in walk.calls if call.element_id == "check_answers"]
    assert seen == [["MZ answered", "GA answered", "JR answered"], ["JR answered"]]


def test_a_plan_without_any_source_goes_on_to_the_check() -> None:
    walk = start(AUTOMATIC, AT_START, {**CLEAN, "plan_queries": [{"sources": []}]})

    walk_to(walk, "check_answers")

    assert "query_source" not in walk.path
    assert walk.instance.service_calls()[0].variables["outcomes"] == []


def test_the_operations_are_told_which_decision_table_they_consult() -> None:
    walk = WAYS["clean"].walked()

    consulted = {call.operation: call.decision for call in walk.calls if call.decision}
    assert consulted == {"evaluate_household": "economic_limits", "check_suspension": "suspension"}


@pytest.mark.clause("M 6.4 c")
def test_nothing_is_archived_before_the_receipt() -> None:
    walk = start(AUTOMATIC, AT_START, CLEAN)

    walk_to(walk, "await_receipt")

    assert [message.name for message in walk.instance.expected_messages()] == ["receipt"]
    assert walk.instance.service_calls() == []
    assert "archive_case" not in walk.path


@pytest.mark.clause("M 6.4 c")
def test_a_receipt_before_the_report_was_sent_is_refused() -> None:
    walk = start(AUTOMATIC, AT_START, CLEAN)

    walk_to(walk, "deliver_report")

    with pytest.raises(MessageNotExpected):
        walk.instance.deliver("receipt", {})


@pytest.mark.clause("M 6.3 c")
def test_a_suspended_verification_waits_for_the_unit_and_for_nothing_else() -> None:
    walk = start(AUTOMATIC, AT_START, {**CLEAN, **SUSPENDED})

    walk_to(walk, "await_instruction")

    assert [message.name for message in walk.instance.expected_messages()] == ["unit_instruction"]
    assert (walk.instance.service_calls(), walk.instance.human_tasks()) == ([], [])


@pytest.mark.clause("M 6.3 c")
def test_a_withdrawn_commission_gets_no_report_number() -> None:
    walk = WAYS["suspended, the unit withdraws"].walked()

    assert "number_report" not in walk.path
    assert walk.instance.variables["withdrawn"] is True
