"""Corrections made once, at import, to SpiffWorkflow's Task class, which cannot be replaced by a subclass.

- State changes built a log record with the task's data each time, logging on or off.
- Looking for ancestors recursed once per ancestor: RecursionError in a loop of some hundred rounds.
- Data was inherited with DeepMerge, which joins lists element by element and loses entries.
- Data was copied by deepcopy, which keeps a record of every object; ours has been admitted and is a tree.
- Ids were UUID objects, made and hashed in Python each time; now they are text of the same form.
"""

import logging
import time
from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import SpiffWorkflow.bpmn.specs.mixins.multiinstance_task as library_of_loops
import SpiffWorkflow.bpmn.specs.mixins.subworkflow_task as library_of_subprocesses
import SpiffWorkflow.task
from SpiffWorkflow import TaskState
from SpiffWorkflow.task import Task

from engine.runtime.values import copied

OPEN = TaskState.READY | TaskState.STARTED
UNFINISHED = TaskState.NOT_FINISHED_MASK


def lineage(task: Any) -> Iterator[Any]:
    """The task, its parent, and so on up to the root."""
    while task is not None:
        yield task
        task = task.parent


def common_ancestor(tasks: list[Any]) -> Any:
    """The nearest task that all of `tasks` descend from, or are; None when there is none."""
    if not tasks:
        return None
    path = list(lineage(tasks[0]))
    places = {id(task): place for place, task in enumerate(path)}
    highest = 0
    for task in tasks[1:]:
        met = next((places[id(above)] for above in lineage(task) if id(above) in places), None)
        if met is None:
            return None
        highest = max(highest, met)
    return path[highest]


def _set_state(task: Any, value: int) -> None:
    if value != task._state:
        task._state = value
        task.last_state_change = time.time()


def _is_descendant_of(task: Any, other: Any) -> bool:
    return any(ancestor is other for ancestor in lineage(task.parent))


def _find_ancestor(task: Any, spec_name: str) -> Any:
    return next((ancestor for ancestor in lineage(task.parent) if ancestor.task_spec.name == spec_name), None)


def _inherit_data(task: Any) -> None:
    task.data = {**task.data, **task.parent.data}


def text_id(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _new_id() -> str:
    return text_id(token_hex(16))


SpiffWorkflow.task.uuid4 = _new_id
library_of_loops.deepcopy = library_of_subprocesses.deepcopy = copied
Task._set_state = _set_state
Task.is_descendant_of = _is_descendant_of
Task.find_ancestor = _find_ancestor
Task._inherit_data = _inherit_data

for _name in ("spiff", "spiff.workflow", "spiff.task", "spiff.data"):
    logging.getLogger(_name).setLevel(logging.WARNING)  # below it, records carry the data of the case
