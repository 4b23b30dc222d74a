"""Errors and ends: at one activity, outwards from there, and what they close."""

from engine.runtime import Definition
from tests.engine.runtime.diagrams import (
    boundary,
    call,
    define,
    each,
    end,
    error_event,
    exclusive,
    node,
    parallel,
    service,
    source,
    start,
    sub,
    user,
)
from tests.engine.runtime.walk import Walk


def with_handlers(*codes: str) -> Definition:
    """A service task with a handler per code; the empty code is for every error."""
    handlers = [boundary(f"on_{code or 'any'}", "query", error_event(code)) for code in codes]
    ends = [end(f"handled_{code or 'any'}") for code in codes]
    flows = "\n".join(f"on_{code or 'any'} -> handled_{code or 'any'}" for code in codes)
    return define(
        start(),
        service("query"),
        *handlers,
        *ends,
        end(),
        flows=f"start -> query -> done\n{flows}",
        errors={code: code for code in codes if code},
    )


def test_an_error_goes_to_the_handler_of_its_code() -> None:
    walk = Walk(with_handlers("", "E1", "E2"))

    assert walk.error("query", "E2")

    assert walk.finished
    assert walk.end_event == "handled_E2"
    assert walk.cancelled == ["query"]


def test_an_error_without_its_own_handler_goes_to_the_handler_of_all_errors() -> None:
    walk = Walk(with_handlers("E1", ""))

    assert walk.error("query", "E9")

    assert walk.end_event == "handled_any"


def test_an_error_nobody_handles_changes_nothing() -> None:
    walk = Walk(with_handlers("E1"))
    before = [item.task_id for item in walk.calls()]

    assert not walk.error("query", "E9")

    assert [item.task_id for item in walk.calls()] == before
    assert walk.failures() == []


def test_an_error_stays_with_its_activity_when_a_parallel_one_has_a_handler_too() -> None:
    definition = define(
        start(),
        parallel("split"),
        service("bank"),
        service("tax"),
        boundary("bank_error", "bank", error_event()),
        boundary("tax_error", "tax", error_event()),
        end("bank_ok"),
        end("tax_ok"),
        end("bank_failed"),
        end("tax_failed"),
        flows="""start -> split -> bank -> bank_ok
            split -> tax -> tax_ok
            bank_error -> bank_failed
            tax_error -> tax_failed""",
    )
    walk = Walk(definition)

    assert walk.error("tax", "E1")

    assert walk.waiting == ["bank"]
    assert "tax_failed" in walk.path
    assert "bank_failed" not in walk.path
    walk.service("bank")
    assert walk.finished


def test_an_error_in_one_instance_ends_all_instances_of_the_activity() -> None:
    definition = define(
        start(),
        service("query", each("items", "item")),
        boundary("broken", "query", error_event()),
        end(),
        end("handled"),
        flows="start -> query -> done\n broken -> handled",
    )
    walk = Walk(definition, {"items": ["aa", "af", "ag"]})
    walk.service("query")

    assert walk.error("query", "E1", index=1)

    assert walk.finished
    assert walk.end_event == "handled"
    assert walk.calls() == []


def in_a_sub_process(inner_handler: str = "") -> Definition:
    inside = [start("s"), service("query"), end("e")]
    flows = "s -> query -> e"
    if inner_handler:
        inside += [boundary("inner", "query", error_event(inner_handler)), end("inside")]
        flows += "\ninner -> inside"
    return define(
        start(),
        sub("part", *inside, flows=flows),
        boundary("outer", "part", error_event()),
        user("review"),
        end(),
        flows="start -> part -> done\n outer -> review -> done",
        errors={"E1": "E1"},
    )


def test_an_error_leaves_the_sub_process_that_does_not_handle_it() -> None:
    walk = Walk(in_a_sub_process())

    assert walk.error("query", "E1")

    assert walk.waiting == ["review"]
    assert walk.calls() == []
    walk.human("review")
    assert walk.finished


def test_the_nearest_handler_takes_the_error() -> None:
    walk = Walk(in_a_sub_process("E1"))

    assert walk.error("query", "E1")

    assert walk.finished
    assert "inner" in walk.path
    assert "outer" not in walk.path


def test_an_error_of_a_called_process_reaches_the_caller() -> None:
    callee = source(
        start("s"), service("query"), end("e"), flows="s -> query -> e", process_id="part", name="part.bpmn"
    )
    definition = define(
        start(),
        call("ask", "part", each("items", "item")),
        boundary("broken", "ask", error_event()),
        end(),
        end("handled"),
        flows="start -> ask -> done\n broken -> handled",
        also=[callee],
    )
    walk = Walk(definition, {"items": [1, 2]})
    assert len(walk.calls()) == 2

    assert walk.error("query", "E1")

    assert walk.finished
    assert walk.end_event == "handled"
    assert walk.calls() == []


def an_error_end(handled: bool) -> Definition:
    inner = sub(
        "part",
        start("s"),
        user("check"),
        exclusive("gate"),
        end("fine"),
        end("bad", error_event("E1")),
        flows="s -> check -> gate\n gate -> fine : ok\n gate -> bad : default",
    )
    handler = [boundary("caught", "part", error_event("E1")), end("handled")] if handled else []
    flows = "start -> part -> done" + ("\n caught -> handled" if handled else "")
    return define(start(), inner, *handler, end(), flows=flows, errors={"E1": "E1"})


def test_an_error_end_event_is_caught_at_the_boundary_of_its_sub_process() -> None:
    walk = Walk(an_error_end(handled=True))

    walk.human("check", {"ok": False})

    assert walk.finished
    assert walk.end_event == "handled"


def test_an_error_end_event_that_nobody_catches_is_a_failure_and_no_end() -> None:
    walk = Walk(an_error_end(handled=False))

    walk.human("check", {"ok": False})

    assert not walk.finished
    assert walk.failures()[0].message == "错误没有边界事件处理：bad；E1"


def test_a_terminating_end_closes_everything_else() -> None:
    definition = define(
        start(),
        parallel("split"),
        user("review"),
        sub("part", start("s"), user("ask"), end("e"), flows="s -> ask -> e"),
        end(),
        end("other"),
        end("stop", "<terminateEventDefinition/>"),
        user("decide"),
        flows="start -> split -> review -> done\n split -> part -> other\n split -> decide -> stop",
    )
    walk = Walk(definition)
    assert walk.waiting == ["ask", "decide", "review"]

    walk.human("decide")

    assert walk.finished
    assert walk.end_event == "stop"
    assert walk.waiting == []
    assert sorted(walk.cancelled) == ["ask", "part", "review"]


def test_a_terminating_end_in_a_sub_process_ends_only_that() -> None:
    inner = sub(
        "part",
        start("s"),
        parallel("fork"),
        user("ask"),
        user("decide"),
        end("e"),
        end("stop", "<terminateEventDefinition/>"),
        flows="s -> fork -> ask -> e\n fork -> decide -> stop",
    )
    walk = Walk(define(start(), inner, user("review"), end(), flows="start -> part -> review -> done"))

    walk.human("decide", {"outcome": 1})

    assert walk.waiting == ["review"]
    assert walk.cancelled == ["ask"]
    assert walk.variables == {"outcome": 1}


def test_a_none_throw_event_is_passed_and_noted() -> None:
    definition = define(
        start(), node("intermediateThrowEvent", "milestone"), end(), flows="start -> milestone -> done"
    )

    assert Walk(definition).path == ["start", "milestone", "done"]
