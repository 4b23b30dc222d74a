"""Random walks: whatever happens in whatever order, an instance ends or says what it waits for; storing it
between any two steps changes nothing."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.runtime import Definition, Instance
from tests.engine.runtime.diagrams import (
    boundary,
    call,
    catch,
    define,
    each,
    end,
    error_event,
    exclusive,
    inclusive,
    message_event,
    node,
    parallel,
    receive,
    service,
    source,
    start,
    sub,
    timer,
    user,
)
from tests.engine.runtime.walk import NOON

PART = source(
    start("p_start"),
    service("lookup", each("items", "entry", "found", "hit")),
    end("p_end"),
    flows="p_start -> lookup -> p_end",
    process_id="part",
    name="part.bpmn",
)


def a_case() -> Definition:
    """Everything together: fork and join, repetition, a called process, boundaries, a race, a loop."""
    return define(
        start(),
        exclusive("again"),
        parallel("fork"),
        service("query", each("items", "item", "answers", "answer")),
        boundary("broken", "query", error_event()),
        user("repair"),
        exclusive("repaired"),
        call("ask_part", "part"),
        sub(
            "talk",
            start("t_start"),
            inclusive("which"),
            user("phone"),
            user("letter"),
            inclusive("talked"),
            end("t_end"),
            flows="""t_start -> which
                which -> phone : len(items) > 1
                which -> letter : default
                phone -> talked -> t_end
                letter -> talked""",
        ),
        boundary("silent", "talk", timer('"P5D"')),
        exclusive("heard"),
        parallel("join"),
        exclusive("gate"),
        node("eventBasedGateway", "race"),
        receive("receipt", "receipt_came"),
        catch("late", timer('"P10D"')),
        boundary("withdrawn", "ask_part", message_event("withdraw"), cancel=False),
        end("noted"),
        end("received"),
        end("overdue"),
        flows="""start -> again -> fork -> query -> repaired -> join
            broken -> repair -> repaired
            fork -> ask_part -> join
            fork -> talk -> heard -> join
            silent -> heard
            withdrawn -> noted
            join -> gate
            gate -> again : more
            gate -> race : default
            race -> receipt -> received
            race -> late -> overdue""",
        messages=["receipt_came", "withdraw"],
        also=[PART],
    )


def moves(instance: Instance) -> list[tuple[str, str]]:
    """What could happen next, without ids, so that two instances can be led the same way."""
    calls = [("service", item.element_id) for item in instance.service_calls()]
    errors = [("error", item.element_id) for item in instance.service_calls()]
    tasks = [("human", item.element_id) for item in instance.human_tasks()]
    messages = [("message", item.name) for item in instance.expected_messages()]
    timers = [("time", item.element_id) for item in instance.timers()]
    return [*calls, *errors, *tasks, *messages, *timers]


def move(instance: Instance, choice: int, more: bool) -> None:
    """Take the move of that number. `more` asks for another round, from one branch only."""
    options = moves(instance)
    position = choice % len(options)
    kind, name = options[position]
    calls = instance.service_calls()
    if kind == "service":
        instance.complete_service(calls[position].task_id, {"answer": 1, "hit": 2})
    elif kind == "error":
        instance.raise_error(calls[position - len(calls)].task_id, "E1")
    elif kind == "human":
        task = next(item for item in instance.human_tasks() if item.element_id == name)
        instance.complete_human(task.task_id, {"more": more} if name == "repair" else {})
    elif kind == "message":
        instance.deliver(name, {})
    else:
        instance.fire_timers(min(item.due_at for item in instance.timers()) + timedelta(seconds=1))
    instance.run()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=25),
    st.lists(st.sampled_from(["aa", "af", "ag"]), max_size=3),
)
def test_every_walk_ends_or_says_what_it_waits_for_and_storing_changes_nothing(
    choices: list[tuple[int, bool]], items: list[str]
) -> None:
    definition = a_case()
    kept = Instance.start(definition, {"items": items, "more": False}, lambda: NOON)
    kept.run()
    stored, path = kept.dump(), [step.element_id for step in kept.steps()]

    for choice, more in choices:
        if kept.finished:
            break
        assert moves(kept), kept.failures()
        before = len(kept.steps())
        move(kept, choice, more)
        restored = Instance.restore(definition, stored, lambda: NOON)
        move(restored, choice, more)
        stored = restored.dump()
        path += [step.element_id for step in restored.steps()]
        assert [step.element_id for step in kept.steps()[before:]] == [s.element_id for s in restored.steps()]
        assert moves(Instance.restore(definition, stored, lambda: NOON)) == moves(kept)
        assert kept.failures() == []

    assert Instance.restore(definition, stored).finished == kept.finished
    assert kept.finished == (kept.end_event in ("received", "overdue") and not moves(kept))
    assert path.count("start") == 1
