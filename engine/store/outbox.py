"""Work that leaves the house: a row per call, claimed with a lease, closed under its owner's fence."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from math import inf

from sqlalchemy import JSON, ForeignKey, Index, Select, String, and_, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Identifier, UtcDateTime


class OutboxState(StrEnum):
    READY = "ready"
    LEASED = "leased"
    RESULT = "result"  # done, waiting to be applied to its instance
    APPLIED = "applied"
    INCIDENT = "incident"  # a person must look at it


class OutboxRow(Base):
    """`key` is the idempotency key every attempt carries; `lane` groups rows under one concurrency limit."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_work", "state", "due_at"),
        Index("ix_outbox_instance_id_state", "instance_id", "state"),
    )

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    task_id: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(160), unique=True)
    operation: Mapped[str] = mapped_column(String(60))
    lane: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, object]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    owner: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    forgiven: Mapped[int] = mapped_column(default=0)  # attempts before a person set the work going again
    failure_code: Mapped[str | None] = mapped_column(String(80))
    result: Mapped[dict[str, object] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


CLAIM_GATE = 7_202_016  # any constant of our own: the advisory lock under which PostgreSQL claims


def claim_rows(
    session: Session, owner: str, now: datetime, leased_until: datetime, limits: Mapping[str, int], room: int
) -> list[OutboxRow]:
    """Take up to `room` rows that are due, or whose lease has run out, without passing a lane's limit.

    Claims go one after another (SQLite: one writer; PostgreSQL: an advisory lock), so limits are exact.
    Lanes that are full are not even looked at: their rows must not hide those of others.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CLAIM_GATE)))
    busy = _busy_lanes(session, now)
    full = [lane for lane, count in busy.items() if count >= _limit(limits, lane)]
    claimed: list[OutboxRow] = []
    for row in session.scalars(_claimable(now).where(OutboxRow.lane.not_in(full)).limit(room * 4)):
        if len(claimed) == room:
            break
        if busy[row.lane] < _limit(limits, row.lane):
            busy[row.lane] += 1
            row.state, row.owner, row.leased_until = OutboxState.LEASED, owner, leased_until
            row.attempts += 1
            claimed.append(row)
    session.flush()
    return claimed


def _limit(limits: Mapping[str, int], lane: str) -> float:
    """Of the lane itself, or of its kind: `unit:320402001` is a `unit`; without either there is none."""
    return limits.get(lane, limits.get(lane.partition(":")[0], inf))


def _busy_lanes(session: Session, now: datetime) -> Counter[str]:
    wanted = (
        select(OutboxRow.lane, func.count())
        .where(OutboxRow.state == OutboxState.LEASED, OutboxRow.leased_until > now)
        .group_by(OutboxRow.lane)
    )
    return Counter({lane: count for lane, count in session.execute(wanted)})


def _claimable(now: datetime) -> Select[OutboxRow]:
    ready = and_(OutboxRow.state == OutboxState.READY, OutboxRow.due_at <= now)
    abandoned = and_(OutboxRow.state == OutboxState.LEASED, OutboxRow.leased_until <= now)
    due = select(OutboxRow).where(or_(ready, abandoned)).order_by(OutboxRow.due_at, OutboxRow.id)
    return due.with_for_update(skip_locked=True)


def owned_rows(session: Session, attempts: Mapping[int, int], owner: str) -> dict[int, OutboxRow]:
    """Of these rows (id -> attempt) those whose lease has not passed to somebody else, locked."""
    wanted = (
        select(OutboxRow)
        .where(
            OutboxRow.id.in_(attempts),
            OutboxRow.owner == owner,
            OutboxRow.state == OutboxState.LEASED,
        )
        .order_by(OutboxRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in session.scalars(wanted) if row.attempts == attempts[row.id]}


def extend_leases(session: Session, owner: str, row_ids: list[int], leased_until: datetime) -> None:
    """Slow work keeps its lease while its worker lives; what another has taken over stays taken."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(row_ids), OutboxRow.owner == owner, OutboxRow.state == OutboxState.LEASED)
        .values(leased_until=leased_until)
    )


def leasing_owners(session: Session) -> set[str]:
    wanted = select(OutboxRow.owner).where(OutboxRow.state == OutboxState.LEASED).distinct()
    return {owner for owner in session.scalars(wanted) if owner is not None}


def end_leases(session: Session, owners: set[str], now: datetime) -> None:
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.state == OutboxState.LEASED, OutboxRow.owner.in_(owners))
        .values(leased_until=now)
    )


def arrived_results(session: Session, instance_id: int) -> list[OutboxRow]:
    wanted = select(OutboxRow).where(
        OutboxRow.instance_id == instance_id, OutboxRow.state == OutboxState.RESULT
    )
    return list(session.scalars(wanted.order_by(OutboxRow.id)))


def latest_work(session: Session, case_id: int, operation: str) -> OutboxRow | None:
    wanted = select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.operation == operation)
    return session.scalars(wanted.order_by(OutboxRow.id.desc()).limit(1)).one_or_none()


def outstanding_tasks(session: Session, instance_id: int) -> set[str]:
    """Task ids that already have a row, whatever its state."""
    return set(session.scalars(select(OutboxRow.task_id).where(OutboxRow.instance_id == instance_id)))
