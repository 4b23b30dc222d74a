"""Every door a text of a designer comes in by, and the child in which attacks try each of them.

The child writes one line per attack. It ends early when an attack uses up its time or its memory.
"""

import json
import resource
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.domain.errors import RuleViolation
from engine.form_definitions.conditions import ConditionError, holds, parse_condition
from engine.runtime import Source, load_definitions
from engine.runtime.decisions import read_decisions
from engine.runtime.lint import check_rules
from tests.engine.runtime.attacks import FILES
from tests.engine.runtime.diagrams import (
    boundary,
    catch,
    define,
    document,
    each,
    end,
    exclusive,
    inclusive,
    loop,
    node,
    receive,
    rules,
    service,
    start,
    table,
    timer,
    times,
    user,
)
from tests.engine.runtime.walk import Walk

CPU_SECONDS, MEMORY_BYTES = 2, 1_500_000_000
SECRET = "open sesame"
# What a program does that reaches out of itself; lxml and the parser of Python tell nothing of the kind.
REACHING_OUT = (
    "open",
    "os.",
    "subprocess.",
    "socket.",
    "exec",
    "import",
    "ctypes.",
    "shutil.",
    "sys._",
    "pty.",
)
# What is within reach of an expression in a diagram: names, nested values, texts that look like code.
DATA: Mapping[str, object] = {
    "ok": True,
    "amount": 120,
    "x": "a" * 6_000,
    "items": [1, 2, 3],
    "helper": {"name": "h", "list": [1], "text": "t"},
    "os": {"environ": {"USER": "u"}},
    "a": {"b": {"c": "__import__('os').system('true')"}},
}


class Passed(Exception):  # noqa: N818 - an outcome, not an error
    """An attack was taken as a text like any other; `told` is what became of it."""


def ran(*elements: str, flows: str, also: Sequence[Source] = (), **settings: Any) -> None:
    """Runs until all wait. Whatever stops it is raised; reaching the end is told."""
    walk = Walk(define(*elements, flows=flows, also=also, **settings), DATA)
    for failure in walk.failures():
        raise Passed(f"failed at {failure.element_id}")
    raise Passed(f"went on {walk.path}")


def at_gateway(gateway: str, text: str) -> None:
    flows = f"s -> gate\ngate -> e : {' '.join(text.splitlines())}\ngate -> other : default"
    ran(start("s"), gateway, end("e"), end("other"), flows=flows)


def task_repeated(inner: str) -> None:
    ran(start("s"), service("work", inner), end("e"), flows="s -> work -> e")


def loop_of_two_rounds(text: str) -> None:
    walk = Walk(define(start("s"), service("work", loop(text)), end("e"), flows="s -> work -> e"), DATA)
    for _ in range(2):
        if walk.failures():
            raise Passed(f"failed at {walk.failures()[0].element_id}")
        walk.service("work")
    raise Passed("failed" if walk.failures() else "went on")


def completion_condition(text: str) -> None:
    once = service("work", each("items", "item", "results", "result", until=text))
    walk = Walk(define(start("s"), once, end("e"), flows="s -> work -> e"), DATA)
    walk.service("work", {"result": 1})
    raise Passed("failed" if walk.failures() else "went on")


def decided(inputs: str = "amount", cell: str = "-", result: str = "1") -> None:
    asked = table("plan", [inputs], ["answer"], [([cell], [result])])
    ran(start("s"), rules("ask", "plan"), end("e"), flows="s -> ask -> e", also=[asked])


def checked(text: str) -> None:
    """The rules of the linter over a diagram with the text at every place that has one."""
    elements = (
        start("s"),
        exclusive("gate"),
        service("work", loop(text), operation=text[:200]),
        catch("pause", timer(text)),
        boundary("late", "work", timer(text, "timeDate")),
        service("each", each(_escaped(text[:200]), "item", "all", "one", until=text)),
        end("e"),
    )
    one_line = " ".join(text.splitlines())
    ways = f"gate -> work : {one_line}\ngate -> pause : default"
    flows = f"s -> gate\n{ways}\nwork -> each -> e\nlate -> e\npause -> e"
    asked = table("plan", [text], ["answer"], [([text], [text])])
    found = check_rules([Source("main.bpmn", document(*elements, flows=flows)), asked])
    raise RuleViolation if found else Passed("no finding")


