"""Repeated activities: multi-instance that can be entered again, in the order of its list; standard loops."""

# SpiffWorkflow is untyped, its classes are Any.
# mypy: disallow-subclassing-any=False

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import (
    BpmnSpecMixin,
    ParallelMultiInstanceTaskMixin,
    SequentialMultiInstanceTaskMixin,
    StandardLoopTaskMixin,
)
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, MultiInstanceTask
from SpiffWorkflow.exceptions import SpiffWorkflowException

from engine.runtime.errors import MultiInstanceFailed, ProcessFault
from engine.runtime.guard import Guarded, fail, holds, whole_number

MAX_INSTANCES = 1_000


class _Instances(MultiInstanceTask):
    """One child per item of a list. What the library does differently, and why that loses data:

    results were appended in the order of completion, an earlier round's results made a new round fail, a
    missing list escaped as TypeError, and without an output the children's whole data was merged back.
    """

    def _update_hook(self, my_task: Any) -> None:
        super()._update_hook(my_task)
        if self.data_output is not None:
            my_task.data.pop(self.data_output.bpmn_id, None)
        size = self._size(my_task)
        if size > MAX_INSTANCES:
            raise MultiInstanceFailed(element=self.bpmn_id, reason=f"实例数超过 {MAX_INSTANCES}")
        my_task.internal_data["size"] = size

    def _size(self, my_task: Any) -> int:
        if self.data_input is None:
            return whole_number(my_task, self.cardinality)
        items = self.data_input.get(my_task)
        if not isinstance(items, list):
            raise MultiInstanceFailed(element=self.bpmn_id, reason=f"变量 {self.data_input.bpmn_id} 不是列表")
        return len(items)

    def merge_child(self, workflow: Any, child: Any) -> None:
        """`merged` holds the places in the list of those that are done, in the order of completion."""
        my_task = child.parent
        merged, place = my_task.internal_data["merged"], _place(child)
        if missing_result(child, child.data):
            raise MultiInstanceFailed(element=self.bpmn_id, reason=f"缺少变量 {self.output_item.bpmn_id}")
        if self.data_output is not None and self.output_item is not None:
            results = list(self.data_output.get(my_task))
            results.insert(sum(other < place for other in merged), self.output_item.get(child))
            self.data_output.set(my_task, results)
        merged.append(place)

    def check_completion_condition(self, my_task: Any) -> bool:
        merged = my_task.internal_data["merged"]
        if self.condition is None or not merged:
            return False
        last = next(child for child in self._instances(my_task) if _place(child) == merged[-1])
        return holds(last, self.condition)


def _place(child: Any) -> int:
    """The place of an instance in its list; the library keeps it under one of two names."""
    return int(child.internal_data.get("key_or_index", child.internal_data.get("item")))


class _GuardedMerge(LoopTask):
    """An error while a child is merged belongs to the loop, not to the child that is already completed."""

    def merge_child(self, workflow: Any, child: Any) -> None:
        try:
            super().merge_child(workflow, child)
        except (SpiffWorkflowException, ProcessFault) as error:
            fail(child.parent, error)


class ParallelMultiInstance(
    Guarded, _GuardedMerge, ParallelMultiInstanceTaskMixin, _Instances, BpmnSpecMixin
):
    kind = "multiInstance"

    def children_complete(self, my_task: Any) -> bool:
        done: list[int] = my_task.internal_data["merged"]
        return len(done) == int(my_task.internal_data["size"])


class SequentialMultiInstance(
    Guarded, _GuardedMerge, SequentialMultiInstanceTaskMixin, _Instances, BpmnSpecMixin
):
    kind = "multiInstance"

    def add_next_child(self, my_task: Any) -> None:
        """Take the next item, also when it is None: the library then stops for ever."""
        if self.data_input is None:
            _, item = self.get_next_index(my_task)
            key = None
        else:
            key, item = self.get_next_input_item(my_task)
        self.create_child(my_task, item, key)


class StandardLoop(Guarded, _GuardedMerge, StandardLoopTaskMixin, BpmnSpecMixin):
    kind = "loop"

    def merge_child(self, workflow: Any, child: Any) -> None:
        child.parent.data = dict(child.data)
        super().merge_child(workflow, child)

    def loop_complete(self, my_task: Any) -> bool:
        rounds = len(my_task.internal_data.get("merged", []))
        if self.maximum is not None and rounds >= self.maximum:
            return True
        return self.condition is not None and not holds(my_task, self.condition)


def relink(specs: Any) -> None:
    """Connect each loop with its inner element at once: the library does it on first use, which a restored
    instance in a fresh process never reaches, and two threads would reach together."""
    for spec in specs:
        for task_spec in spec.task_specs.values():
            if isinstance(task_spec, LoopTask):
                spec.task_specs[task_spec.task_spec].completed_event.connect(task_spec.merge_child)


def is_loop(task: Any) -> bool:
    return isinstance(task.task_spec, LoopTask)


def loop_of(task: Any) -> Any:
    """The loop task this task is an instance of, or None."""
    parent = task.parent if task.triggered else None
    return parent if parent is not None and is_loop(parent) else None


def missing_result(task: Any, data: Mapping[str, object]) -> str:
    """The variable that an instance of a multi-instance activity owes and `data` lacks, or nothing."""
    loop = loop_of(task)
    item = loop.task_spec.output_item if loop and isinstance(loop.task_spec, MultiInstanceTask) else None
    return "" if item is None or item.bpmn_id in data else str(item.bpmn_id)
