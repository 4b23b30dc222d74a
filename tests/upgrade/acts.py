"""What happens to an instance from outside, as data: so that a stored way can be walked by any release."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.runtime import Definition, Instance, Step

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Act:
    """`name` is the element, or the message; `index` chooses among several open at the same element."""

    kind: str  # service | human | message | error | time | retry
    name: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    index: int = 0


def answer(element: str, index: int = 0, **values: object) -> Act:
    return Act("service", element, values, index)


def hand_in(element: str, **values: object) -> Act:
    return Act("human", element, values)


def tell(message: str, **values: object) -> Act:
    return Act("message", message, values)


def fail(element: str, code: str, index: int = 0) -> Act:
    return Act("error", element, {"code": code}, index)


def wait_until(moment: datetime) -> Act:
    return Act("time", "", {"at": moment})


def retry(element: str, **corrections: object) -> Act:
    return Act("retry", element, corrections)


class Walker:
    """One instance, and the clock it lives by."""

    def __init__(self, definition: Definition, now: datetime = NOON) -> None:
        self.definition = definition
        self.now = now

    def begin(self, variables: Mapping[str, object]) -> None:
        self.instance = Instance.start(self.definition, variables, self._clock)
        self.instance.run()

    def enter(self, body: bytes) -> None:
        self.instance = Instance.restore(self.definition, body, self._clock)

    def perform(self, act: Act) -> None:
        getattr(self, f"_{act.kind}")(act)
        self.instance.run()

    def told(self) -> list[str]:
        """The history since the instance was begun or entered."""
        return [_told(step) for step in self.instance.steps()]

    def waiting(self) -> list[str]:
        """What the instance waits for, failed elements included; sorted."""
        instance = self.instance
        waits = [
            *(("service", call.element_id) for call in instance.service_calls()),
            *(("human", task.element_id) for task in instance.human_tasks()),
            *(("message", message.element_id) for message in instance.expected_messages()),
            *(("timer", timer.element_id) for timer in instance.timers()),
            *(("failure", failure.element_id) for failure in instance.failures()),
        ]
        return sorted(f"{kind}:{element}" for kind, element in waits)

    def _clock(self) -> datetime:
        return self.now

    def _service(self, act: Act) -> None:
        self.instance.complete_service(self._call(act), act.values)

    def _error(self, act: Act) -> None:
        assert self.instance.raise_error(self._call(act), str(act.values["code"]))

    def _human(self, act: Act) -> None:
        tasks = [task.task_id for task in self.instance.human_tasks() if task.element_id == act.name]
        self.instance.complete_human(tasks[act.index], act.values)

    def _message(self, act: Act) -> None:
        self.instance.deliver(act.name, act.values)

    def _time(self, act: Act) -> None:
        moment = act.values["at"]
        assert isinstance(moment, datetime)
        self.now = moment
        self.instance.fire_timers(moment)

    def _retry(self, act: Act) -> None:
        failed = [item.task_id for item in self.instance.failures() if item.element_id == act.name]
        assert failed[act.index] is not None
        self.instance.retry(str(failed[act.index]), act.values)

    def _call(self, act: Act) -> str:
        calls = [call.task_id for call in self.instance.service_calls() if call.element_id == act.name]
        return calls[act.index]


def _told(step: Step) -> str:
    return " ".join([f"{step.process_id}/{step.element_id}", step.kind, step.state.value, step.lane or "-"])
