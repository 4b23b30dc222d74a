"""Advance an instance: apply everything that has arrived, run until all wait, save; one transaction."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from engine.handling.pinning import pin, pinned_definition
from engine.platform import Platform
from engine.runtime import Definition, Instance, ServiceCall
from engine.service_tasks.operation import AnyOutside, CallContext, InsideOperation
from engine.service_tasks.registry import OPERATIONS
from engine.store.cases import Case, lock_case
from engine.store.human_tasks import HumanTask, TaskState, tasks_of_instance
from engine.store.instances import (
    ExpectedMessage,
    HistoryEvent,
    InstanceState,
    ProcessInstance,
    lock_instance,
    next_sequence,
    untaken_message,
    woken_instances,
)
from engine.store.outbox import OutboxRow, OutboxState, arrived_results, outstanding_tasks
from engine.store.timers import Timer, claim_due_timers

TIMERS_AT_ONCE = 500
LONGEST_PAUSE = timedelta(minutes=5)
PATIENCE = 5  # failed advances before an instance becomes an incident


def save_new_instance(
    session: Session, case: Case, instance: Instance, definition: Definition, now: datetime
) -> ProcessInstance:
    """A started instance; it first runs when a worker advances it."""
    pin(session, definition, now)
    row = ProcessInstance(
        case_id=case.id,
        process_id=definition.process_id,
        definition_digest=definition.digest,
        state=InstanceState.RUNNING,
        body=instance.dump(),
        wake=True,
        due_at=now,
        started_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def woken(session: Session, platform: Platform, limit: int) -> list[int]:
    """Instances for which something has arrived, those waiting longest first."""
    return woken_instances(session, platform.clock.now(), limit)


def advance(session: Session, platform: Platform, instance_id: int) -> bool:
    """False when there was nothing to do: finished, in an incident, or another worker has it.

    Lock order: case, instance. The wake flag is lowered under the lock, so a result that arrives later
    raises it again and is never lost.
    """
    known = session.get(ProcessInstance, instance_id)
    if known is None:
        return False
    case = lock_case(session, known.case_id)
    row = lock_instance(session, instance_id)
    if row is None or not row.wake:
        return False
    row.wake = False
    definition = pinned_definition(session, row.definition_digest)
    instance = Instance.restore(definition, row.body, platform.clock.now)
    context = CallContext(session, platform, case, definition, None, platform.clock.now())
    for arrived in arrived_results(session, instance_id):
        instance.complete_service(arrived.task_id, arrived.result or {})
        arrived.state = OutboxState.APPLIED
    run_until_waiting(context, row, instance)
    save(context, row, instance)
    return True


def run_until_waiting(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    """Run the engine and the operations inside the house in turn until only outside work is left."""
    instance.fire_timers(context.now)
    instance.run()
    while _run_inside_operations(context, instance) or _take_messages(context, row, instance):
        instance.run()


def _run_inside_operations(context: CallContext, instance: Instance) -> bool:
    calls = [call for call in instance.service_calls() if _is_inside(call)]
    for call in calls:
        operation = OPERATIONS[call.operation]
        results = operation.run(replace(context, decision=call.decision), call.variables)  # type: ignore[union-attr]
        instance.complete_service(call.task_id, results)
    return bool(calls)


def _take_messages(context: CallContext, row: ProcessInstance, instance: Instance) -> bool:
    """One message at a time: what it sets off decides what is expected next."""
    for expected in instance.expected_messages():
        message = untaken_message(context.session, row.case_id, expected.name)
        if message is not None:
            instance.deliver(message.name, message.payload)
            message.taken_at = context.now
            return True
    return False


def _is_inside(call: ServiceCall) -> bool:
    return isinstance(OPERATIONS[call.operation], InsideOperation)


def save(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    """State, history, outbox, human tasks and expected messages: all of it in the caller's transaction."""
    _write_history(context, row, instance)
    _write_outbox(context, row, instance)
    _write_human_tasks(context, row, instance)
    _write_messages(context, row, instance)
    _write_timers(context, row, instance)
    row.body = instance.dump()
    row.version += 1
    row.failures, row.failure_code = 0, None
    row.updated_at = context.now
    if failures := instance.failures():
        row.state, row.failure_code = InstanceState.INCIDENT, f"element:{failures[0].element_id}"[:80]
    elif instance.finished:
        row.state, row.end_event = InstanceState.FINISHED, instance.end_event