def in_a_decision_file(text: str) -> None:
    read_decisions("plan.dmn", table("plan", ["amount"], ["answer"], [(["-"], [text])]).content)
    raise Passed("read")


def form_condition(text: str) -> None:
    raise Passed("went on" if holds(parse_condition(text), [DATA]) else "failed to hold")


def message_name(text: str) -> None:
    name = " ".join(text.split())[:200].replace('"', "'").replace("<", "(").replace("&", "+")
    walk = Walk(
        define(start("s"), receive("get", name), end("e"), flows="s -> get -> e", messages=[name]), DATA
    )
    walk.message(name, {"text": text[:500]})
    raise Passed(f"taken {walk.finished}")


def value_of_a_variable(text: str) -> None:
    """A text that looks like an expression is a text: it comes out of every element as it went in."""
    asked = table("plan", ["said"], ["answer"], [(["-"], ["said"])])
    elements = (start("s"), rules("ask", "plan"), exclusive("gate"), user("look"), end("e"))
    flows = "s -> ask -> gate\ngate -> look : answer == said\ngate -> e : default\nlook -> e"
    walk = Walk(define(*elements, flows=flows, also=[asked]), {"said": text})
    walk.human("look", {"said_again": text})
    unchanged = walk.variables["answer"] == walk.variables["said_again"] == text
    raise Passed("a text as before" if unchanged else "ESCAPED")


def value_of_a_timer(text: str) -> None:
    walk = Walk(
        define(start("s"), catch("pause", timer("said")), end("e"), flows="s -> pause -> e"), {"said": text}
    )
    raise Passed("failed" if walk.failures() else "went on")


def doubling(text: str) -> None:
    """Forty tables one after the other, each of which answers with what it was told, twice."""
    names = [f"ask_{number}" for number in range(40)]
    asked = table("plan", ["ok"], ["x", "y"], [(["-"], [f"[{text}, {text}]", "[y, y]"])])
    elements = (start("s"), *(rules(name, "plan") for name in names), exclusive("gate"), end("e"), user("f"))
    flows = f"s -> {' -> '.join(names)} -> gate\ngate -> e : x == y\ngate -> f : default\nf -> e"
    walk = Walk(define(*elements, flows=flows, also=[asked]), {**DATA, "y": "a"})
    raise Passed("failed" if walk.failures() else "went on")


DOORS: Mapping[str, Callable[[str], None]] = {
    "condition of an exclusive gateway": lambda text: at_gateway(exclusive("gate"), text),
    "condition of an inclusive gateway": lambda text: at_gateway(inclusive("gate"), text),
    "duration of a timer": lambda text: ran(
        start("s"), catch("pause", timer(text)), end("e"), flows="s -> pause -> e"
    ),
    "date of a timer": lambda text: ran(
        start("s"), catch("pause", timer(text, "timeDate")), end("e"), flows="s -> pause -> e"
    ),
    "cycle of a timer": lambda text: ran(
        start("s"), catch("pause", timer(text, "timeCycle")), end("e"), flows="s -> pause -> e"
    ),
    "duration of a boundary timer": lambda text: ran(
        *(start("s"), user("work"), boundary("late", "work", timer(text)), end("e"), end("gone")),
        flows="s -> work -> e\nlate -> gone",
    ),
    "number of instances": lambda text: task_repeated(times(_escaped(text))),
    "number of instances one by one": lambda text: task_repeated(times(_escaped(text), sequential=True)),
    "list of instances": lambda text: task_repeated(each(_escaped(text), "item")),
    "completion condition": completion_condition,
    "condition of a loop": loop_of_two_rounds,
    "input of a decision table": lambda text: decided(inputs=text),
    "condition cell": lambda text: decided(cell=text),
    "negated cell": lambda text: decided(cell=f"not({text})"),
    "compared cell": lambda text: decided(cell=f"< {text}"),
    "interval cell": lambda text: decided(cell=f"[{text}..{text}]"),
    "result cell": lambda text: decided(result=text),
    "result cell of many tables": doubling,
    "file of decisions": in_a_decision_file,
    "script": lambda text: ran(
        *(start("s"), node("scriptTask", "work", f"<script>{_escaped(text)}</script>"), end("e")),
        flows="s -> work -> e",
    ),
    "conditional event": lambda text: ran(
        *(start("s"), catch("wait", _conditional(text)), end("e")), flows="s -> wait -> e"
    ),
    "condition of a form": form_condition,
    "check of diagrams": checked,
    "value of a timer": value_of_a_timer,
}


