"""The elements of a diagram as the engine runs them: tasks that wait for us, events, sub-processes."""

# SpiffWorkflow is untyped, its classes are Any.
# mypy: disallow-subclassing-any=False

from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.mixins import (
    BoundaryEventMixin,
    BpmnSpecMixin,
    CallActivityMixin,
    EndEventMixin,
    EventBasedGatewayMixin,
    IntermediateCatchEventMixin,
    IntermediateThrowEventMixin,
    ReceiveTaskMixin,
    StartEventMixin,
    SubWorkflowTaskMixin,
    UserTaskMixin,
)
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.runtime.errors import ProcessFault
from engine.runtime.guard import Guarded, fail
from engine.runtime.values import admit

_OVER = TaskState.COMPLETED | TaskState.CANCELLED


class ServiceTask(Guarded, BpmnSpecMixin):
    """Waits in STARTED until somebody outside has done the operation and brings the results."""

    kind = "serviceTask"

    def __init__(self, wf_spec: Any, bpmn_id: str, *, operation: str, decision: str | None, **settings: Any):
        super().__init__(wf_spec, bpmn_id, **settings)
        self.operation = operation
        self.decision = decision

    def _run_hook(self, my_task: Any) -> None:
        return None


class HumanTask(Guarded, UserTaskMixin, BpmnSpecMixin):
    """Waits in READY for a person of its post, the name of its lane."""

    def __init__(self, wf_spec: Any, bpmn_id: str, *, form: str, kind: str, **settings: Any):
        super().__init__(wf_spec, bpmn_id, **settings)
        self.form = form
        self.kind = kind


class RuleTask(Guarded, BpmnSpecMixin):
    """Consults a decision table; its answer becomes the variable `result`, or, unnamed, one per output."""

    kind = "businessRuleTask"

    def __init__(self, wf_spec: Any, bpmn_id: str, *, decision: str, result: str | None, **settings: Any):
        super().__init__(wf_spec, bpmn_id, **settings)
        self.decision = decision
        self.result = result

    def _run_hook(self, my_task: Any) -> bool:
        table = my_task.workflow.top_workflow.decisions[self.decision]
        if self.result is None:
            answer = table.results(my_task.data)
        else:
            answer = {self.result: table.evaluate(my_task.data)}
        # Copied and measured: a table may answer with a variable several times, and the next one again.
        my_task.data = {**my_task.data, **admit(answer)}
        return True


class StartEvent(Guarded, StartEventMixin, BpmnSpecMixin):
    kind = "startEvent"


class EndEvent(Guarded, EndEventMixin, BpmnSpecMixin):
    kind = "endEvent"

    def _on_complete_hook(self, my_task: Any) -> None:
        my_task.workflow.end_event = self.bpmn_id
        super()._on_complete_hook(my_task)


class CatchEvent(Guarded, IntermediateCatchEventMixin, BpmnSpecMixin):
    kind = "intermediateCatchEvent"


class ThrowEvent(Guarded, IntermediateThrowEventMixin, BpmnSpecMixin):
    kind = "intermediateThrowEvent"


class ReceiveTask(Guarded, ReceiveTaskMixin, BpmnSpecMixin):
    kind = "receiveTask"


class BoundaryEvent(Guarded, BoundaryEventMixin, BpmnSpecMixin):
    kind = "boundaryEvent"

    def _update_hook(self, my_task: Any) -> Any:
        """Begin to wait, unless the activity is over: so when a failed event is tried again too late."""
        if any(sibling.has_state(_OVER) for sibling in my_task.parent.children if _is_activity(sibling)):
            my_task.cancel()
            return None
        return super()._update_hook(my_task)


def _is_activity(task: Any) -> bool:
    return not isinstance(task.task_spec, BoundaryEvent)


class EventBasedGateway(Guarded, EventBasedGatewayMixin, BpmnSpecMixin):
    """Goes to the event that came first. The library opens every path whose event has come."""

    kind = "eventBasedGateway"

    def _run_hook(self, my_task: Any) -> bool:
        index = self.event_definition.settle(my_task)
        my_task._sync_children([my_task.children[index].task_spec], TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


class _Enclosing(SubWorkflowTaskMixin):
    """A result that cannot be taken over is an incident of the activity. The library lets it escape, and it
    revives an activity that an error end event inside has just interrupted."""

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Any) -> None:
        if my_task.state != TaskState.STARTED:
            return
        try:
            super()._on_subworkflow_completed(subworkflow, my_task)
        except (SpiffWorkflowException, ProcessFault) as error:
            fail(my_task, error)


class SubProcess(Guarded, _Enclosing, BpmnSpecMixin):
    kind = "subProcess"


class CallActivity(Guarded, _Enclosing, CallActivityMixin, BpmnSpecMixin):
    kind = "callActivity"
