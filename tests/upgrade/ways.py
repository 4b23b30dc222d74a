"""Ways through processes that pass every kind of wait: the shipped diagrams, and small ones for the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from engine.runtime import Definition
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
    loop,
    message_event,
    node,
    parallel,
    receive,
    rules,
    service,
    source,
    start,
    sub,
    table,
    timer,
    user,
)
from tests.processes.shipped import AUTOMATIC
from tests.processes.test_paths import AT_START, CLEAN, WAYS
from tests.processes.walk import Script
from tests.upgrade.acts import NOON, Act, Walker, answer, fail, hand_in, retry, tell, wait_until

VALUES: Mapping[str, object] = {
    "amount": Decimal("12.50"),
    "day": date(2026, 12, 1),
    "at": NOON,
    "nested": {"list": [1, True, None, "中文", {"amount": Decimal("0")}]},
}


@dataclass(frozen=True)
class Way:
    variables: Mapping[str, object]
    acts: Sequence[Act]


@dataclass(frozen=True)
class Room:
    """A definition with the ways through it that are stored."""

    name: str
    definition: Definition
    ways: Mapping[str, Way]


def _way(*acts: Act, **variables: object) -> Way:
    return Way(variables, acts)


def after(**span: float) -> Act:
    return wait_until(NOON + timedelta(**span))


def shipped() -> Room:
    ways = {
        name: _scripted({**AT_START, **way.variables}, {**CLEAN, **way.script}) for name, way in WAYS.items()
    }
    return Room("automatic_handling", AUTOMATIC, ways)


def _scripted(variables: Mapping[str, object], script: Script) -> Way:
    """The acts that a script of answers comes to."""
    walker, acts = Walker(AUTOMATIC), list[Act]()
    walker.begin(variables)
    while not walker.instance.finished:
        acts.append(_next(walker, acts, script))
        walker.perform(acts[-1])
    return Way(variables, acts)


def _next(walker: Walker, done: Iterable[Act], script: Script) -> Act:
    instance = walker.instance
    if calls := instance.service_calls():
        if calls[0].element_id == "query_source":
            return answer("query_source", outcome=f"{calls[0].variables['source']} answered")
        return Act("service", calls[0].element_id, _scripted_answer(calls[0].element_id, done, script))
    if people := instance.human_tasks():
        return Act("human", people[0].element_id, _scripted_answer(people[0].element_id, done, script))
    (message,) = instance.expected_messages()
    values = _scripted_answer(message.element_id, [act for act in done if act.kind == "message"], script)
    return Act("message", message.name, values)


def _scripted_answer(element: str, done: Iterable[Act], script: Script) -> Mapping[str, object]:
    answers = script.get(element, ())
    visit = sum(act.name == element for act in done)
    return answers[visit] if visit < len(answers) else {}


def timers() -> Room:
    definition = define(
        start(),
        user("review"),
        boundary("reminder", "review", timer('"P3D"'), cancel=False),
        boundary("limit", "review", timer("day", "timeDate")),
        service("remind"),
        catch("pause", timer('"PT2H"')),
        end("reminded"),
        end("late"),
        end(),
        flows="start -> review -> pause -> done\n reminder -> remind -> reminded\n limit -> late",
    )
    ways = {
        "in time": _way(hand_in("review", passed=True), after(hours=2), **VALUES),
        "reminded": _way(after(days=3), answer("remind"), hand_in("review"), after(days=4), **VALUES),
        "too late": _way(after(days=3), after(days=30), answer("remind"), **VALUES),
    }
    return Room("timers", definition, ways)


def messages() -> Room:
    definition = define(
        start(),
        receive("await_letter", "letter"),
        service("query"),
        boundary("called_off", "query", message_event("withdrawal")),
        catch("await_receipt", message_event("receipt")),
        end("withdrawn"),
        end(),
        flows="start -> await_letter -> query -> await_receipt -> done\n called_off -> withdrawn",
        messages=["letter", "withdrawal", "receipt"],
    )
    letter = tell("letter", number="L1", received=NOON)
    ways = {
        "answered": _way(letter, answer("query", amount=Decimal("0.10")), tell("receipt", by="U001")),
        "called off": _way(letter, tell("withdrawal", reason="撤回")),
    }
    return Room("messages", definition, ways)


def event_gateway() -> Room:
    definition = define(
        start(),
        node("eventBasedGateway", "whichever"),
        catch("told", message_event("instruction")),
        catch("overdue", timer('"P10D"')),
        user("ask_again"),
        end("answered"),
        end(),
        flows="start -> whichever -> told -> answered\n whichever -> overdue -> ask_again -> done",
        messages=["instruction"],
    )
    ways = {
        "told": _way(tell("instruction", instruction="continue")),
        "overdue": _way(after(days=10), hand_in("ask_again")),
    }
    return Room("event_gateway", definition, ways)


def repetitions() -> Room:
    definition = define(
        start(),
        service("query", each("sources", "item", "outcomes", "outcome")),
        boundary("gone", "query", error_event("E1")),
        user("contact", each("outcomes", "doubt", "opinions", "opinion", sequential=True)),
        service("ask", loop("rounds < 2")),
        user("help"),
        end("helped"),
        end(),
        flows="start -> query -> contact -> ask -> done\n gone -> help -> helped",
        errors={"E1": "source_gone"},
    )
    half = [answer("query", index=1, outcome="GA"), answer("query", index=0, outcome="MZ")]
    all_three = [*half, answer("query", outcome="JR")]
    opinions = [hand_in("contact", opinion=f"意见{number}") for number in range(3)]
    rounds = [answer("ask", rounds=1), answer("ask", rounds=2)]
    sources = ["MZ", "GA", "JR"]
    ways = {
        "to the end": _way(*all_three, *opinions, *rounds, sources=sources, rounds=0),
        "broken off half done": _way(
            half[0], fail("query", "source_gone"), hand_in("help"), sources=sources, rounds=0
        ),
    }
    return Room("repetitions", definition, ways)


def called_processes() -> Room:
    callee = source(
        start("begin"),
        user("inner_review"),
        exclusive("good"),
        end("left", error_event("E2")),
        end("passed"),
        flows="begin -> inner_review -> good\n good -> passed : fine\n good -> left : default",
        name="callee.bpmn",
        process_id="callee",
        errors={"E2": "refused"},
    )
    definition = define(
        start(),
        call("ask_callee", "callee"),
        boundary("refused", "ask_callee", error_event("E2")),
        sub("within", start("s"), service("look"), user("write"), end("e"), flows="s -> look -> write -> e"),
        boundary("limit", "within", timer('"P5D"')),
        end("turned_down"),
        end("late"),
        end(),
        flows="start -> ask_callee -> within -> done\n refused -> turned_down\n limit -> late",
        errors={"E2": "refused"},
        also=[callee],
    )
    passed = hand_in("inner_review", fine=True)
    ways = {
        "to the end": _way(passed, answer("look"), hand_in("write", words="好"), **VALUES),
        "refused inside": _way(hand_in("inner_review", fine=False), **VALUES),
        "too late inside": _way(passed, answer("look"), after(days=5), **VALUES),
    }
    return Room("called_processes", definition, ways)


def branches() -> Room:
    definition = define(
        start(),
        parallel("split"),
        service("bank"),
        user("visit"),
        parallel("join"),
        inclusive("which"),
        service("tax"),
        service("land"),
        user("talk"),
        inclusive("whole"),
        end(),
        flows="start -> split -> bank -> join\n split -> visit -> join -> which\n"
        "which -> tax : has_income\n which -> land : has_land\n which -> talk : default\n"
        "tax -> whole\n land -> whole\n talk -> whole -> done",
    )
    both = {"has_income": True, "has_land": True}
    ways = {
        "bank first": _way(
            answer("bank", balance=5), hand_in("visit", seen=True), answer("tax"), answer("land"), **both
        ),
        "visit first": _way(
            hand_in("visit"), answer("bank"), hand_in("talk"), has_income=False, has_land=False
        ),
    }
    return Room("branches", definition, ways)


def failures() -> Room:
    definition = define(
        start(),
        user("count"),
        rules("limits", "limits"),
        exclusive("enough"),
        service("query"),
        end("stopped"),
        end(),
        flows="start -> count -> limits -> enough\n enough -> query : limit > number\n"
        "enough -> stopped : default\n query -> done",
        also=[table("limits", ["area"], ["limit"], [(['"urban"'], ["10"]), (['"rural"'], ["5"])])],
    )
    counted = hand_in("count", number=3)
    ways = {
        "a decision without a row": _way(
            counted, retry("limits", area="urban"), answer("query"), area="nowhere"
        ),
        "a gateway without its variable": _way(hand_in("count"), retry("enough", number=7), area="rural"),
    }
    return Room("failures", definition, ways)


def working_days() -> Room:
    """By weekends alone: the limit ends with Friday, 27 November."""
    definition = define(
        start(),
        user("review"),
        boundary("reminder", "review", timer("working_days(days)"), cancel=False),
        service("remind"),
        catch("pause", timer("working_days(2)")),
        end("reminded"),
        end(),
        flows="start -> review -> pause -> done\n reminder -> remind -> reminded",
    )
    ways = {
        "in time": _way(hand_in("review"), after(days=4), days=5),
        "reminded": _way(after(days=7), answer("remind"), hand_in("review"), after(days=12), days=5),
    }
    return Room("working_days", definition, ways)


def all_rooms() -> list[Room]:
    small = (
        timers,
        working_days,
        messages,
        event_gateway,
        repetitions,
        called_processes,
        branches,
        failures,
    )
    return [shipped(), *(build() for build in small)]