def loaded(content: bytes) -> None:
    load_definitions([Source("main.bpmn", content)])
    raise Passed("loaded")


def found_wrong(content: bytes) -> None:
    raise RuleViolation if check_rules([Source("main.bpmn", content)]) else Passed("no finding")


def read_as_table(content: bytes) -> None:
    read_decisions("plan.dmn", content)
    raise Passed("read")


FILE_DOORS: Mapping[str, Callable[[bytes], None]] = {
    "loading": loaded,
    "check": found_wrong,
    "tables": read_as_table,
}
# Nothing is evaluated behind these: a text goes in and comes out.
TEXTS: Mapping[str, Callable[[str], None]] = {
    "script before a task": lambda text: ran(
        *(start("s"), service("work", _extension(text)), end("e")), flows="s -> work -> e"
    ),
    "operation of a task": lambda text: ran(
        *(start("s"), service("work", operation=" ".join(text.split())), end("e")), flows="s -> work -> e"
    ),
    "name of a message": message_name,
    "value of a variable": value_of_a_variable,
}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _conditional(text: str) -> str:
    return f"<conditionalEventDefinition><condition>{_escaped(text)}</condition></conditionalEventDefinition>"


def _extension(text: str) -> str:
    script = (
        f'<s:preScript xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core">{_escaped(text)}</s:preScript>'
    )
    return f"<extensionElements>{script}</extensionElements>"


class Guard:
    """Says of every attack what it reached; its time is counted in the seconds of the processor."""

    def __init__(self) -> None:
        self._reached: list[str] = []
        self._is_on = False
        sys.addaudithook(self._note)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))

    def _note(self, event: str, arguments: object) -> None:
        if self._is_on and event.startswith(REACHING_OUT):
            self._reached.append(event)

    def outcome(self, attack: Callable[[str], None], text: str) -> str:
        self._reached.clear()
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, -1))
        self._is_on = True
        told = _outcome(attack, text)
        self._is_on = False
        if self._reached:
            return f"ESCAPED by {sorted(set(self._reached))}"
        return "ESCAPED, told a secret" if SECRET in told else told


def _outcome(attack: Callable[[str], None], text: str) -> str:
    try:
        attack(text)
    except RuleViolation as refusal:
        return f"refused {str(refusal)[:300]}"
    except ConditionError as refusal:
        return f"refused {str(refusal)[:300]}"
    except Passed as passed:
        return str(passed)
    except Exception as error:  # whatever the door did not expect is what we are after
        return f"UNEXPECTED {type(error).__name__} {str(error)[:200]}"
    return "ESCAPED without a word"


def main() -> None:
    """Tries the attacks on the door that standard input names; texts, or names of FILES."""
    job = json.load(sys.stdin)
    door = job["door"]
    attack = _file_attack(job) if door in FILE_DOORS else {**DOORS, **TEXTS}[door]
    _outcome(attack, job["attacks"][0])  # what is loaded at the first use is loaded now
    guard = Guard()
    for text in job["attacks"]:
        sys.stdout.write(json.dumps(guard.outcome(attack, text)) + "\n")
        sys.stdout.flush()


def _file_attack(job: Mapping[str, Any]) -> Callable[[str], None]:
    def attack(name: str) -> None:
        content = FILES[name]
        for encoding in ("utf-8", "utf-16-le"):
            for word in ("SECRET_FILE", "LISTENER"):
                content = content.replace(word.encode(encoding), job[word].encode(encoding))
        FILE_DOORS[job["door"]](content)

    return attack
