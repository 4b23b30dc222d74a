"""Advance an instance: apply everything that has arrived, run until all wait, save; one transaction."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial

from sqlalchemy.orm import Session

from engine.handling.pinning import pin, pinned_definition
from engine.handling.saving import recorded, save
from engine.platform import Platform
from engine.runtime import BeyondThisRelease as BeyondThisRelease  # what advance() raises
from engine.runtime import Definition, Instance, ServiceCall
from engine.service_tasks.operation import AnyOutside, CallContext, InsideOperation
from engine.service_tasks.registry import OPERATIONS
from engine.store.cases import Case, keep_cases, lock_free_cases
from engine.store.holidays import read_calendar
from engine.store.instances import (
    InstanceState,
    LockedInstance,
    add_instance,
    cases_of_instances,
    lock_woken,
    lower_wake,
    put_off,
    take_message,
    untaken_message,
    woken_instances,
)
from engine.store.outbox import take_results
from engine.store.timers import claim_due_timers
from engine.store.together import reading_together

TIMERS_AT_ONCE = 500
LONGEST_PAUSE = timedelta(minutes=5)
PATIENCE = 5  # failed advances before an instance becomes an incident


def save_new_instance(
    session: Session, case: Case, instance: Instance, definition: Definition, now: datetime
) -> LockedInstance:
    """A started instance; it first runs when a worker advances it."""
    pin(session, definition, now)
    row = {
        "case_id": case.id,
        "process_id": definition.process_id,
        "definition_digest": definition.digest,
        "state": InstanceState.RUNNING,
        "body": instance.dump(),
        "wake": True,
        "due_at": now,
        "started_at": now,
        "updated_at": now,
    }
    return add_instance(session, row)


def woken(session: Session, platform: Platform, limit: int) -> list[int]:
    """Instances for which something has arrived, those waiting longest first."""
    return woken_instances(session, platform.clock.now(), limit)


def advance(session: Session, platform: Platform, instance_ids: Iterable[int]) -> int:
    """Of these instances those that are awake and that no other worker has, one of each case; returns how
    many went on. What one does to its case, and to the others of it, is written before those go on.

    Lock order: cases, instances. The wake flag is lowered under the lock, so a result that arrives later
    raises it again and is never lost.
    Raises BeyondThisRelease when only a newer release can carry one of them on.
    """
    case_of = cases_of_instances(session, instance_ids)
    cases = lock_free_cases(session, set(case_of.values()))
    free = [known for known, case_id in case_of.items() if case_id in cases]
    rows = _one_of_each_case(lock_woken(session, free))
    if not rows:
        return 0
    lower_wake(session, rows)
    definitions = {row.id: pinned_definition(session, row.definition_digest) for row in rows}
    holidays = cache(partial(read_calendar, session))
    instances = {
        row.id: Instance.restore(definitions[row.id], row.body, platform.clock.now, holidays) for row in rows
    }
    before = recorded(session, instances)
    for row in rows:
        if row.failure_code is not None:
            _retry_elements(instances[row.id])
    for arrived in take_results(session, instances):
        instances[arrived.instance_id].complete_service(arrived.task_id, arrived.result)
    # Cases are written together when all have gone on.
    with session.no_autoflush, reading_together(session, {row.case_id for row in rows}):
        for row in rows:
            now = platform.clock.now()
            context = CallContext(session, platform, cases[row.case_id], definitions[row.id], None, now)
            run_until_waiting(context, row, instances[row.id])
            save(context, row, instances[row.id], before[row.id])
            instances[row.id].release()
    keep_cases(session, cases.values())
    return len(rows)


def _one_of_each_case(rows: Iterable[LockedInstance]) -> list[LockedInstance]:
    first: dict[int, LockedInstance] = {}
    for row in rows:
        first.setdefault(row.case_id, row)
    return list(first.values())


def _retry_elements(instance: Instance) -> None:
    """Whoever set a broken instance going again wants what failed in it tried again. An element that fails
    once more, or is gone with the one before it, is left alone."""
    for failed in instance.failures():
        if failed.task_id is not None and failed in instance.failures():
            instance.retry(failed.task_id)


def run_until_waiting(context: CallContext, row: LockedInstance, instance: Instance) -> None:
    """Run the engine and the operations inside the house in turn until only outside work is left."""
    instance.fire_timers(context.now)
    instance.run()
    while _run_inside_operations(context, instance) or _take_messages(context, row, instance):
        instance.run()


def _run_inside_operations(context: CallContext, instance: Instance) -> bool:
    found = [(call, _operation_of(call)) for call in instance.service_calls()]
    inside = [(call, operation) for call, operation in found if isinstance(operation, InsideOperation)]
    for call, operation in inside:
        results = operation.run(replace(context, decision=call.decision), call.variables)
        instance.complete_service(call.task_id, results)
    return bool(inside)


def _take_messages(context: CallContext, row: LockedInstance, instance: Instance) -> bool:
    """One message at a time: what it sets off decides what is expected next."""
    for expected in instance.expected_messages():
        message = untaken_message(context.session, row.case_id, expected.name)
        if message is not None:
            instance.deliver(message.name, message.payload)
            take_message(context.session, row.case_id, message, context.now)
            return True
    return False


def _operation_of(call: ServiceCall) -> InsideOperation | AnyOutside:
    """A diagram is checked before it is used: an operation we do not know is one of a newer release."""
    operation = OPERATIONS.get(call.operation)
    if operation is None:
        raise BeyondThisRelease(operation=call.operation, reason="本系统没有该操作")
    return operation


def ring_timers(session: Session, platform: Platform) -> int:
    """Wake the instances whose timers are due; their advance lets the timers fire."""
    return claim_due_timers(session, platform.clock.now(), TIMERS_AT_ONCE)


def record_failure(session: Session, platform: Platform, instance_id: int, code: str) -> None:
    """An advance that raised was rolled back: try again later, then leave it to people. Others go on."""
    rows = lock_woken(session, [instance_id])
    if not rows:
        return
    (row,) = rows
    row.failures += 1
    row.failure_code = code[:80]
    if row.failures >= PATIENCE:
        row.state = InstanceState.INCIDENT
    put_off(session, row, platform.clock.now() + min(timedelta(seconds=2**row.failures), LONGEST_PAUSE))
