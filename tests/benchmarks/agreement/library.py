"""The library as it comes, walked; runs in a process of its own, see tests.benchmarks.stock."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition, MultipleEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import EndEventMixin

from tests.benchmarks.agreement.walking import Open, Outcome, plain, serve, walk
from tests.benchmarks.stock import StockParser, StockService

DEFINITE = TaskState.DEFINITE_MASK | TaskState.FINISHED_MASK


class Library:
    """Whatever it raises is an outcome: some of its errors are a bare TypeError or NameError."""

    def __init__(self, workflow: Any) -> None:
        self._workflow = workflow
        self._error = ""
        self._run()

    def _run(self) -> None:
        try:
            self._workflow.do_engine_steps()
        except Exception as error:
            self._error = self._error or f"{type(error).__name__} {error}"

    def open_tasks(self) -> list[Open]:
        if self._error:
            return []  # the library's own state is in the middle of something
        human = self._workflow.get_tasks(state=TaskState.READY, manual=True)
        started = self._workflow.get_tasks(state=TaskState.STARTED, spec_class=StockService)
        return [
            Open(task.task_spec.bpmn_id or task.task_spec.name, task.data, partial(self._complete, task))
            for task in [*human, *started]
        ]

    def _complete(self, task: Any, results: dict[str, Any]) -> None:
        task.data.update(results)
        try:
            if task.state == TaskState.STARTED:
                task.complete()
            else:
                task.run()
        except Exception as error:
            self._error = self._error or f"{type(error).__name__} {error}"
        self._run()

    def open_events(self) -> list[Open]:
        if self._error:
            return []
        return [
            Open(f"{_kind(definition)} {task.task_spec.bpmn_id}", {}, partial(self._happen, task, definition))
            for task in self._workflow.get_tasks(state=TaskState.WAITING)
            for definition in _awaited(task)
            if _kind(definition)
        ]

    def _happen(self, task: Any, definition: Any, results: dict[str, Any]) -> None:
        try:
            if isinstance(definition, TimerEventDefinition):
                task.internal_data["event_fired"] = True
                task.task_spec._update(task)
            else:
                self._workflow.send_event(BpmnEvent(definition, payload={}))
        except Exception as error:
            self._error = self._error or f"{type(error).__name__} {error}"
        self._run()

    def outcome(self) -> Outcome:
        tasks = self._workflow.get_tasks(state=DEFINITE)
        finished = self._workflow.completed and not self._error
        return Outcome(
            failed=sorted({task.task_spec.name for task in tasks if task.state == TaskState.ERROR}),
            why=self._error,
            finished=finished,
            waiting=sorted(one.element for one in self.open_tasks() or self.open_events()),
            ends=sorted(
                task.task_spec.name
                for task in tasks
                if isinstance(task.task_spec, EndEventMixin) and task.state == TaskState.COMPLETED
            ),
            states=_counted(tasks),
            data=plain({name: value for name, value in self._workflow.data.items() if finished}),
        )


def _awaited(task: Any) -> list[Any]:
    definition = getattr(task.task_spec, "event_definition", None)
    if isinstance(definition, MultipleEventDefinition):
        return list(definition.event_definitions)
    return [definition]


def _kind(definition: Any) -> str:
    if isinstance(definition, TimerEventDefinition):
        return "timer"
    return "message" if isinstance(definition, MessageEventDefinition) else ""


def _counted(tasks: list[Any]) -> list[tuple[str, str, int]]:
    counter = Counter((task.task_spec.name, TaskState.get_name(task.state)) for task in tasks)
    return [(name, state, number) for (name, state), number in sorted(counter.items())]


def run(request: Mapping[str, Any]) -> Outcome:
    try:
        parser = StockParser()
        for name, text in request["files"].items():
            parser.add_bpmn_str(text.encode(), name)
        spec = parser.get_spec(request["process"])
        subs = parser.get_subprocess_specs(request["process"])
        workflow = BpmnWorkflow(spec, subs, script_engine=PythonScriptEngine())
    except Exception as error:
        return Outcome(refused=f"{type(error).__name__} {error}")
    workflow.task_tree.data.update(request["variables"])
    return walk(Library(workflow), request)


if __name__ == "__main__":
    serve(run)
