"""Forgetting what an instance no longer needs, so that its state does not grow with its history."""

from typing import Any

from SpiffWorkflow import TaskState

from engine.runtime.library import UNFINISHED, common_ancestor


def prune(top: Any) -> None:
    """Keep, of each process in progress, the last completed task that all open ones descend from, and these.

    Everything that joins, loops and boundary events still look at lies below that task. Call it only after
    the steps have been handed over to the history.
    """
    for parent_id, inner in list(top.subprocesses.items()):
        if inner.completed:
            del top.subprocesses[parent_id]
            inner.release()
    for workflow in top.workflows():
        anchor = _anchor(workflow)
        if anchor is not None and anchor.parent is not None:
            _cut_above(workflow, anchor)


def _anchor(workflow: Any) -> Any:
    open_tasks = workflow.open_tasks(UNFINISHED | TaskState.ERROR)
    if any(task.state == TaskState.READY and not task.task_spec.manual for task in open_tasks):
        return None  # a join that is about to run still reads the ends of all its branches
    anchor = common_ancestor(open_tasks)
    while anchor is not None and anchor.state != TaskState.COMPLETED:
        anchor = anchor.parent
    return anchor


def _cut_above(workflow: Any, anchor: Any) -> None:
    kept = {anchor.id: anchor}
    for task in workflow.tasks.values():  # parents come before their children
        if task._parent in kept:
            kept[task.id] = task
    anchor.parent = None
    workflow.tasks = kept
    workflow.task_tree = anchor
    if workflow.last_task is not None and workflow.last_task.id not in kept:
        workflow.last_task = anchor
