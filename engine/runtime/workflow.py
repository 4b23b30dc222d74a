"""A running process without tree walks and without a limit of depth; knows nothing of storage."""

# SpiffWorkflow is untyped, its classes are Any.
# mypy: disallow-subclassing-any=False

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from engine.domain.deadlines import Calendar
from engine.runtime.decisions import Decision
from engine.runtime.errors import StepBudgetExceeded
from engine.runtime.guard import ExpressionEngine
from engine.runtime.library import UNFINISHED

_DONE = TaskState.COMPLETED | TaskState.CANCELLED
_ENGINE = ExpressionEngine()
SWEPT_FROM = 32  # and whenever they have doubled: what is done leaves the open ones


class _Tasks(dict[str, Any]):
    """Tasks by id, those that are not done kept apart: a step costs what is open, not what has been."""

    def __init__(self, tasks: Mapping[str, Any]) -> None:
        super().__init__(tasks)
        self._open = list(tasks.values())
        self._most = 2 * len(self._open) + SWEPT_FROM

    def __setitem__(self, key: str, task: Any) -> None:
        if key in self:
            self.pop(key)
        super().__setitem__(key, task)
        if len(self._open) >= self._most:
            self._open = [task for task in self._open if not task._state & _DONE]
            self._most = 2 * len(self._open) + SWEPT_FROM
        self._open.append(task)  # last: a task comes here before it has a state

    def __delitem__(self, key: str) -> None:
        self.pop(key)

    def pop(self, key: str, *default: Any) -> Any:
        gone = super().pop(key, *default)
        self._open = [task for task in self._open if task is not gone]
        return gone

    def open(self, states: int) -> list[Any]:
        """Tasks in one of these states, unfinished ones or ERROR, still part of the tree, oldest first."""
        return [task for task in self._open if task._state & states]


class _Scanning:
    """What the process itself and the processes within it have in common."""

    end_event: str | None = None

    tasks: _Tasks
    task_tree: Any
    last_task: Any

    def __setattr__(self, name: str, value: Any) -> None:
        """The library makes a dictionary of its own. A property would cost every look at a task a call."""
        super().__setattr__(name, _Tasks(value) if name == "tasks" else value)

    def open_tasks(self, states: int) -> list[Any]:
        return self.tasks.open(states)

    def release(self) -> None:
        """It is over, or stored. A process and its tasks hold each other: whatever is not taken apart waits
        for the collector, which looks at all there is to find it."""
        self.tasks = _Tasks({})
        self.task_tree = self.last_task = None

    def get_tasks_iterator(self, first_task: Any = None, **filters: Any) -> Any:
        filters.setdefault("max_depth", sys.maxsize)
        return super().get_tasks_iterator(first_task, **filters)  # type: ignore[misc]  # of the library's class

    def update_waiting_tasks(self) -> None:
        for task in self.open_tasks(TaskState.WAITING):
            if task.state == TaskState.WAITING and task.id in self.tasks:
                task.task_spec._update(task)

    def _task_completed_notify(self, task: Any) -> None:
        self._top().record(task)
        super()._task_completed_notify(task)  # type: ignore[misc]  # of the library's class

    def _task_removed_notify(self, task: Any) -> None:
        super()._task_removed_notify(task)  # type: ignore[misc]  # of the library's class
        self._top().event_manager.remove_task(task)
        self._top().discard_subprocess(task)

    def _top(self) -> Any:
        return self.top_workflow  # type: ignore[attr-defined]  # of the library's class


class InnerWorkflow(_Scanning, BpmnSubWorkflow):
    """A sub-process or called process in progress."""

    def cancel(self, success: bool = False) -> list[Any]:
        self.success, self.completed = success, True
        cancelled = self.open_tasks(UNFINISHED | TaskState.ERROR)
        for task in cancelled:
            if task.id in self.tasks:
                task.cancel()
        return cancelled


class TopWorkflow(_Scanning, BpmnWorkflow):
    """The process of an instance, with everything within it."""

    def __init__(
        self,
        spec: Any,
        subprocess_specs: Mapping[str, Any],
        decisions: Mapping[str, Decision],
        clock: Callable[[], datetime],
        calendar: Callable[[], Calendar],
        **settings: Any,
    ) -> None:
        self.decisions = decisions
        self.now = clock
        self.calendar = cache(calendar)
        self.on_step: Callable[[Any], None] = lambda task: None
        super().__init__(spec, subprocess_specs, _ENGINE, **settings)

    def record(self, task: Any) -> None:
        """Tell whoever keeps the history that a task has been completed or has failed."""
        self.on_step(task)

    def create_subprocess(self, my_task: Any, spec_name: str) -> InnerWorkflow:
        inner = InnerWorkflow(self.subprocess_specs[spec_name], parent_task_id=my_task.id, top_workflow=self)
        self.subprocesses[my_task.id] = inner
        return inner

    def discard_subprocess(self, task: Any) -> None:
        """Drop the process within a task that is gone. The library leaves it running."""
        inner = self.subprocesses.pop(task.id, None)
        if inner is not None:
            inner.cancel()

    def workflows(self) -> list[Any]:
        """This process and those in progress within it, innermost first."""
        if not self.subprocesses:
            return [self]
        inner = [workflow for workflow in self.subprocesses.values() if not workflow.completed]
        if len(inner) > 1:
            inner.sort(key=lambda workflow: -workflow.depth)
        return [*inner, self]

    def all_open(self, states: int) -> list[Any]:
        return [task for workflow in self.workflows() for task in workflow.open_tasks(states)]

    def run(self, budget: int) -> None:
        """Run every element that needs nobody, until all wait. Raises StepBudgetExceeded."""
        while ready := [task for task in self.all_open(TaskState.READY) if not task.task_spec.manual]:
            for task in ready:
                # Its predecessors in this list may have cancelled or removed it.
                if task.state != TaskState.READY or task.id not in task.workflow.tasks:
                    continue
                if budget == 0:
                    raise StepBudgetExceeded(element=task.task_spec.name)
                budget -= 1
                task.run()
