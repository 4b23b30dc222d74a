"""Tasks that wait for people and operations: what they show, and that each is done once."""

import pytest

from engine.runtime import Instance, Source, StepState, TaskNotOpen, ValueRefused
from tests.engine.runtime.diagrams import POST, define, end, rules, service, start, table, user
from tests.engine.runtime.walk import Walk


def a_review() -> Walk:
    documented = user("review", "<documentation> 按 6.1 b 审核 </documentation>")
    return Walk(define(start(), documented, end(), flows="start -> review -> done"), {"case": 7})


def test_a_human_task_shows_its_post_its_form_and_its_explanation() -> None:
    (task,) = a_review().tasks()

    assert (task.element_id, task.name, task.post, task.form) == ("review", "名review", POST, "review")
    assert task.documentation == "按 6.1 b 审核"


def test_a_manual_task_is_a_human_task_too() -> None:
    walk = Walk(define(start(), user("file", tag="manualTask"), end(), flows="start -> file -> done"))

    walk.human("file")

    assert walk.finished
    assert walk.path == ["start", "file", "done"]


def test_a_service_task_shows_its_operation_its_decision_and_its_variables() -> None:
    tables = table("suspension", ["x"], ["y"], [(["-"], ["1"])])
    definition = define(
        start(),
        service("query", operation="query_source", decision="suspension"),
        end(),
        flows="start -> query -> done",
        also=[tables],
    )

    (call,) = Walk(definition, {"case": 7}).calls()

    assert (call.element_id, call.name) == ("query", "名query")
    assert (call.operation, call.decision) == ("query_source", "suspension")
    assert call.variables == {"case": 7}


def test_variables_shown_outside_cannot_change_the_instance() -> None:
    definition = define(start(), service("query"), end(), flows="start -> query -> done")
    instance = Instance.start(definition, {"found": ["a"]})
    instance.run()

    instance.service_calls()[0].variables["found"].append("b")  # type: ignore[union-attr]  # a list, see above

    assert instance.service_calls()[0].variables == {"found": ["a"]}


def test_variables_handed_in_may_be_changed_outside_afterwards() -> None:
    handed_in = {"found": ["a"]}
    definition = define(start(), service("query"), end(), flows="start -> query -> done")
    instance = Instance.start(definition, handed_in)

    handed_in["found"].append("b")
    instance.run()

    assert instance.variables == {"found": ["a"]}


def test_a_human_task_can_be_completed_only_once() -> None:
    definition = define(
        start(), user("review"), user("archive"), end(), flows="start -> review -> archive -> done"
    )
    instance = Instance.start(definition, {})
    instance.run()
    (task,) = instance.human_tasks()
    instance.complete_human(task.task_id, {"first": True})

    with pytest.raises(TaskNotOpen, match="不在办理中"):
        instance.complete_human(task.task_id, {"second": True})

    instance.run()
    assert instance.variables == {"first": True}
    assert [open_task.element_id for open_task in instance.human_tasks()] == ["archive"]


def test_a_service_task_can_be_completed_only_once() -> None:
    definition = define(
        start(), service("query"), user("review"), end(), flows="start -> query -> review -> done"
    )
    instance = Instance.start(definition, {})
    instance.run()
    (call,) = instance.service_calls()
    instance.complete_service(call.task_id, {})
    instance.run()

    with pytest.raises(TaskNotOpen):
        instance.complete_service(call.task_id, {})


def test_a_task_is_completed_by_the_door_of_its_kind_only() -> None:
    walk = a_review()
    (task,) = walk.tasks()
    instance = Instance.restore(walk.definition, walk.state)

    with pytest.raises(TaskNotOpen):
        instance.complete_service(task.task_id, {})


def test_a_gateway_or_event_cannot_be_completed_from_outside() -> None:
    definition = define(start(), service("query"), end(), flows="start -> query -> done")
    instance = Instance.start(definition, {})

    with pytest.raises(TaskNotOpen):
        instance.complete_human(str(instance._workflow.task_tree.id), {})


def test_refused_results_change_nothing() -> None:
    walk = a_review()
    before = walk.state

    with pytest.raises(ValueRefused):
        walk.human("review", {"typename": "x"})

    assert walk.state == before
    assert walk.waiting == ["review"]


def test_steps_tell_element_name_kind_lane_process_and_state_in_order() -> None:
    walk = a_review()
    instance = Instance.restore(walk.definition, walk.state)
    instance.complete_human(instance.human_tasks()[0].task_id, {})
    instance.run()

    first, second = instance.steps()

    assert (first.element_id, first.name, first.kind, first.lane) == ("review", "名review", "userTask", POST)
    assert (first.process_id, first.state) == ("main", StepState.COMPLETED)
    assert (second.element_id, second.kind) == ("done", "endEvent")


def plan(rows: list[tuple[list[str], list[str]]], policy: str = "UNIQUE") -> tuple[Walk, Source]:
    tables = table("plan", ["kind"], ["items"], rows, policy)
    definition = define(
        start(),
        rules("consult", "plan"),
        user("review"),
        end(),
        flows="start -> consult -> review -> done",
        also=[tables],
    )
    return Walk(definition, {"kind": "aa"}), tables


def test_a_business_rule_task_merges_what_its_table_says() -> None:
    walk, _ = plan([(['"aa"'], ['["income", "property"]']), (['"af"'], ["[]"])])

    assert walk.variables == {"kind": "aa", "items": ["income", "property"]}
    assert walk.waiting == ["review"]


def test_a_collecting_table_gives_lists() -> None:
    walk, _ = plan([(["-"], ['"income"']), (['"aa"'], ['"property"']), (['"af"'], ['"none"'])], "COLLECT")

    assert walk.variables["items"] == ["income", "property"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("UNIQUE", {"item": "a", "required": True}), ("COLLECT", [{"item": "a", "required": True}])],
)
def test_a_business_rule_task_may_name_the_variable_for_its_answer(policy: str, expected: object) -> None:
    tables = table("plan", ["kind"], ["item", "required"], [(['"aa"'], ['"a"', "true"])], policy)
    consult = rules("consult", "plan", result="answer")
    definition = define(start(), consult, end(), flows="start -> consult -> done", also=[tables])

    walk = Walk(definition, {"kind": "aa"})

    assert walk.variables == {"kind": "aa", "answer": expected}


def test_a_table_that_matches_twice_is_a_failure_of_the_task() -> None:
    walk, _ = plan([(["-"], ['"x"']), (['"aa"'], ['"y"'])])

    assert [failure.element_id for failure in walk.failures()] == ["consult"]
    assert "第 1、2 行同时符合" in walk.failures()[0].message


def test_a_table_that_does_not_match_is_a_failure_naming_table_and_inputs() -> None:
    walk, _ = plan([(['"zz"'], ['"x"'])])

    assert walk.failures()[0].message == "决策表没有得出唯一结果：plan；kind='aa'；没有符合的行"


def test_an_id_that_is_none_is_refused_like_a_closed_task() -> None:
    walk = a_review()
    instance = Instance.restore(walk.definition, walk.state)

    with pytest.raises(TaskNotOpen, match="no id"):
        instance.complete_human("no id", {})


def test_an_instance_that_has_not_yet_run_has_no_failures_and_no_end() -> None:
    definition = define(start(), service("query"), end(), flows="start -> query -> done")

    instance = Instance.start(definition, {"case": 7})

    assert instance.failures() == []
    assert not instance.finished
    assert instance.end_event is None
    assert instance.variables == {"case": 7}
