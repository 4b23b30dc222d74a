"""Long instances: no depth at which the engine loses sight of a task, no growth of what is stored."""

import pytest

from engine.runtime import Definition, Instance, StepBudgetExceeded
from tests.engine.runtime.diagrams import (
    boundary,
    define,
    end,
    error_event,
    exclusive,
    parallel,
    rules,
    service,
    start,
    table,
    user,
)
from tests.engine.runtime.walk import Walk

ROUNDS = 2000


def a_loop() -> Definition:
    return define(
        start(),
        user("ask"),
        exclusive("gate"),
        end(),
        flows="start -> ask -> gate\n gate -> ask : again\n gate -> done : default",
    )


def test_two_thousand_rounds_in_memory_end_at_the_end_event() -> None:
    instance = Instance.start(a_loop(), {})
    instance.run()

    for number in range(1, ROUNDS + 1):
        assert not instance.finished
        (task,) = instance.human_tasks()
        instance.complete_human(task.task_id, {"again": number < ROUNDS, "number": number})
        instance.run()

    assert instance.finished
    assert instance.end_event == "done"
    assert instance.variables == {"again": False, "number": ROUNDS}
    assert len(instance.steps()) == 2 * ROUNDS + 2


def test_the_stored_state_does_not_grow_with_the_rounds() -> None:
    walk = Walk(a_loop())
    walk.human("ask", {"again": True})
    early = len(walk.state)

    for _ in range(60):
        walk.human("ask", {"again": True})

    assert len(walk.state) <= early + 20
    walk.human("ask", {"again": False})
    assert walk.finished


def test_joins_and_boundary_events_work_below_the_depth_of_a_thousand() -> None:
    definition = define(
        start(),
        exclusive("merge"),
        parallel("split"),
        service("bank"),
        boundary("broken", "bank", error_event()),
        service("tax"),
        parallel("join"),
        exclusive("gate"),
        end(),
        end("handled"),
        flows="""start -> merge -> split -> bank -> join -> gate
            split -> tax -> join
            gate -> merge : again
            gate -> done : default
            broken -> handled""",
    )
    instance = Instance.start(definition, {"again": True})
    rounds = 180

    for number in range(rounds):
        instance.run()
        for call in instance.service_calls():
            instance.complete_service(call.task_id, {"again": number < rounds - 1})

    assert instance._workflow.open_tasks(-1)[0].depth > 1000
    instance.run()
    assert instance.finished
    assert instance.end_event == "done"
    assert instance.failures() == []


def test_a_loop_without_a_waiting_point_ends_in_an_error_and_not_in_a_hang() -> None:
    counted = table("count", ["1"], ["n"], [(["-"], ["1"])])
    definition = define(
        start(),
        rules("count_on", "count"),
        exclusive("gate"),
        end(),
        flows="start -> count_on -> gate\n gate -> count_on : n == 1\n gate -> done : default",
        also=[counted],
    )
    instance = Instance.start(definition, {})

    with pytest.raises(StepBudgetExceeded):
        instance.run(budget=500)

    assert not instance.finished
