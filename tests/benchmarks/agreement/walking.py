"""What both engines are told to do, step for step, and what they say they did. Imports neither of them."""

import json
import resource
import sys
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Protocol

MOST_STEPS = 60
CPU_SECONDS = 600
States = list[tuple[str, str, int]]  # spec name, state, how many


@dataclass
class Outcome:
    """`refused`: did not parse. `failed`: the elements in error. `data` is only of a finished process."""

    refused: str = ""
    failed: list[str] = field(default_factory=list)
    why: str = ""
    finished: bool = False
    waiting: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    states: States = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Open:
    """A task that waits for somebody, or an event. `complete` takes the results."""

    element: str
    variables: Mapping[str, Any]
    complete: Callable[[dict[str, Any]], None]


class Engine(Protocol):
    def open_tasks(self) -> list[Open]: ...

    def open_events(self) -> list[Open]:
        """Messages and timers that something waits for."""

    def outcome(self) -> Outcome: ...


def walk(engine: Engine, request: Mapping[str, Any]) -> Outcome:
    """The first open task by name is completed, one at a time; if there is none, the first event happens."""
    for _ in range(MOST_STEPS):
        waiting = engine.open_tasks() or engine.open_events()
        if not waiting:
            break
        first = min(waiting, key=lambda one: one.element)
        first.complete(_results(first, request))
    return engine.outcome()


def _results(one: Open, request: Mapping[str, Any]) -> dict[str, Any]:
    results = {}
    if one.element in request["scripts"]:
        results = _run_script(request["scripts"][one.element], dict(one.variables))
    if one.element in request["outputs"]:
        output, taken = request["outputs"][one.element]
        results.setdefault(output, one.variables.get(taken, "done"))
    return results


def _run_script(script: str, variables: dict[str, Any]) -> dict[str, Any]:
    """What the script of a diagram changes; a script that fails changes nothing."""
    before, after = plain(variables), plain(variables)
    try:
        exec(script, {}, after)
    except Exception:
        return {}
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    return {name: value for name, value in changed.items() if _is_json(value)}


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


def plain(value: Any) -> Any:
    """The two engines keep numbers and sequences in different types."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    if isinstance(value, Decimal | float):
        return int(value) if value == int(value) else round(float(value), 9)
    return deepcopy(value) if _is_json(value) else str(value)


def serve(run: Callable[[Mapping[str, Any]], Outcome]) -> None:
    """One request per line, one outcome per line, until there is nothing more; bounded against hanging."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    answers, sys.stdout = sys.stdout, sys.stderr  # a script of a diagram may print
    for line in sys.stdin:
        answers.write(json.dumps(asdict(run(json.loads(line))), default=str) + "\n")
        answers.flush()
