"""Multi-instance and loops: entered again, restored anywhere, nothing lost, nothing out of order."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.runtime import Definition, Instance, ValueRefused
from tests.engine.runtime.diagrams import (
    define,
    each,
    end,
    exclusive,
    loop,
    service,
    start,
    sub,
    times,
    user,
)
from tests.engine.runtime.walk import Walk


def a_query(sequential: bool = False, until: str = "") -> Definition:
    repeated = each("items", "item", "answers", "answer", sequential, until)
    return define(start(), service("query", repeated), end(), flows="start -> query -> done")


def test_every_item_gets_its_own_call_and_the_answers_keep_the_order_of_the_items() -> None:
    walk = Walk(a_query(), {"items": ["aa", "af", "ag"]})
    assert [call.variables["item"] for call in walk.calls()] == ["aa", "af", "ag"]

    for index, item in [(2, "ag"), (0, "aa"), (0, "af")]:
        walk.service("query", {"answer": {"of": item}}, index)

    assert walk.finished
    assert walk.variables["answers"] == [{"of": "aa"}, {"of": "af"}, {"of": "ag"}]
    assert "item" not in walk.variables


def test_calls_keep_their_ids_when_the_instance_is_stored_and_restored() -> None:
    walk = Walk(a_query(), {"items": ["aa", "af"]})

    first, second = walk.calls(), walk.calls()

    assert [call.task_id for call in first] == [call.task_id for call in second]
    assert len({call.task_id for call in first}) == 2


def test_an_empty_list_needs_no_call_and_gives_an_empty_list() -> None:
    walk = Walk(a_query(), {"items": []})

    assert walk.finished
    assert walk.variables == {"items": [], "answers": []}


def test_a_sequential_activity_asks_one_after_the_other() -> None:
    walk = Walk(a_query(sequential=True), {"items": ["aa", "af"]})
    assert len(walk.calls()) == 1

    walk.service("query", {"answer": 1})
    assert [call.variables["item"] for call in walk.calls()] == ["af"]
    walk.service("query", {"answer": 2})

    assert walk.variables["answers"] == [1, 2]


def test_a_sequential_activity_does_not_stop_at_an_item_that_is_nothing() -> None:
    walk = Walk(a_query(sequential=True), {"items": [None, "af"]})

    walk.service("query", {"answer": 1})
    walk.service("query", {"answer": 2})

    assert walk.finished


@pytest.mark.parametrize("sequential", [False, True])
def test_a_completion_condition_ends_the_activity_early(sequential: bool) -> None:
    walk = Walk(a_query(sequential, "answer == 'enough'"), {"items": ["aa", "af", "ag"]})

    walk.service("query", {"answer": "more"})
    assert not walk.finished
    walk.service("query", {"answer": "enough"})

    assert walk.finished
    assert walk.variables["answers"] == ["more", "enough"]


def test_a_completion_condition_that_fails_is_a_failure_of_the_activity() -> None:
    walk = Walk(a_query(until="missing"), {"items": ["aa", "af"]})

    walk.service("query", {"answer": 1})

    assert [failure.element_id for failure in walk.failures()] == ["query"]
    assert walk.calls() == []


@pytest.mark.parametrize("sequential", [False, True])
def test_the_same_activity_is_entered_again_with_another_list(sequential: bool) -> None:
    definition = define(
        start(),
        service("query", each("items", "item", "answers", "answer", sequential)),
        user("resolve"),
        exclusive("gate"),
        end(),
        flows="""start -> query -> resolve -> gate
            gate -> query : len(items) > 0
            gate -> done : default""",
    )
    walk = Walk(definition, {"items": ["aa", "af"]})
    for answer in ("first aa", "first af"):
        walk.service("query", {"answer": answer})
    assert walk.variables["answers"] == ["first aa", "first af"]

    walk.human("resolve", {"items": ["af"]})
    assert [call.variables["item"] for call in walk.calls()] == ["af"]
    walk.service("query", {"answer": "second af"})
    walk.human("resolve", {"items": []})

    assert walk.finished
    assert walk.variables["answers"] == ["second af"]


@pytest.mark.parametrize("sequential", [False, True])
def test_a_number_of_instances_may_be_an_expression_and_be_entered_again(sequential: bool) -> None:
    definition = define(
        start(),
        service("query", times("rounds + 1", "answers", "answer", sequential)),
        exclusive("gate"),
        end(),
        flows="""start -> query -> gate
            gate -> query : answers == [1, 2]
            gate -> done : default""",
    )
    walk = Walk(definition, {"rounds": 1})

    for answer in (1, 2, 3, 4):
        walk.service("query", {"answer": answer})

    assert walk.finished
    assert walk.variables["answers"] == [3, 4]


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({}, "变量 items 不是列表"),
        ({"items": 5}, "变量 items 不是列表"),
        ({"items": {"a": 1}}, "变量 items 不是列表"),
        ({"items": ["a"] * 1001}, "实例数超过 1000"),
        ({"items": ["a"], "item": 1}, "already exists"),
    ],
)
def test_a_list_that_cannot_be_walked_is_a_failure_that_can_be_corrected(
    variables: dict[str, object], reason: str
) -> None:
    walk = Walk(a_query(), variables)

    assert [failure.element_id for failure in walk.failures()] == ["query"]
    assert reason in walk.failures()[0].message
    assert walk.calls() == []


def test_a_failed_activity_starts_over_with_the_corrected_list() -> None:
    walk = Walk(a_query(), {"items": "aa"})

    walk.retry(items=["aa"])
    walk.service("query", {"answer": 1})

    assert walk.finished
    assert walk.variables["answers"] == [1]


@pytest.mark.parametrize("number", ["-1", "'a'", "true"])
def test_a_number_of_instances_must_be_a_whole_number(number: str) -> None:
    definition = define(start(), service("query", times(number)), end(), flows="start -> query -> done")

    walk = Walk(definition)

    assert "需要非负整数" in walk.failures()[0].message


def test_a_result_without_the_promised_variable_is_refused_and_changes_nothing() -> None:
    walk = Walk(a_query(), {"items": ["aa"]})
    before = walk.state

    with pytest.raises(ValueRefused, match="缺少变量 answer"):
        walk.service("query", {"other": 1})

    assert walk.state == before
    assert len(walk.calls()) == 1


def test_without_an_output_the_instances_do_not_overwrite_the_data_of_the_process() -> None:
    definition = define(
        start(), service("query", each("items", "item")), end(), flows="start -> query -> done"
    )
    walk = Walk(definition, {"items": ["aa", "af"], "found": ["init"]})

    walk.service("query", {"found": ["x"]})
    walk.service("query", {"found": ["y", "z"]})

    assert walk.variables == {"items": ["aa", "af"], "found": ["init"]}


def test_a_sub_process_may_be_repeated_and_holds_its_own_tasks() -> None:
    inner = sub(
        "each_person",
        start("s"),
        user("ask"),
        end("e"),
        flows="s -> ask -> e",
        inner=each("people", "person", "answers", "answer"),
    )
    walk = Walk(define(start(), inner, end(), flows="start -> each_person -> done"), {"people": ["p1", "p2"]})
    assert walk.waiting == ["ask", "ask"]

    walk.human("ask", {"answer": 1})
    walk.human("ask", {"answer": 2})

    assert walk.finished
    assert walk.variables["answers"] == [1, 2]


def test_a_repeated_sub_process_that_brings_no_result_is_a_failure() -> None:
    inner = sub(
        "each_person",
        start("s"),
        user("ask"),
        end("e"),
        flows="s -> ask -> e",
        inner=each("people", "person", "answers", "answer"),
    )
    walk = Walk(define(start(), inner, end(), flows="start -> each_person -> done"), {"people": ["p1"]})

    walk.human("ask")

    assert walk.failures()[0].message == "多实例任务无法执行：each_person；缺少变量 answer"


def test_a_loop_repeats_its_task_while_the_condition_holds() -> None:
    definition = define(start(), service("ask", loop("more")), end(), flows="start -> ask -> done")
    walk = Walk(definition, {"more": True, "found": ["a", "b"]})

    walk.service("ask", {"found": ["c"]})
    assert walk.variables["found"] == ["c"]
    walk.service("ask", {"more": False})

    assert walk.finished
    assert walk.path.count("ask") == 3  # twice the task, once the loop


def test_a_loop_ends_at_its_maximum_and_may_be_tested_before() -> None:
    definition = define(
        start(),
        service("ask", loop("true", maximum=2)),
        service("never", loop("false", before=True)),
        end(),
        flows="start -> ask -> never -> done",
    )
    walk = Walk(definition)

    walk.service("ask")
    walk.service("ask")

    assert walk.finished


def test_a_loop_condition_that_fails_is_a_failure_of_the_loop() -> None:
    definition = define(start(), service("ask", loop("missing")), end(), flows="start -> ask -> done")
    walk = Walk(definition)

    walk.service("ask")

    assert [failure.element_id for failure in walk.failures()] == ["ask"]


def test_an_instance_goes_on_in_a_fresh_process(tmp_path: Path) -> None:
    walk = Walk(a_query(), {"items": ["aa", "af"]})
    walk.service("query", {"answer": 1})
    (tmp_path / "state").write_bytes(walk.state)
    (tmp_path / "diagram").write_bytes(walk.definition.sources[0].content)
    program = """
import sys
from pathlib import Path
from engine.runtime import Instance, Source, load_definitions
folder = Path(sys.argv[1])
definition = load_definitions([Source("main.bpmn", (folder / "diagram").read_bytes())])["main"]
Instance.start(definition, {})  # the specs are parsed and cached before anything is restored
instance = Instance.restore(definition, (folder / "state").read_bytes())
(call,) = instance.service_calls()
instance.complete_service(call.task_id, {"answer": 2})
instance.run()
(folder / "state").write_bytes(instance.dump())
"""

    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, cwd=Path.cwd())

    restored = Instance.restore(walk.definition, (tmp_path / "state").read_bytes())
    assert restored.finished
    assert restored.variables["answers"] == [1, 2]
