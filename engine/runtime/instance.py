"""A process instance: started or restored, moved on by what arrives from outside, asked what it waits for."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Self

from SpiffWorkflow import TaskState
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.domain.deadlines import WEEKENDS_ONLY, Calendar
from engine.runtime import state
from engine.runtime.definitions import Definition
from engine.runtime.elements import HumanTask as HumanElement
from engine.runtime.elements import ServiceTask as ServiceElement
from engine.runtime.errors import MessageNotExpected, ProcessFault, TaskNotOpen, ValueRefused
from engine.runtime.events import MessageEvent, TimerEvent, awaited, catcher_of, pass_due, trigger
from engine.runtime.guard import FAILURE
from engine.runtime.library import OPEN, UNFINISHED
from engine.runtime.loops import missing_result
from engine.runtime.parsing import parsed
from engine.runtime.pruning import prune
from engine.runtime.values import Value, admit, copied
from engine.runtime.views import (
    ExpectedMessage,
    Failure,
    HumanTask,
    ServiceCall,
    ShownVariables,
    Step,
    StepState,
    Timer,
)
from engine.runtime.workflow import TopWorkflow

STEP_BUDGET = 10_000

Clock = Callable[[], datetime]
Holidays = Callable[[], Calendar]  # asked at most once in the life of an Instance, and only for working days


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _weekends_only() -> Calendar:
    return WEEKENDS_ONLY


class Instance:
    """One running process. Not shared between threads; every change is in `dump()` and nowhere else."""

    def __init__(self, definition: Definition, workflow: TopWorkflow) -> None:
        self._definition = definition
        self._workflow = workflow
        self._workflow.on_step = self._note
        self._steps: list[Step] = []
        self._activities: dict[str, Any] = self._open_activities()

    @classmethod
    def start(
        cls,
        definition: Definition,
        variables: Mapping[str, object],
        clock: Clock = _utc_now,
        holidays: Holidays = _weekends_only,
    ) -> Self:
        """A new instance that has not yet run. Raises ValueRefused, DiagramRefused."""
        process = parsed(definition)
        workflow = TopWorkflow(process.spec, process.subprocess_specs, process.decisions, clock, holidays)
        workflow.task_tree.data = admit(variables)
        return cls(definition, workflow)

    @classmethod
    def restore(
        cls,
        definition: Definition,
        stored: bytes,
        clock: Clock = _utc_now,
        holidays: Holidays = _weekends_only,
    ) -> Self:
        """The instance as it was dumped, under the definition it is pinned to.

        Raises BeyondThisRelease when a newer release has stored it, StateRefused when it is damaged.
        """
        return cls(definition, state.load(definition, stored, clock, holidays))

    def dump(self) -> bytes:
        """The state to store. Take `steps()` with it: what is over is forgotten here."""
        prune(self._workflow)
        return state.dump(self._definition, self._workflow)

    def release(self) -> None:
        """Nothing is asked of it any more."""
        for inner in self._workflow.subprocesses.values():
            inner.release()
        self._workflow.__dict__.clear()

    def run(self, budget: int = STEP_BUDGET) -> None:
        """Run until all wait. An element that fails is in `failures()`. Raises StepBudgetExceeded."""
        with self._changing():
            self._workflow.run(budget)

    # Service tasks

    def service_calls(self) -> list[ServiceCall]:
        """The service tasks in progress, at all levels, with the variables each sees."""
        return [
            ServiceCall(
                task_id=task.id,
                element_id=task.task_spec.bpmn_id,
                name=task.task_spec.bpmn_name or "",
                operation=task.task_spec.operation,
                decision=task.task_spec.decision,
                variables=ShownVariables(task.data),
            )
            for task in self._workflow.all_open(TaskState.STARTED)
            if isinstance(task.task_spec, ServiceElement)
        ]

    def complete_service(self, task_id: str, results: Mapping[str, object]) -> None:
        """Bring the results of an operation. Raises TaskNotOpen, ValueRefused; then nothing has changed."""
        self._complete(self._open(task_id, ServiceElement), results)

    def raise_error(self, task_id: str, code: str) -> bool:
        """Report that an operation has failed for good. False if the diagram has no handler for the code."""
        task = self._open(task_id, ServiceElement)
        catcher = catcher_of(task, code)
        if catcher is None:
            return False
        with self._changing():
            trigger(catcher)
        return True

    # Human tasks

    def human_tasks(self) -> list[HumanTask]:
        return [
            HumanTask(
                task_id=task.id,
                element_id=task.task_spec.bpmn_id,
                name=task.task_spec.bpmn_name or "",
                post=task.task_spec.lane,
                form=task.task_spec.form,
                documentation=(task.task_spec.documentation or "").strip(),
            )
            for task in self._workflow.all_open(TaskState.READY)
            if isinstance(task.task_spec, HumanElement)
        ]

    def complete_human(self, task_id: str, results: Mapping[str, object]) -> None:
        """Hand in a form, once. Raises TaskNotOpen, ValueRefused; then nothing has changed."""
        self._complete(self._open(task_id, HumanElement), results)

    # Messages and timers

    def expected_messages(self) -> list[ExpectedMessage]:
        return [
            ExpectedMessage(task.id, task.task_spec.bpmn_id, definition.name)
            for task, definition in self._awaited(MessageEvent)
        ]

    def deliver(self, name: str, payload: Mapping[str, object], task_id: str | None = None) -> None:
        """Hand a message to the one task waiting for it; `task_id` chooses if there are several.
        Raises MessageNotExpected, ValueRefused; then nothing has changed."""
        waiting = [
            (task, definition)
            for task, definition in self._awaited(MessageEvent)
            if definition.name == name and task_id in (None, task.id)
        ]
        if len(waiting) != 1:
            raise MessageNotExpected(message=name, waiting=f"等待处 {len(waiting)} 个")
        values = admit(payload)
        with self._changing():
            trigger(*waiting[0], values)

    def timers(self) -> list[Timer]:
        return [
            Timer(task.id, definition.name, definition.due_at(task), definition.is_provisional(task))
            for task, definition in self._awaited(TimerEvent)
        ]

    def fire_timers(self, now: datetime) -> None:
        """Let every timer happen that is due; `now` is the instance's time from here on."""
        self._workflow.now = lambda: now
        with self._changing():
            for task, definition in self._awaited(TimerEvent):
                if task.state == TaskState.WAITING and definition.due_at(task) <= now:
                    pass_due(task)

    # How it stands

    @property
    def finished(self) -> bool:
        """An end event was reached and nothing is left open anywhere, not even a failed element."""
        is_open = bool(self._workflow.all_open(UNFINISHED | TaskState.ERROR))
        return self.end_event is not None and not is_open

    @property
    def end_event(self) -> str | None:
        return self._workflow.end_event

    @property
    def variables(self) -> Mapping[str, Value]:
        """The data at the end, or of whatever was completed last."""
        last = [
            workflow.last_task for workflow in self._workflow.workflows() if workflow.last_task is not None
        ]
        latest = max(last, key=lambda task: task.last_state_change, default=self._workflow.task_tree)
        data = self._workflow.data if self.finished else latest.data
        return MappingProxyType({name: copied(value) for name, value in data.items()})

    def steps(self) -> list[Step]:
        """What is over since start or restore, in order."""
        self._note_cancelled()
        return list(self._steps)

    def failures(self) -> list[Failure]:
        """Elements in error, or, when nothing is left that could move, where the instance stands still."""
        failed = [
            Failure(task.id, _element(task), task.internal_data.get(FAILURE, ""))
            for task in self._workflow.all_open(TaskState.ERROR)
        ]
        return failed or self._standstill()

    def retry(self, task_id: str, corrections: Mapping[str, object] | None = None) -> None:
        """Try a failed element again, with corrected variables. Raises TaskNotOpen, ValueRefused."""
        task = self._find(task_id, TaskState.ERROR)
        values = admit(corrections or {})
        with self._changing():
            task.internal_data.pop(FAILURE, None)
            task.parent.data = {**task.parent.data, **values}
            task._set_state(TaskState.FUTURE)
            task.task_spec._predict(task, mask=TaskState.PREDICTED_MASK | TaskState.FUTURE)
            task.task_spec._update(task)

    # Inside

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with _Translated():
            yield
        self._note_cancelled()

    def _complete(self, task: Any, results: Mapping[str, object]) -> None:
        values = admit(results)
        missing = missing_result(task, {**task.data, **values})
        if missing:
            raise ValueRefused(element=task.task_spec.bpmn_id, reason=f"缺少变量 {missing}")
        with _Translated():  # what it cancels is noted by the run or the steps() that follow: there are many
            task.data = {**task.data, **values}
            task.complete()

    def _open(self, task_id: str, element: type) -> Any:
        is_service = element is ServiceElement
        task = self._find(task_id, TaskState.STARTED if is_service else TaskState.READY)
        if not isinstance(task.task_spec, element):
            raise TaskNotOpen(task=task_id)
        return task

    def _find(self, task_id: str, states: int) -> Any:
        """The task of this id, if it is in one of these states and in a process that is still going on."""
        found = (workflow.tasks.get(task_id) for workflow in self._workflow.workflows())
        task = next((task for task in found if task is not None), None)
        if task is None or not task.has_state(states):
            raise TaskNotOpen(task=task_id)
        return task

    def _awaited(self, kind: type) -> list[tuple[Any, Any]]:
        return [
            (task, definition)
            for task in self._workflow.all_open(TaskState.WAITING)
            for definition in awaited(task)
            if isinstance(definition, kind)
        ]

    def _standstill(self) -> list[Failure]:
        moving = self._workflow.all_open(OPEN)
        leaves = [task for task in moving if isinstance(task.task_spec, HumanElement | ServiceElement)]
        if self.finished or leaves or self._awaited(MessageEvent) or self._awaited(TimerEvent):
            return []
        if any(not task.task_spec.manual for task in self._workflow.all_open(TaskState.READY)):
            return []
        waiting = self._workflow.all_open(TaskState.WAITING) or [self._workflow.task_tree]
        return [Failure(None, _element(task), "流程停住：等待的分支不会到达") for task in waiting]

    def _open_activities(self) -> dict[str, Any]:
        return {task.id: task for task in self._workflow.all_open(OPEN) if task.task_spec.bpmn_id}

    def _note(self, task: Any) -> None:
        is_failed = task.state == TaskState.ERROR
        self._add_step(task, StepState.FAILED if is_failed else StepState.COMPLETED)

    def _note_cancelled(self) -> None:
        """Activities that were open and now are neither open nor over have been interrupted."""
        now = self._open_activities()
        for task_id, task in self._activities.items():
            if task_id not in now and not task.has_state(TaskState.COMPLETED | TaskState.ERROR):
                self._add_step(task, StepState.CANCELLED)
        self._activities = now

    def _add_step(self, task: Any, step_state: StepState) -> None:
        spec = task.task_spec
        if spec.bpmn_id:
            process_id = task.workflow.spec.name
            self._steps.append(
                Step(spec.bpmn_id, spec.bpmn_name or "", spec.kind, spec.lane, process_id, step_state)
            )


class _Translated:
    """Faults of the library in our words. Not a generator: every task that is completed comes by."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, SpiffWorkflowException):
            raise ProcessFault(reason=str(error)) from error


def _element(task: Any) -> str:
    return str(task.task_spec.bpmn_id or task.workflow.spec.name)
