"""Gateways and the joining of branches: strict conditions, joins that see one round only, no lost data."""

# SpiffWorkflow is untyped, its classes are Any.
# mypy: disallow-subclassing-any=False

from collections.abc import Mapping
from itertools import takewhile
from typing import Any

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.mixins import (
    BpmnSpecMixin,
    ExclusiveGatewayMixin,
    InclusiveGatewayMixin,
)
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin

from engine.runtime.errors import BranchesConflict, ConditionsOverlap, NoConditionHolds
from engine.runtime.guard import Guarded, holds
from engine.runtime.library import OPEN, UNFINISHED, common_ancestor

_MISSING = object()


def _proceed_to(task: Any, targets: list[Any]) -> bool:
    task._sync_children(targets, TaskState.FUTURE)
    for child in task.children:
        child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
    return True


def _true_targets(task: Any) -> list[str]:
    """Names of the targets whose condition holds. All conditions are looked at, in whatever order."""
    conditions = task.task_spec.cond_task_specs
    found = [
        name for condition, name in conditions if condition is not None and holds(task, condition.args[0])
    ]
    return list(dict.fromkeys(found))


def _default_targets(task: Any) -> list[str]:
    return [name for condition, name in task.task_spec.cond_task_specs if condition is None]


class ExclusiveGateway(Guarded, ExclusiveGatewayMixin, BpmnSpecMixin):
    """Exactly one flow. The library takes the first true condition from the top of the drawing, so moving a
    shape could change the course of a case; here two true conditions are an error."""

    kind = "exclusiveGateway"

    def _run_hook(self, my_task: Any) -> bool:
        targets = _true_targets(my_task)
        if len(targets) > 1:
            raise ConditionsOverlap(element=self.bpmn_id, targets="、".join(targets))
        targets = targets or _default_targets(my_task)
        if not targets:
            raise NoConditionHolds(element=self.bpmn_id)
        return _proceed_to(my_task, [self._wf_spec.task_specs[targets[0]]])


class _Join(UnstructuredJoin):
    """Joins the branches of the present round. In a loop the library also counts branches of earlier rounds,
    and merges lists of branches element by element."""

    may_conflict = True

    def _update_hook(self, my_task: Any) -> bool:
        may_fire = self._check_threshold_unstructured(my_task)
        for task in my_task.workflow.open_tasks(TaskState.WAITING):
            if task.task_spec is self and task is not my_task:
                task.cancel()  # the latest to arrive waits for all
        if not may_fire:
            my_task._set_state(TaskState.WAITING)
        return bool(may_fire)

    def _mates(self, my_task: Any) -> list[Any]:
        """The tasks at this join, this one included, that belong to the same round."""
        previous = my_task.find_ancestor(self.name)
        later = takewhile(lambda task: task is not previous, reversed(my_task.workflow.tasks.values()))
        return [
            task
            for task in later
            if task.task_spec is self
            and task.parent is not None
            and task.parent.state == TaskState.COMPLETED
            and (previous is None or task.is_descendant_of(previous))
        ]

    def _run_hook(self, my_task: Any) -> bool:
        branches = [
            task.parent for task in sorted(self._mates(my_task), key=lambda task: task.last_state_change)
        ]
        base = common_ancestor(branches)
        my_task.data = _merged(self, base.data if base else {}, [branch.data for branch in branches])
        return True


def _merged(join: Any, base: Mapping[str, Any], branches: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The data at the split plus what each branch changed; later branches come later."""
    merged = dict(base)
    changed: set[str] = set()
    for branch in branches:
        for name, value in branch.items():
            if base.get(name, _MISSING) == value:
                continue
            if join.may_conflict and name in changed and merged[name] != value:
                raise BranchesConflict(element=join.bpmn_id, variable=name)
            merged[name] = value
            changed.add(name)
    return merged


class ParallelGateway(Guarded, _Join, BpmnSpecMixin):
    kind = "parallelGateway"

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        arrived = {task.parent.task_spec.name for task in self._mates(my_task)}
        return {spec.name for spec in self.inputs} <= arrived


class InclusiveGateway(Guarded, _Join, InclusiveGatewayMixin, BpmnSpecMixin):
    """Waits while any other token can still come here. The library overlooks a service task in progress."""

    kind = "inclusiveGateway"

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        if len(self.inputs) == 1:
            return True
        upstream = _upstream(self)
        return not any(task.task_spec.name in upstream for task in _tokens(my_task.workflow))

    def _run_hook(self, my_task: Any) -> bool:
        _Join._run_hook(self, my_task)
        targets = _true_targets(my_task) or _default_targets(my_task)
        if not targets:
            raise NoConditionHolds(element=self.bpmn_id)
        return _proceed_to(my_task, [self._wf_spec.task_specs[name] for name in targets])


def _tokens(workflow: Any) -> list[Any]:
    """The tasks that hold a token now, or get one in the moment their predecessor is through."""
    now = OPEN | TaskState.WAITING | TaskState.ERROR
    return [
        task
        for task in workflow.open_tasks(now | TaskState.FUTURE)
        if task.has_state(now) or task.parent.state == TaskState.COMPLETED
    ]


def _upstream(gateway: Any) -> set[str]:
    """Names of the elements from which the gateway can be reached, itself left out."""
    found: set[str] = set()
    pending = [*gateway.inputs]
    while pending:
        spec = pending.pop()
        if spec is not gateway and spec.name not in found:
            found.add(spec.name)
            pending += spec.inputs
    return found


class EndJoin(Guarded, _Join, BpmnTaskSpec):
    """Ends a process when nothing else is open; an element in ERROR is open. The library looks 1000 deep."""

    may_conflict = False  # nothing follows that could be misled: the last branch to end wins

    def _check_threshold_unstructured(self, my_task: Any) -> bool:
        open_tasks = my_task.workflow.open_tasks(UNFINISHED | TaskState.ERROR)
        return all(task.task_spec.name in (self.name, "End") for task in open_tasks)

    def _run_hook(self, my_task: Any) -> bool:
        super()._run_hook(my_task)
        my_task.workflow.data.update(my_task.data)
        return True


class ProcessSpec(BpmnProcessSpec):
    """A process that ends in our EndJoin."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        name = f"{self.name}.EndJoin"
        del self.task_specs[name], self.task_specs["End"]
        self.end: Any = EndJoin(self, name)
        self.end.connect(SimpleBpmnTask(self, "End"))
