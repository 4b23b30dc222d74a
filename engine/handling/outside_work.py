"""Outside work in three beats: claim (transaction), do (none), record (transaction)."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from engine.domain.errors import RuleViolation
from engine.handling.pinning import pinned_definition
from engine.platform import Platform
from engine.ports import OutsideFailure, PermanentFailure, TemporaryFailure
from engine.service_tasks.operation import Again, AnyOutside, Arguments, CallContext, Results
from engine.service_tasks.registry import OPERATIONS
from engine.store.audit import record_audit
from engine.store.cases import lock_case
from engine.store.instances import ProcessInstance, wake_instance
from engine.store.outbox import (
    OutboxRow,
    OutboxState,
    claim_rows,
    close_row,
    end_leases,
    leasing_owners,
)


@dataclass(frozen=True)
class ClaimedWork:
    """One attempt. `request` is what prepare() made, or the failure it raised."""

    row_id: int
    instance_id: int
    case_id: int
    operation: str
    key: str
    owner: str
    attempt: int
    arguments: Arguments
    request: Any  # of whatever type the operation's prepare returns


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: a reply, or the failure."""

    reply: Any = None
    failure: OutsideFailure | None = None


def claim(session: Session, platform: Platform, owner: str, room: int) -> list[ClaimedWork]:
    """Lease up to `room` rows that are due and prepare their requests."""
    now = platform.clock.now()
    leased_until = now + platform.house_retry.lease
    rows = claim_rows(session, owner, now, leased_until, platform.lane_limits, room)
    return [_prepared(session, platform, row, owner) for row in rows]


def take_over(session: Session, platform: Platform, is_dead: Callable[[str], bool]) -> set[str]:
    """End the leases of owners known to be dead instead of waiting for them; returns those owners.

    Only a short cut: an owner wrongly thought alive just keeps its lease to the end.
    """
    dead = {owner for owner in leasing_owners(session) if is_dead(owner)}
    end_leases(session, dead, platform.clock.now())
    return dead


def _prepared(session: Session, platform: Platform, row: OutboxRow, owner: str) -> ClaimedWork:
    work = ClaimedWork(
        row.id,
        row.instance_id,
        row.case_id,
        row.operation,
        row.key,
        owner,
        row.attempts,
        row.arguments,
        None,
    )
    try:
        with session.begin_nested():
            context = _context(session, platform, work)
            return replace(work, request=_operation(row.operation).prepare(context, row.arguments))
    except RuleViolation as error:
        return replace(work, request=PermanentFailure(type(error).__name__))
    except OutsideFailure as failure:
        return replace(work, request=failure)
    except Exception as error:  # one poisonous row must not hold up the others claimed with it
        return replace(work, request=unexpected(error))


def perform(platform: Platform, work: ClaimedWork) -> Outcome:
    """The only beat that leaves the house; no transaction is open here."""
    if isinstance(work.request, OutsideFailure):
        return Outcome(failure=work.request)
    try:
        return Outcome(_operation(work.operation).perform(platform, work.key, work.request))
    except OutsideFailure as failure:
        return Outcome(failure=failure)


def record(session: Session, platform: Platform, work: ClaimedWork, outcome: Outcome) -> bool:
    """False when the lease had passed to another worker: then nothing is written, the other one will."""
    context = _context(session, platform, work)
    if not _still_ours(session, work):
        return False
    if outcome.failure is not None:
        _record_failure(context, work, outcome.failure)
        return True
    results = _operation(work.operation).record(context, work.arguments, outcome.reply, work.attempt)
    if isinstance(results, Again):
        _record_failure(context, work, TemporaryFailure(results.code))
    else:
        _close(context, work, results)
    return True


def unexpected(error: Exception) -> TemporaryFailure:
    """A mistake of ours: tried again like a failure of theirs, then an incident that names its class."""
    return TemporaryFailure(f"unexpected_{type(error).__name__}")


def _still_ours(session: Session, work: ClaimedWork) -> bool:
    """Takes the row's lock for the rest of the transaction, so that the answer stays true."""
    return close_row(session, work.row_id, work.owner, work.attempt, {"owner": work.owner})


def _record_failure(context: CallContext, work: ClaimedWork, failure: OutsideFailure) -> None:
    operation = _operation(work.operation)
    policy = operation.retry(context.platform)
    if isinstance(failure, TemporaryFailure) and work.attempt < policy.attempts:
        spread = zlib.crc32(f"{work.key}:{work.attempt}".encode()) / 2**32
        due_at = context.now + policy.delay(work.attempt, spread)
        _write(context, work, state=OutboxState.READY, due_at=due_at, failure_code=failure.code[:80])
    elif operation.give_up is not None:
        _close(context, work, operation.give_up(context, work.arguments, failure.code))
    else:
        _write(context, work, state=OutboxState.INCIDENT, failure_code=failure.code[:80])
        facts = {"operation": work.operation, "code": failure.code, "attempts": work.attempt}
        record_audit(context.session, context.now, "system", "incident", work.case_id, facts)


def _close(context: CallContext, work: ClaimedWork, results: Results) -> None:
    _write(context, work, state=OutboxState.RESULT, result=dict(results), finished_at=context.now)
    wake_instance(context.session, work.instance_id)


def _write(context: CallContext, work: ClaimedWork, **values: object) -> None:
    close_row(context.session, work.row_id, work.owner, work.attempt, values)


def _operation(name: str) -> AnyOutside:
    operation = OPERATIONS[name]
    if not hasattr(operation, "perform"):
        raise LookupError(name)
    return operation  # type: ignore[return-value]  # an inside operation has no perform


def _context(session: Session, platform: Platform, work: ClaimedWork) -> CallContext:
    case = lock_case(session, work.case_id)
    instance = session.get_one(ProcessInstance, work.instance_id)
    definition = pinned_definition(session, instance.definition_digest)
    return CallContext(session, platform, case, definition, None, platform.clock.now(), work.key)
