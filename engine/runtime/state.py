"""The stored state of an instance: versioned, compressed JSON without the diagram, which the digest names."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from SpiffWorkflow.task import Task

from engine.domain.deadlines import Calendar
from engine.runtime.definitions import Definition
from engine.runtime.errors import BeyondThisRelease, StateRefused, StateTooLarge
from engine.runtime.library import text_id
from engine.runtime.parsing import parsed
from engine.runtime.values import from_json, to_json
from engine.runtime.workflow import InnerWorkflow, TopWorkflow

STATE_VERSION = 2
MAX_DATA_BYTES = 1_000_000
MAX_STATE_BYTES = 16_000_000
WINDOW, MEMORY = 13, 6  # 8 KB: the usual window needs so much memory that getting it takes ten times as long
DAMAGED = "状态已损坏"
_NOT_AS_WRITTEN = (KeyError, IndexError, TypeError, ValueError, AttributeError, StopIteration)

Record = dict[str, Any]


def _count_working_days(record: Record) -> None:
    """Version 2 lets diagrams count timers in working days, and keeps of these the beginning and the number.
    Nothing of version 1 changes; the number warns releases that do not know the word."""


# From a version to the next: a function that changes the record in place and says in its docstring why. An
# instance stored by any release is brought up step by step. The version is raised for whatever a release
# before this one could not carry on: another form of the state, or a new word in the language of diagrams.
UPGRADES: dict[int, Callable[[Record], None]] = {1: _count_working_days}


def dump(definition: Definition, top: TopWorkflow) -> bytes:
    """The state as bytes. Raises StateTooLarge when the variables have grown beyond the limit."""
    workflows = [top, *top.subprocesses.values()]
    data = to_json([_changes(task) for workflow in workflows for task in workflow.tasks.values()])
    if len(data) > MAX_DATA_BYTES:
        raise StateTooLarge(process=definition.process_id, limit=MAX_DATA_BYTES)
    record = {
        "version": STATE_VERSION,
        "process": definition.process_id,
        "digest": definition.digest,
        "workflows": [_workflow_record(workflow) for workflow in workflows],
    }
    stream = zlib.compressobj(1, zlib.DEFLATED, WINDOW, MEMORY)
    return stream.compress(b'{"state":%b,"data":%b}' % (to_json(record), data)) + stream.flush()


def load(
    definition: Definition, state: bytes, clock: Callable[[], datetime], calendar: Callable[[], Calendar]
) -> TopWorkflow:
    """The running process. Raises BeyondThisRelease if the state is too new, StateRefused if it is damaged or
    of another definition."""
    document = _document(state)
    try:
        record = document["state"]
        _upgrade(record)
        if (record["process"], record["digest"]) != (definition.process_id, definition.digest):
            raise StateRefused(process=definition.process_id, reason="状态属于另一个流程定义")
        process = parsed(definition)
        top = TopWorkflow(
            process.spec, process.subprocess_specs, process.decisions, clock, calendar, deserializing=True
        )
        _rebuild(top, record, iter(document["data"]))
    except _NOT_AS_WRITTEN as error:
        raise StateRefused(process=definition.process_id, reason=DAMAGED) from error
    return top


def _rebuild(top: TopWorkflow, record: Record, changes: Iterator[Any]) -> None:
    first, *others = record["workflows"]
    _fill(top, first, changes)
    for inner_record in others:
        _fill(_inner(top, text_id(inner_record["parent"])), inner_record, changes)


def _document(state: bytes) -> Record:
    reader = zlib.decompressobj()
    try:
        text = reader.decompress(state, MAX_STATE_BYTES)
        if not reader.eof:
            raise StateRefused(reason="状态不完整或者过大")
        return cast(Record, from_json(text))
    except (zlib.error, ValueError) as error:
        raise StateRefused(reason=DAMAGED) from error


def _upgrade(record: Record) -> None:
    while record["version"] < STATE_VERSION:
        UPGRADES[record["version"]](record)
        record["version"] += 1
    if record["version"] > STATE_VERSION:
        raise BeyondThisRelease(reason=f"状态版本 {record['version']} 高于本系统的 {STATE_VERSION}")


def _digits(task_id: str) -> str:
    """An id as it is stored: without its four dashes."""
    return task_id.replace("-", "")


def _workflow_record(workflow: Any) -> Record:
    places = {task_id: place for place, task_id in enumerate(workflow.tasks)}
    last = workflow.last_task
    return {
        "parent": _digits(workflow.parent_task_id) if workflow.parent_task_id else None,
        "completed": workflow.completed,
        "success": workflow.success,
        "end_event": workflow.end_event,
        "last": places.get(last.id) if last is not None else None,
        "data": workflow.data,
        "tasks": [_task_record(task, places) for task in workflow.tasks.values()],
    }


def _task_record(task: Any, places: Mapping[str, int]) -> Record:
    record: Record = {
        "id": _digits(task.id),
        "parent": places.get(task._parent),
        "spec": task.task_spec.name,
        "state": task.state,
        "changed": task.last_state_change,
    }
    if task.triggered:
        record["triggered"] = True
    if task.internal_data:
        record["internal"] = task.internal_data
    return record


def _changes(task: Any) -> list[Any]:
    """What the task's data adds to its parent's, and what it lacks. Inherited values are the same objects, so
    identity tells; equality would take 1 for true."""
    parent = task.parent
    inherited = parent.data if parent is not None else {}
    added = {
        name: value
        for name, value in task.data.items()
        if name not in inherited or inherited[name] is not value
    }
    return [added, [name for name in inherited if name not in task.data]]


def _inner(top: TopWorkflow, parent_task_id: str) -> InnerWorkflow:
    task = top.get_task_from_id(parent_task_id)
    inner = InnerWorkflow(
        top.subprocess_specs[task.task_spec.spec],
        parent_task_id=task.id,
        top_workflow=top,
        deserializing=True,
    )
    inner.completed_event.connect(task.task_spec._on_subworkflow_completed, task)
    top.subprocesses[task.id] = inner
    return inner


def _fill(workflow: Any, record: Record, changes: Any) -> None:
    tasks: list[Any] = []
    for item in record["tasks"]:
        parent = tasks[item["parent"]] if item["parent"] is not None else None
        tasks.append(_task(workflow, item, parent, next(changes)))
    workflow.task_tree = tasks[0]
    workflow.last_task = tasks[record["last"]] if record["last"] is not None else None
    workflow.data = record["data"]
    for attribute in ("completed", "success", "end_event"):
        setattr(workflow, attribute, record[attribute])


def _task(workflow: Any, record: Record, parent: Any, change: list[Any]) -> Any:
    spec = workflow.spec.task_specs[record["spec"]]
    task = Task(workflow, spec, parent, record["state"], text_id(record["id"]))
    task.last_state_change = record["changed"]
    task.triggered = record.get("triggered", False)
    task.internal_data = record.get("internal", {})
    added, lacking = change
    inherited = {} if parent is None else parent.data
    task.data = {**{name: inherited[name] for name in inherited if name not in lacking}, **added}
    return task
