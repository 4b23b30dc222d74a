"""Walks an instance through a process and stores and restores it between any two steps."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from engine.runtime import Definition, Failure, HumanTask, Instance, ServiceCall, StepState

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


class Walk:
    """One instance. Every method is a round trip through bytes; `path` is what is over, in order."""

    def __init__(self, definition: Definition, variables: Mapping[str, object] | None = None) -> None:
        self.definition = definition
        self.now = NOON
        self.path: list[str] = []
        self.cancelled: list[str] = []
        self.state = Instance.start(definition, variables or {}, self._clock).dump()
        self._leave(self._enter())

    def _clock(self) -> datetime:
        return self.now

    def _enter(self) -> Instance:
        return Instance.restore(self.definition, self.state, self._clock)

    def _leave(self, instance: Instance) -> None:
        """Store before and after the engine runs."""
        self._store(instance)
        instance = self._enter()
        instance.run()
        self._store(instance)

    def _store(self, instance: Instance) -> None:
        for step in instance.steps():
            (self.cancelled if step.state is StepState.CANCELLED else self.path).append(step.element_id)
        self.state = instance.dump()

    def service(self, element_id: str, results: Mapping[str, object] | None = None, index: int = 0) -> None:
        """Complete the service task in progress, the one of this number if there are several."""
        call = self.calls(element_id)[index]
        instance = self._enter()
        instance.complete_service(call.task_id, results or {})
        self._leave(instance)

    def error(self, element_id: str, code: str, index: int = 0) -> bool:
        call = self.calls(element_id)[index]
        instance = self._enter()
        caught = instance.raise_error(call.task_id, code)
        self._leave(instance)
        return caught

    def human(self, element_id: str, results: Mapping[str, object] | None = None) -> None:
        task = next(task for task in self.tasks() if task.element_id == element_id)
        instance = self._enter()
        instance.complete_human(task.task_id, results or {})
        self._leave(instance)

    def message(self, name: str, payload: Mapping[str, object] | None = None) -> None:
        instance = self._enter()
        instance.deliver(name, payload or {})
        self._leave(instance)

    def wait(self, **duration: float) -> None:
        """Let time pass and fire the timers that are due then."""
        self.now += timedelta(**duration)
        instance = self._enter()
        instance.fire_timers(self.now)
        self._leave(instance)

    def retry(self, **corrections: object) -> None:
        failure = self.failures()[0]
        assert failure.task_id is not None
        instance = self._enter()
        instance.retry(failure.task_id, corrections)
        self._leave(instance)

    def calls(self, element_id: str = "") -> list[ServiceCall]:
        return [call for call in self._enter().service_calls() if element_id in ("", call.element_id)]

    def tasks(self) -> list[HumanTask]:
        return self._enter().human_tasks()

    def messages(self) -> list[str]:
        return [message.name for message in self._enter().expected_messages()]

    def failures(self) -> list[Failure]:
        return self._enter().failures()

    @property
    def due(self) -> list[datetime]:
        return [timer.due_at for timer in self._enter().timers()]

    @property
    def waiting(self) -> list[str]:
        """The elements that wait for somebody, sorted."""
        instance = self._enter()
        return sorted(task.element_id for task in [*instance.service_calls(), *instance.human_tasks()])

    @property
    def finished(self) -> bool:
        return self._enter().finished

    @property
    def end_event(self) -> str | None:
        return self._enter().end_event

    @property
    def variables(self) -> Mapping[str, object]:
        return self._enter().variables
