"""Messages and races: to one instance, to one task, once."""

from datetime import timedelta

import pytest

from engine.runtime import Definition, Instance, MessageNotExpected
from tests.engine.runtime.diagrams import (
    boundary,
    catch,
    define,
    end,
    message_event,
    node,
    parallel,
    receive,
    start,
    timer,
    user,
)
from tests.engine.runtime.walk import Walk


def a_receipt() -> Definition:
    return define(
        start(),
        receive("receipt", "receipt_came"),
        end(),
        flows="start -> receipt -> done",
        messages=["receipt_came"],
    )


def test_a_message_reaches_the_instance_it_is_delivered_to_and_no_other() -> None:
    first, second = Walk(a_receipt(), {"case": "A1"}), Walk(a_receipt(), {"case": "B2"})
    assert first.messages() == second.messages() == ["receipt_came"]

    second.message("receipt_came", {"receipt_no": "R2"})

    assert second.finished
    assert second.variables == {"case": "B2", "receipt_no": "R2"}
    assert not first.finished
    assert first.messages() == ["receipt_came"]


def test_a_message_nobody_waits_for_is_refused() -> None:
    walk = Walk(a_receipt())

    with pytest.raises(MessageNotExpected, match="other"):
        walk.message("other")


def test_a_message_is_taken_once() -> None:
    instance = Instance.start(a_receipt(), {})
    instance.run()
    instance.deliver("receipt_came", {"receipt_no": 1})

    with pytest.raises(MessageNotExpected):
        instance.deliver("receipt_came", {"receipt_no": 2})

    instance.run()
    assert instance.variables == {"receipt_no": 1}


def test_of_several_waiting_tasks_one_must_be_named() -> None:
    definition = define(
        start(),
        parallel("split"),
        receive("one", "receipt_came"),
        catch("two", message_event("receipt_came")),
        end(),
        end("other"),
        flows="start -> split -> one -> done\n split -> two -> other",
        messages=["receipt_came"],
    )
    instance = Instance.start(definition, {})
    instance.run()
    messages = {message.element_id: message.task_id for message in instance.expected_messages()}

    with pytest.raises(MessageNotExpected, match="2 个"):
        instance.deliver("receipt_came", {})
    instance.deliver("receipt_came", {"n": 2}, messages["two"])
    instance.run()

    assert [message.element_id for message in instance.expected_messages()] == ["one"]


def with_withdrawal(cancel: bool = True) -> Definition:
    return define(
        start(),
        user("review"),
        boundary("withdrawn", "review", message_event("withdraw"), cancel),
        end(),
        end("stopped"),
        flows="start -> review -> done\n withdrawn -> stopped",
        messages=["withdraw"],
    )


def test_a_message_at_the_boundary_interrupts_the_task() -> None:
    walk = Walk(with_withdrawal())

    walk.message("withdraw", {"reason": "moved"})

    assert walk.finished
    assert walk.end_event == "stopped"
    assert walk.variables == {"reason": "moved"}
    assert walk.cancelled == ["review"]


def test_an_interrupted_task_is_closed_at_once_and_not_only_when_the_engine_runs() -> None:
    instance = Instance.start(with_withdrawal(), {})
    instance.run()

    instance.deliver("withdraw", {})

    assert instance.human_tasks() == []


def test_a_message_that_does_not_interrupt_leaves_the_task_open() -> None:
    walk = Walk(with_withdrawal(cancel=False))

    walk.message("withdraw")
    assert walk.waiting == ["review"]
    assert not walk.finished
    walk.human("review")

    assert walk.finished
    assert walk.cancelled == []


def test_a_completed_task_no_longer_waits_for_the_message_at_its_boundary() -> None:
    definition = define(
        start(),
        user("review"),
        boundary("withdrawn", "review", message_event("withdraw")),
        user("archive"),
        end(),
        flows="start -> review -> archive -> done\n withdrawn -> done",
        messages=["withdraw"],
    )
    walk = Walk(definition)

    walk.human("review")

    assert walk.messages() == []
    assert walk.waiting == ["archive"]


def a_race() -> Definition:
    return define(
        start(),
        node("eventBasedGateway", "race"),
        receive("receipt", "receipt_came"),
        catch("late", timer('"P10D"')),
        end("received"),
        end("overdue"),
        flows="start -> race -> receipt -> received\n race -> late -> overdue",
        messages=["receipt_came"],
    )


def test_behind_an_event_gateway_the_message_wins_when_it_comes_first() -> None:
    walk = Walk(a_race())

    walk.message("receipt_came", {"no": 1})

    assert walk.end_event == "received"
    assert walk.finished
    assert walk.variables == {"no": 1}


def test_behind_an_event_gateway_the_timer_wins_when_it_is_due_first() -> None:
    walk = Walk(a_race())

    walk.wait(days=10)

    assert walk.end_event == "overdue"
    assert walk.finished
    assert walk.messages() == []


def test_a_message_that_comes_when_the_timer_is_due_too_opens_one_path_only() -> None:
    walk = Walk(a_race())
    walk.now += timedelta(days=11)
    instance = Instance.restore(walk.definition, walk.state, lambda: walk.now)

    instance.deliver("receipt_came", {})
    instance.run()

    assert instance.end_event == "received"
    assert [step.element_id for step in instance.steps()] == ["race", "receipt", "received"]
