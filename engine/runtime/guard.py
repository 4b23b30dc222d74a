"""What every element of ours has in common: an error stays at the element and becomes an incident."""

# SpiffWorkflow is untyped, its classes are Any.
# mypy: disallow-subclassing-any=False

from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.base import TaskSpec

from engine.runtime.errors import ExpressionFailed, ProcessFault
from engine.runtime.expressions import compile_expression
from engine.runtime.values import Value

FAILURE = "failure"


def fail(task: Any, error: Exception) -> None:
    """Put the task in ERROR with its reason, and take back what it had begun below itself."""
    task._set_state(TaskState.ERROR)
    task.internal_data[FAILURE] = str(error)
    task._drop_children(force=True)
    task.workflow.top_workflow.discard_subprocess(task)
    task.workflow.top_workflow.record(task)


class Guarded(TaskSpec):
    """Catches what goes wrong when an element is reached or run.

    The library lets such an error escape in the middle of its bookkeeping: the predecessor is completed, the
    element waits for ever and its siblings are never reached.
    """

    kind = "element"

    def _update(self, my_task: Any) -> None:
        try:
            super()._update(my_task)
        except (SpiffWorkflowException, ProcessFault) as error:
            fail(my_task, error)

    def _run(self, my_task: Any) -> bool | None:
        try:
            result: bool | None = super()._run(my_task)
        except (SpiffWorkflowException, ProcessFault) as error:
            fail(my_task, error)
            return False
        return result


def evaluate(task: Any, expression: str) -> Value:
    return compile_expression(expression or "").evaluate(task.data)


class ExpressionEngine:
    """What the library knows as its script engine: our expressions, and nothing that executes."""

    def evaluate(self, task: Any, expression: str, external_context: object = None) -> Value:
        return evaluate(task, expression)


def holds(task: Any, condition: str) -> bool:
    return compile_expression(condition or "").holds(task.data)


def whole_number(task: Any, expression: str) -> int:
    value = evaluate(task, expression)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ExpressionFailed(expression=expression, reason="需要非负整数")
    return value
