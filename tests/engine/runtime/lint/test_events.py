"""Rules of the linter on what events wait for and what handles errors."""

from collections.abc import Sequence

from engine.runtime import Source
from engine.runtime.lint import check_rules
from tests.engine.runtime.diagrams import (
    boundary,
    catch,
    end,
    error_event,
    message_event,
    node,
    receive,
    service,
    start,
    timer,
    user,
)
from tests.engine.runtime.lint.cases import (
    STRAIGHT,
    Case,
    at_boundary,
    bad_diagrams,
    caught,
    drawn,
    faults,
    good_twins,
    one,
    race,
    refuses,
    replaced,
)

CASES = [
    Case(
        "event_kinds",
        [
            *(
                caught(f"<{kind}EventDefinition/>")
                for kind in ("link", "compensate", "signal", "conditional", "escalation")
            ),
            *(
                one(node("intermediateThrowEvent", "a", f"<{kind}EventDefinition/>"))
                for kind in ("signal", "message", "compensate", "conditional")
            ),
            drawn(start(), user("a"), end("done", "<signalEventDefinition/>"), flows=STRAIGHT),
            drawn(start("start", "<messageEventDefinition/>"), user("a"), end(), flows=STRAIGHT),
            caught(message_event("receipt") + timer('"P1D"')),
            caught(""),
            at_boundary(""),
            at_boundary("<cancelEventDefinition/>"),
        ],
        [
            caught(message_event("receipt")),
            one(node("intermediateThrowEvent", "a")),
            drawn(start(), user("a"), end("done", "<terminateEventDefinition/>"), flows=STRAIGHT),
        ],
    ),
    Case(
        "messages",
        [
            caught("<messageEventDefinition/>"),
            caught(message_event("unknown")),
            one(node("receiveTask", "a")),
            one(receive("a", "unknown")),
            replaced(one(receive("a", "receipt"), messages=["receipt"]), 'name="receipt"', 'name=""'),
        ],
        [one(receive("a", "receipt"), messages=["receipt"])],
    ),
    Case(
        "errors",
        [
            at_boundary(error_event("unknown")),
            at_boundary(error_event("nameless")),
            drawn(start(), user("a"), end("done", error_event()), flows=STRAIGHT),
        ],
        [at_boundary(error_event("E1")), at_boundary(error_event())],
    ),
    Case(
        "boundaries",
        [
            at_boundary(message_event("receipt"), attached="nothing"),
            at_boundary(message_event("receipt"), attached="done"),
            at_boundary(error_event(), activity=user("a")),
            at_boundary(error_event(), cancel=False),
        ],
        [at_boundary(message_event("receipt"), activity=user("a"), cancel=False)],
    ),
    Case(
        "one_handler",
        [
            drawn(
                start(),
                service("a"),
                boundary("x", "a", error_event("E1")),
                boundary("y", "a", error_event("E1")),
                end(),
                flows="start -> a -> done\n x -> done\n y -> done",
                errors={"E1": "E1"},
            )
        ],
        [
            drawn(
                start(),
                service("a"),
                boundary("x", "a", error_event("E1")),
                boundary("y", "a", error_event()),
                end(),
                flows="start -> a -> done\n x -> done\n y -> done",
                errors={"E1": "E1"},
            )
        ],
    ),
    Case(
        "event_gateways",
        [
            race(user("second")),
            race(catch("second", timer('"P1D"')), "first -> second"),
            race(receive("second", "receipt"), "edge -> done", boundary("edge", "second", timer('"P1D"'))),
        ],
        [race(catch("second", timer('"P1D"')))],
    ),
    Case(
        "timers",
        [
            caught(timer("P1D")),
            caught(timer('"P1"')),
            caught(timer("5")),
            caught(timer("2026-11-21", "timeDate")),
            caught(timer('"soon"', "timeDate")),
            caught(timer('"R3/PT1H"', "timeCycle")),
            caught("<timerEventDefinition/>"),
            caught(timer("now()", "timeDate")),
            caught(timer("working_days(10)", "timeDate")),
            caught(timer("working_days(days)", "timeDate")),
            caught(timer("working_days(-1)")),
            caught(timer("working_days()")),
        ],
        [
            caught(timer('"P10D"')),
            caught(timer("waiting_time")),
            caught(timer("working_days(10)")),
            caught(timer("working_days(days)")),
            caught(timer("due_on", "timeDate")),
            caught(timer('"2026-11-21"', "timeDate")),
        ],
    ),
]


@bad_diagrams(CASES)
def test_a_bad_diagram_is_refused_with_a_text_and_a_remedy(
    rule: str, content: bytes, beside: Sequence[Source]
) -> None:
    assert refuses(rule, content, beside)


@good_twins(CASES)
def test_its_good_twin_passes_all_rules(rule: str, content: bytes, beside: Sequence[Source]) -> None:
    assert faults(content, beside) == []


def test_working_days_in_a_wrong_place_are_refused_in_words_that_say_where_they_belong() -> None:
    content = caught(timer("working_days(10)", "timeDate"))

    (finding,) = check_rules([Source("main.bpmn", content)])

    assert finding.message.endswith("的时间不能使用 working_days")
    assert finding.remedy == "working_days 只用于定时器的时长（timeDuration），例如 working_days(10)"
