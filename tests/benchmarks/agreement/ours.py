"""Our runtime, walked; runs in a process of its own as the library does."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.mixins import EndEventMixin

from engine.runtime import Instance, ProcessFault, Source, Timer, load_definitions
from tests.benchmarks.agreement.walking import Open, Outcome, plain, serve, walk

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DEFINITE = TaskState.DEFINITE_MASK | TaskState.FINISHED_MASK


class Ours:
    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._fault = ""
        self._run()

    def _run(self) -> None:
        try:
            self._instance.run()
        except ProcessFault as fault:
            self._fault = self._fault or str(fault)

    def open_tasks(self) -> list[Open]:
        if self._has_failed():
            return []  # as the library, which can only stop
        ready = {str(task.id): task.data for task in self._instance._workflow.all_open(TaskState.READY)}
        human = [
            Open(task.element_id, ready[task.task_id], partial(self._human, task.task_id))
            for task in self._instance.human_tasks()
        ]
        service = [
            Open(call.element_id, call.variables, partial(self._service, call.task_id))
            for call in self._instance.service_calls()
        ]
        return human + service

    def _human(self, task_id: str, results: dict[str, Any]) -> None:
        self._do(partial(self._instance.complete_human, task_id, results))

    def _service(self, task_id: str, results: dict[str, Any]) -> None:
        self._do(partial(self._instance.complete_service, task_id, results))

    def _do(self, act: Any) -> None:
        try:
            act()
        except ProcessFault as fault:
            self._fault = self._fault or str(fault)
        self._run()

    def _has_failed(self) -> bool:
        return any(failure.task_id for failure in self._instance.failures())

    def open_events(self) -> list[Open]:
        if self._has_failed():
            return []
        messages = [
            Open(f"message {message.element_id}", {}, partial(self._deliver, message.name, message.task_id))
            for message in self._instance.expected_messages()
        ]
        timers = [
            Open(f"timer {timer.element_id}", {}, partial(self._fire, timer))
            for timer in self._instance.timers()
        ]
        return messages + timers

    def _deliver(self, name: str, task_id: str, results: dict[str, Any]) -> None:
        self._do(partial(self._instance.deliver, name, {}, task_id))

    def _fire(self, timer: Timer, results: dict[str, Any]) -> None:
        self._do(partial(self._instance.fire_timers, timer.due_at))

    def outcome(self) -> Outcome:
        workflow = self._instance._workflow
        every = [workflow, *workflow.subprocesses.values()]
        tasks = [task for one in every for task in one.tasks.values() if task.has_state(DEFINITE)]
        failures = [failure for failure in self._instance.failures() if failure.task_id]
        finished = self._instance.finished and not self._fault
        counter = Counter((task.task_spec.name, TaskState.get_name(task.state)) for task in tasks)
        return Outcome(
            failed=sorted({failure.element_id for failure in failures}),
            why=self._fault or "; ".join(failure.message for failure in failures),
            finished=finished,
            waiting=sorted(one.element for one in self.open_tasks() or self.open_events()),
            ends=sorted(
                task.task_spec.name
                for task in tasks
                if isinstance(task.task_spec, EndEventMixin) and task.state == TaskState.COMPLETED
            ),
            states=[(name, state, number) for (name, state), number in sorted(counter.items())],
            data=plain(self._instance.variables) if finished else {},
        )


def run(request: Mapping[str, Any]) -> Outcome:
    sources = [Source(name, text.encode()) for name, text in request["files"].items()]
    try:
        definition = load_definitions(sources)[request["process"]]
        instance = Instance.start(definition, request["variables"], lambda: NOON)
    except ProcessFault as fault:
        return Outcome(refused=str(fault))
    return walk(Ours(instance), request)


if __name__ == "__main__":
    serve(run)