def _write_history(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    for seq, step in enumerate(instance.steps(), start=next_sequence(context.session, row.id)):
        context.session.add(
            HistoryEvent(
                instance_id=row.id,
                seq=seq,
                at=context.now,
                process_id=step.process_id,
                element_id=step.element_id,
                name=step.name or "",
                kind=step.kind,
                lane=step.lane,
                outcome=step.state.value,
            )
        )


def _write_outbox(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    known = outstanding_tasks(context.session, row.id)
    for call in instance.service_calls():
        if call.task_id not in known:
            context.session.add(_outbox_row(context, row, call))


def _outbox_row(context: CallContext, row: ProcessInstance, call: ServiceCall) -> OutboxRow:
    operation: AnyOutside = OPERATIONS[call.operation]  # type: ignore[assignment]  # inside ones have run
    arguments = {name: call.variables[name] for name in operation.arguments if name in call.variables}
    return OutboxRow(
        instance_id=row.id,
        case_id=row.case_id,
        task_id=call.task_id,
        key=f"{row.id}:{call.task_id}",
        operation=call.operation,
        lane=operation.lane(context.case, arguments),
        arguments=arguments,
        state=OutboxState.READY,
        due_at=context.now,
        created_at=context.now,
    )


def _write_human_tasks(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    waiting = {task.task_id: task for task in instance.human_tasks()}
    known = {task.task_id: task for task in tasks_of_instance(context.session, row.id)}
    for task_id in known.keys() - waiting.keys():
        if known[task_id].state == TaskState.OPEN:
            known[task_id].state = TaskState.CANCELLED
    for task_id in waiting.keys() - known.keys():
        task = waiting[task_id]
        context.session.add(
            HumanTask(
                case_id=row.case_id,
                instance_id=row.id,
                task_id=task_id,
                element_id=task.element_id,
                name=task.name,
                post=task.post or "",
                form=task.form or "",
                state=TaskState.OPEN,
                created_at=context.now,
            )
        )


def _write_messages(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    context.session.execute(delete(ExpectedMessage).where(ExpectedMessage.instance_id == row.id))
    for message in instance.expected_messages():
        context.session.add(
            ExpectedMessage(
                case_id=row.case_id,
                instance_id=row.id,
                task_id=message.task_id,
                name=message.name,
                since=context.now,
            )
        )


def _write_timers(context: CallContext, row: ProcessInstance, instance: Instance) -> None:
    context.session.execute(delete(Timer).where(Timer.instance_id == row.id))
    for timer in instance.timers():
        context.session.add(
            Timer(
                instance_id=row.id,
                task_id=timer.task_id,
                element_id=timer.element_id,
                due_at=timer.due_at,
            )
        )


def ring_timers(session: Session, platform: Platform) -> int:
    """Wake the instances whose timers are due; their advance lets the timers fire."""
    return claim_due_timers(session, platform.clock.now(), TIMERS_AT_ONCE)


def record_failure(session: Session, platform: Platform, instance_id: int, code: str) -> None:
    """An advance that raised was rolled back: try again later, then leave it to people. Others go on."""
    row = lock_instance(session, instance_id)
    if row is None:
        return
    row.failures += 1
    row.failure_code = code[:80]
    row.due_at = platform.clock.now() + min(timedelta(seconds=2**row.failures), LONGEST_PAUSE)
    if row.failures >= PATIENCE:
        row.state = InstanceState.INCIDENT
