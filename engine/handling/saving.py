"""Save an instance: its state, and in tables what it has done and what it waits for; one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete

from engine.runtime import ExpectedMessage as ExpectedMessageView
from engine.runtime import HumanTask as HumanTaskView
from engine.runtime import Instance, ServiceCall
from engine.runtime import Timer as TimerView
from engine.service_tasks.operation import AnyOutside, CallContext
from engine.service_tasks.registry import OPERATIONS
from engine.store.base import append
from engine.store.human_tasks import HumanTask, TaskState, tasks_of_instance
from engine.store.instances import (
    ExpectedMessage,
    HistoryEvent,
    InstanceState,
    ProcessInstance,
    next_sequence,
)
from engine.store.outbox import OutboxRow, OutboxState, outstanding_tasks
from engine.store.timers import Timer


@dataclass(frozen=True)
class Waits:
    """What an instance waits for besides outside work. Its rows say the same between two advances."""

    people: tuple[HumanTaskView, ...]
    messages: tuple[ExpectedMessageView, ...]
    timers: tuple[TimerView, ...]


def waits_of(instance: Instance) -> Waits:
    return Waits(tuple(instance.human_tasks()), tuple(instance.expected_messages()), tuple(instance.timers()))


def save(context: CallContext, row: ProcessInstance, instance: Instance, before: Waits) -> None:
    """`before` is what the instance waited for when it was restored: what is empty before and after has no
    rows, and most advances wait for no people, no message and no time."""
    after = waits_of(instance)
    _write_history(context, row, instance)
    _write_outbox(context, row, instance)
    if before.people or after.people:
        _write_human_tasks(context, row, after)
    if before.messages or after.messages:
        _write_messages(context, row, after)
    if before.timers or after.timers:
        _write_timers(context, row, after)
    row.body = instance.dump()
    row.version += 1
    row.failures, row.failure_code = 0, None
    row.updated_at = context.now
    if failures := instance.failures():
        row.state, row.failure_code = InstanceState.INCIDENT, f"element:{failures[0].element_id}"[:80]
    elif instance.finished:
        row.state, row.end_event = InstanceState.FINISHED, instance.end_event


def _write_history(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    steps = instance.steps()
    first = next_sequence(context.session, row.id) if steps else 1
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
        for seq, step in enumerate(steps, start=first)
    ]
    append(context.session, HistoryEvent, history)


def _write_outbox(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    calls = instance.service_calls()
    known = outstanding_tasks(context.session, row.id) if calls else set()
    fresh = [_outbox_row(context, row, call) for call in calls if call.task_id not in known]
    append(context.session, OutboxRow, fresh)


def _outbox_row(context: CallContext, row: ProcessInstance, call: ServiceCall) -> Mapping[str, Any]:
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
        "created_at": context.now,
    }


def _write_human_tasks(context: CallContext, row: ProcessInstance, after: Waits) -> None:
    waiting = {task.task_id: task for task in after.people}
    known = {task.task_id: task for task in tasks_of_instance(context.session, row.id)}
    for task_id in known.keys() - waiting.keys():
        if known[task_id].state == TaskState.OPEN:
            known[task_id].state = TaskState.CANCELLED
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
        }
        for task_id in waiting.keys() - known.keys()
    ]
    append(context.session, HumanTask, fresh)


def _write_messages(context: CallContext, row: ProcessInstance, after: Waits) -> None:
    context.session.execute(delete(ExpectedMessage).where(ExpectedMessage.instance_id == row.id))
    expected = [
        {
            "case_id": row.case_id,
            "instance_id": row.id,
            "task_id": message.task_id,
            "name": message.name,
            "since": context.now,
        }
        for message in after.messages
    ]
    append(context.session, ExpectedMessage, expected)


def _write_timers(context: CallContext, row: ProcessInstance, after: Waits) -> None:
    context.session.execute(delete(Timer).where(Timer.instance_id == row.id))
    timers = [
        {
            "instance_id": row.id,
            "task_id": timer.task_id,
            "element_id": timer.element_id,
            "due_at": timer.due_at,
        }
        for timer in after.timers
    ]
    append(context.session, Timer, timers)
