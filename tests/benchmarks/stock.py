"""SpiffWorkflow as it comes, in a process of its own: importing our runtime corrects the library in place.

Run as a module it measures what it is asked, one JSON request per line: {"run", "diagram", "count", "times"}.
"""

import json
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.specs.mixins import ServiceTaskMixin
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.spiff.serializer.task_spec import SpiffBpmnTaskConverter
from SpiffWorkflow.spiff.specs.defaults import UserTask
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from tests.benchmarks.measuring import cpu_ms
from tests.benchmarks.script import SOURCES, automatic


class StockService(ServiceTaskMixin, SpiffBpmnTask):
    """As the library's users do it: the call is made elsewhere, the task waits in STARTED."""

    def _execute(self, task: Any) -> None:
        return None


class StockServiceParser(SpiffTaskParser):
    def create_task(self) -> Any:
        return self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)


class StockParser(SpiffBpmnParser):
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012  # an attribute of the library's class
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("serviceTask"): (StockServiceParser, StockService),
    }


class StockServiceConverter(SpiffBpmnTaskConverter):
    def from_dict(self, dct: dict[str, Any]) -> Any:
        return self.task_spec_from_dict(dct)


SCRIPTS = PythonScriptEngine(environment=TaskDataEnvironment({"true": True, "false": False}))
SERIALIZER = BpmnWorkflowSerializer(
    BpmnWorkflowSerializer.configure({**SPIFF_CONFIG, StockService: StockServiceConverter})
)


@cache
def _specs(diagram: bytes) -> tuple[Any, Mapping[str, Any]]:
    parser = StockParser()
    parser.add_bpmn_str(diagram, "main.bpmn")
    return parser.get_spec("main"), parser.get_subprocess_specs("main")


def run_automatic(diagram: bytes, rounds: int) -> Any:
    results = automatic(rounds)
    workflow = BpmnWorkflow(*_specs(diagram), script_engine=SCRIPTS)
    workflow.task_tree.data["sources"] = SOURCES
    workflow.do_engine_steps()
    while started := workflow.get_tasks(state=TaskState.STARTED, spec_class=StockService):
        for task in started:
            task.data.update(results(task.task_spec.bpmn_id))
            task.complete()
        workflow.do_engine_steps()
    return workflow


def step(state: str) -> str:
    """One human step: restore, complete, run, store."""
    workflow = SERIALIZER.deserialize_json(state)
    workflow.script_engine = SCRIPTS
    _complete(workflow)
    return str(SERIALIZER.serialize_json(workflow))


def _complete(workflow: Any) -> None:
    workflow.get_next_task(state=TaskState.READY, spec_class=UserTask).run()
    workflow.do_engine_steps()


@cache
def state_after(diagram: bytes, rounds: int) -> str:
    workflow = BpmnWorkflow(*_specs(diagram), script_engine=SCRIPTS)
    workflow.task_tree.data["again"] = True
    workflow.do_engine_steps()
    for _ in range(2 * rounds):  # two human tasks each
        _complete(workflow)
    return str(SERIALIZER.serialize_json(workflow))


def _automatic(diagram: bytes, rounds: int) -> Callable[[], Any]:
    workflow = run_automatic(diagram, rounds)
    if not workflow.completed or workflow.data["archive"] != "done":
        raise AssertionError("the library did not come to the end")
    return partial(run_automatic, diagram, rounds)


def _step(diagram: bytes, rounds: int) -> Callable[[], Any]:
    return partial(step, state_after(diagram, rounds))


RUNS = {"automatic": _automatic, "step": _step}


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        work = RUNS[asked["run"]](asked["diagram"].encode(), asked["count"])
        sys.stdout.write(f"{cpu_ms(work, asked['times'])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
