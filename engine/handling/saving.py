"""Save an instance: its state, and in tables what it has done and what it waits for; one transaction."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engine.runtime import ExpectedMessage as ExpectedMessageView
from engine.runtime import HumanTask as HumanTaskView
from engine.runtime import Instance, ServiceCall
from engine.runtime import Timer as TimerView
from engine.service_tasks.operation import AnyOutside, CallContext
from engine.service_tasks.registry import OPERATIONS
from engine.store.base import append_at_end
from engine.store.human_tasks import HumanTask, TaskState, tasks_of_instance
from engine.store.instances import (
    HistoryEvent,
    InstanceState,
    LockedInstance,
    expect_messages,
    keep_instance,
    steps_so_far,
)
from engine.store.outbox import OutboxRow, OutboxState, known_tasks
from engine.store.timers import set_timers

# Timers that end a limit, by the ids of the shipped diagrams; the others warn before one.
LIMITS = frozenset({"deadline_passed", "wait_before_escalation", "supplement_overdue"})


@dataclass(frozen=True)
class Waits:
    """What an instance waits for besides outside work."""

    people: tuple[HumanTaskView, ...]
    messages: tuple[ExpectedMessageView, ...]
    timers: tuple[TimerView, ...]


@dataclass(frozen=True)
class Recorded:
    """What the tables say of an instance before it goes on: how many steps, which tasks have a row."""

    steps: int
    tasks: Set[str]
    waits: Waits


def waits_of(instance: Instance) -> Waits:
    return Waits(tuple(instance.human_tasks()), tuple(instance.expected_messages()), tuple(instance.timers()))


def recorded(session: Session, instances: Mapping[int, Instance]) -> dict[int, Recorded]:
    """Of restored instances (by the id of their row) before anything happens to them."""
    steps, tasks = steps_so_far(session, instances), known_tasks(session, instances)
    return {
        row_id: Recorded(steps.get(row_id, 0), tasks.get(row_id, frozenset()), waits_of(instance))
        for row_id, instance in instances.items()
    }


def save(context: CallContext, row: LockedInstance, instance: Instance, before: Recorded) -> None:
    """What an instance waited for neither before nor now has no rows: most advances wait for no people, no
    message and no time."""
    was, waits = before.waits, waits_of(instance)
    _write_history(context, row, instance, before.steps)
    _write_outbox(context, row, instance, before.tasks)
    if was.people or waits.people:
        _write_human_tasks(context, row, waits)
    if was.messages or waits.messages:
        _write_messages(context, row, waits)
    if was.timers or waits.timers:
        _write_timers(context, row, waits)
    row.body = instance.dump()
    row.version += 1
    row.failures, row.failure_code = 0, None
    row.updated_at = context.now
    if failures := instance.failures():
        row.state, row.failure_code = InstanceState.INCIDENT, f"element:{failures[0].element_id}"[:80]
    elif instance.finished:
        row.state, row.end_event = InstanceState.FINISHED, instance.end_event
    keep_instance(context.session, row)


def _write_history(context: CallContext, row: LockedInstance, instance: Instance, steps: int) -> None:
    history = [
        {
            "instance_id": row.id,
            "seq": seq,
            "at": context.now,
            "process_id": step.process_id,
            "element_id": step.element_id,
            "name": step.name or "",
            "kind": step.kind,
            "lane": step.lane,
            "outcome": step.state.value,
        }
        for seq, step in enumerate(instance.steps(), start=steps + 1)
    ]
    append_at_end(context.session, HistoryEvent, history)


def _write_outbox(context: CallContext, row: LockedInstance, instance: Instance, known: Set[str]) -> None:
    calls = instance.service_calls()
    fresh = [_outbox_row(context, row, call) for call in calls if call.task_id not in known]
    append_at_end(context.session, OutboxRow, fresh)


def _outbox_row(context: CallContext, row: LockedInstance, call: ServiceCall) -> Mapping[str, Any]:
    operation: AnyOutside = OPERATIONS[call.operation]  # type: ignore[assignment]  # inside ones have run
    arguments = {name: call.variables[name] for name in operation.arguments if name in call.variables}
    return {
        "instance_id": row.id,
        "case_id": row.case_id,
        "task_id": call.task_id,
        "key": f"{row.id}:{call.task_id}",
        "operation": call.operation,
        "lane": operation.lane(context.case, arguments),
        "arguments": arguments,
        "state": OutboxState.READY,
        "due_at": context.now,
        "attempts": 0,
        "forgiven": 0,
        "created_at": context.now,
    }


def _write_human_tasks(context: CallContext, row: LockedInstance, waits: Waits) -> None:
    waiting = {task.task_id: task for task in waits.people}
    known = {task.task_id: task for task in tasks_of_instance(context.session, row.id)}
    for task_id in known.keys() - waiting.keys():
        if known[task_id].state == TaskState.OPEN:
            known[task_id].state = TaskState.CANCELLED
    due_at = _limit(waits, known.values())
    for task in known.values():
        if task.state == TaskState.OPEN and task.due_at != due_at:
            task.due_at = due_at
    fresh = [
        {
            "case_id": row.case_id,
            "instance_id": row.id,
            "task_id": task_id,
            "element_id": waiting[task_id].element_id,
            "name": waiting[task_id].name,
            "post": waiting[task_id].post or "",
            "form": waiting[task_id].form or "",
            "state": TaskState.OPEN,
            "created_at": context.now,
            "due_at": due_at,
        }
        for task_id in waiting.keys() - known.keys()
    ]
    append_at_end(context.session, HumanTask, fresh)


def _limit(waits: Waits, tasks: Iterable[HumanTask]) -> datetime | None:
    """Until when people must be done. A limit that has rung has no timer any more and stays what it was."""
    ringing = [timer.due_at for timer in waits.timers if timer.element_id in LIMITS]
    before = [task.due_at for task in tasks if task.due_at is not None]
    return min(ringing) if ringing else max(before, default=None)


def _write_messages(context: CallContext, row: LockedInstance, waits: Waits) -> None:
    expected = [
        {
            "case_id": row.case_id,
            "instance_id": row.id,
            "task_id": message.task_id,
            "name": message.name,
            "since": context.now,
        }
        for message in waits.messages
    ]
    expect_messages(context.session, row.id, expected)


def _write_timers(context: CallContext, row: LockedInstance, waits: Waits) -> None:
    timers = [
        {
            "instance_id": row.id,
            "task_id": timer.task_id,
            "element_id": timer.element_id,
            "due_at": timer.due_at,
        }
        for timer in waits.timers
    ]
    set_timers(context.session, row.id, timers)
