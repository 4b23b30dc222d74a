"""Outside work in three beats: claim (transaction), do (none), record (transaction), many rows at a time."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engine.domain.errors import RuleViolation
from engine.handling.pinning import pinned_definition
from engine.platform import Platform
from engine.ports import OutsideFailure, PermanentFailure, TemporaryFailure
from engine.service_tasks.operation import (
    Again,
    AnyOutside,
    Arguments,
    CallContext,
    OutsideOperation,
    Results,
)
from engine.service_tasks.registry import OPERATIONS
from engine.store.audit import record_audit
from engine.store.cases import KnownCase, cases_by_id, keep_cases, lock_cases
from engine.store.instances import digests_of, wake_instances
from engine.store.outbox import (
    LeasedRow,
    Offer,
    OutboxState,
    claim_rows,
    end_leases,
    extend_leases,
    instances_with_work,
    leasing_owners,
    owned_rows,
    settle,
)
from engine.store.together import reading_together

COALESCING = timedelta(milliseconds=500)
ALONE = 3  # attempts of a row that has lost its workers, with nothing beside it


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


Done = tuple[ClaimedWork, Outcome]


def claim(
    session: Session, platform: Platform, owner: str, room: int, is_idle: bool = True
) -> list[ClaimedWork]:
    """Lease up to `room` rows that are due and prepare their requests; operations that only a newer release
    knows are left to it.

    Cases are read, not locked: a claim holds rows of many cases and must wait for none of them.
    A row that has lost more workers than it may fail is done alone, once the worker has nothing else under
    way (`is_idle`): the one that kills its worker takes no other with it, and the others come through.
    """
    now = platform.clock.now()
    leased_until = now + platform.house_retry.lease
    offer = Offer(platform.lane_limits, OUTSIDE, lambda row: _is_suspect(platform, row), is_idle)
    rows = claim_rows(session, owner, now, leased_until, offer, room)
    contexts = _contexts(session, platform, cases_by_id(session, {row.case_id for row in rows}), rows)
    claimed: list[ClaimedWork] = []
    for operation in dict.fromkeys(row.operation for row in rows):
        alike = [row for row in rows if row.operation == operation]
        with reading_together(session, {row.case_id for row in alike}):
            claimed += [_prepared(contexts[row.instance_id], row, owner) for row in alike]
    return claimed


def _contexts(
    session: Session, platform: Platform, cases: Mapping[int, KnownCase], rows: Iterable[LeasedRow]
) -> dict[int, CallContext]:
    """By instance: what its calls share."""
    case_of = {row.instance_id: row.case_id for row in rows}
    digests = digests_of(session, case_of) if case_of else {}
    now = platform.clock.now()
    return {
        instance_id: CallContext(
            session,
            platform,
            cases[case_of[instance_id]],
            pinned_definition(session, digest),
            None,
            now,
        )
        for instance_id, digest in digests.items()
    }


def _prepared(context: CallContext, row: LeasedRow, owner: str) -> ClaimedWork:
    return ClaimedWork(
        row.id,
        row.instance_id,
        row.case_id,
        row.operation,
        row.key,
        owner,
        row.attempts,
        row.arguments,
        _request(context, row),
    )


def _request(context: CallContext, row: LeasedRow) -> Any:
    """What prepare() makes, or the failure it raises."""
    operation = _operation(row.operation)
    if _attempts(row) > operation.retry(context.platform).attempts + ALONE:  # it kills worker after worker
        return PermanentFailure("worker_lost")
    if row.attempts > 1:
        context = replace(context, attempt=row.attempts)
    try:
        return operation.prepare(context, row.arguments)
    except SQLAlchemyError:
        raise  # the database, not the row
    except RuleViolation as error:
        return PermanentFailure(type(error).__name__)
    except OutsideFailure as failure:
        return failure
    except Exception as error:  # one poisonous row must not hold up the others claimed with it
        return unexpected(error)


def perform(platform: Platform, work: ClaimedWork) -> Outcome:
    """The only beat that leaves the house; no transaction is open here."""
    if isinstance(work.request, OutsideFailure):
        return Outcome(failure=work.request)
    try:
        return Outcome(_operation(work.operation).perform(platform, work.key, work.request))
    except OutsideFailure as failure:
        return Outcome(failure=failure)


def unexpected(error: Exception) -> TemporaryFailure:
    """A mistake of ours: tried again like a failure of theirs, then an incident that names its class."""
    return TemporaryFailure(f"unexpected_{type(error).__name__}")


def record(session: Session, platform: Platform, done: Iterable[Done]) -> int:
    """Write the outcomes of attempts, of however many cases; returns how many were written.

    An attempt whose lease had passed to another worker is not: the other one will write its own.
    Lock order: cases by id, then rows, then instances.
    """
    attempts = sorted(done, key=lambda pair: (pair[0].case_id, pair[0].row_id))
    cases = lock_cases(session, {work.case_id for work, _ in attempts})
    rows: dict[int, LeasedRow] = {}
    for owner in {work.owner for work, _ in attempts}:
        rows |= owned_rows(session, _latest_attempts(attempts, owner), owner)
    contexts = _contexts(session, platform, cases, rows.values())
    with session.no_autoflush, reading_together(session, cases):
        for work, outcome in attempts:
            if work.row_id in rows and rows[work.row_id].attempts == work.attempt:
                _record(contexts[work.instance_id], rows[work.row_id], work, outcome)
    keep_cases(session, cases.values())
    settle(session, rows.values())
    _wake(session, platform, {row.instance_id for row in rows.values() if row.state == OutboxState.RESULT})
    return len(rows)


def _wake(session: Session, platform: Platform, instance_ids: set[int]) -> None:
    """At once when nothing more is under way; else a little later, so that one advance applies many."""
    if not instance_ids:
        return
    waiting, now = instances_with_work(session, instance_ids), platform.clock.now()
    wake_instances(session, instance_ids - waiting, now)
    wake_instances(session, waiting, now + COALESCING)


def _latest_attempts(attempts: list[Done], owner: str) -> dict[int, int]:
    """A worker that slept past its lease may have claimed its own row again: only the latest one counts."""
    latest: dict[int, int] = {}
    for work, _ in attempts:
        if work.owner == owner:
            latest[work.row_id] = max(work.attempt, latest.get(work.row_id, 0))
    return latest


def _record(context: CallContext, row: LeasedRow, work: ClaimedWork, outcome: Outcome) -> None:
    if outcome.failure is not None:
        _record_failure(context, row, work, outcome.failure)
        return
    operation = _operation(work.operation)
    results = operation.record(context, work.arguments, outcome.reply, work.attempt)
    if isinstance(results, Again):
        _record_failure(context, row, work, TemporaryFailure(results.code))
    else:
        _close(context, row, results)


def _record_failure(context: CallContext, row: LeasedRow, work: ClaimedWork, failure: OutsideFailure) -> None:
    operation = _operation(work.operation)
    policy = operation.retry(context.platform)
    row.failure_code = failure.code[:80]
    if isinstance(failure, TemporaryFailure) and _attempts(row) < policy.attempts:
        spread = zlib.crc32(f"{work.key}:{work.attempt}".encode()) / 2**32
        row.state, row.due_at = OutboxState.READY, context.now + policy.delay(work.attempt, spread)
    elif operation.give_up is not None:
        _close(context, row, operation.give_up(context, work.arguments, failure.code))
    else:
        row.state = OutboxState.INCIDENT
        facts = {"operation": work.operation, "code": failure.code, "attempts": work.attempt}
        record_audit(context.session, context.now, "system", "incident", work.case_id, facts)


def _is_suspect(platform: Platform, row: LeasedRow) -> bool:
    """No failure brings a row that far, only workers that did not come back."""
    return _attempts(row) >= _operation(row.operation).retry(platform).attempts


def _attempts(row: LeasedRow) -> int:
    """Attempts that count: those since a person last set the work going."""
    return row.attempts - row.forgiven


def _close(context: CallContext, row: LeasedRow, results: Results) -> None:
    row.state, row.result, row.finished_at = OutboxState.RESULT, dict(results), context.now


def renew(session: Session, platform: Platform, owner: str, row_ids: list[int]) -> None:
    """Keep the leases of work that is under way."""
    leased_until = platform.clock.now() + platform.house_retry.lease
    extend_leases(session, owner, row_ids, leased_until)


def take_over(session: Session, platform: Platform, is_dead: Callable[[str], bool]) -> set[str]:
    """End the leases of owners known to be dead instead of waiting for them; returns those owners.

    Only a short cut: an owner wrongly thought alive just keeps its lease to the end.
    """
    dead = {owner for owner in leasing_owners(session) if is_dead(owner)}
    end_leases(session, dead, platform.clock.now())
    return dead


def _operation(name: str) -> AnyOutside:
    operation = OUTSIDE.get(name)
    if operation is None:
        raise LookupError(name)
    return operation


OUTSIDE: Mapping[str, AnyOutside] = {
    name: operation for name, operation in OPERATIONS.items() if isinstance(operation, OutsideOperation)
}
