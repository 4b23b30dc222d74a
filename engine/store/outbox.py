"""Work that leaves the house: a row per call, claimed with a lease, closed under its owner's fence."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import cast

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    update,
)
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

ENTER = select(func.pg_advisory_xact_lock(CLAIM_GATE))
BUSY = (
    select(OutboxRow.lane, func.count())
    .where(OutboxRow.state == OutboxState.LEASED, OutboxRow.leased_until > bindparam("now"))
    .group_by(OutboxRow.lane)
)
CLAIMABLE = (
    select(OutboxRow)
    .where(
        or_(
            and_(OutboxRow.state == OutboxState.READY, OutboxRow.due_at <= bindparam("now")),
            and_(OutboxRow.state == OutboxState.LEASED, OutboxRow.leased_until <= bindparam("now")),
        ),
        OutboxRow.lane.not_in(bindparam("full", expanding=True)),
    )
    .order_by(OutboxRow.due_at, OutboxRow.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
OWNED = (
    select(OutboxRow)
    .where(
        OutboxRow.id.in_(bindparam("ids", expanding=True)),
        OutboxRow.owner == bindparam("owner"),
        OutboxRow.state == OutboxState.LEASED,
    )
    .order_by(OutboxRow.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
ARRIVED = (
    select(OutboxRow.id, OutboxRow.task_id, OutboxRow.result)
    .where(OutboxRow.instance_id == bindparam("id"), OutboxRow.state == OutboxState.RESULT)
    .order_by(OutboxRow.id)
)
APPLY = (
    update(cast(Table, OutboxRow.__table__))
    .where(OutboxRow.id.in_(bindparam("ids", expanding=True)))
    .values(state=OutboxState.APPLIED)
)
UNDER_WAY = (
    select(OutboxRow.instance_id)
    .where(
        OutboxRow.instance_id.in_(bindparam("ids", expanding=True)),
        OutboxRow.state.in_([OutboxState.READY, OutboxState.LEASED]),
    )
    .distinct()
)
TASKS = select(OutboxRow.task_id).where(OutboxRow.instance_id == bindparam("id"))


def claim_rows(
    session: Session, owner: str, now: datetime, leased_until: datetime, limits: Mapping[str, int], room: int
) -> list[OutboxRow]:
    """Take up to `room` rows that are due, or whose lease has run out, without passing a lane's limit.

    Claims go one after another (SQLite: one writer; PostgreSQL: an advisory lock), so limits are exact.
    Lanes that are full are not even looked at: their rows must not hide those of others.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(ENTER)
    busy = Counter({lane: count for lane, count in session.connection().execute(BUSY, {"now": now})})
    full = [lane for lane, count in busy.items() if count >= _limit(limits, lane)]
    claimed: list[OutboxRow] = []
    for row in session.scalars(CLAIMABLE, {"now": now, "full": full, "most": room * 4}):
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


def owned_rows(session: Session, attempts: Mapping[int, int], owner: str) -> dict[int, OutboxRow]:
    """Of these rows (id -> attempt) those whose lease has not passed to somebody else, locked."""
    rows = session.scalars(OWNED, {"ids": list(attempts), "owner": owner})
    return {row.id: row for row in rows if row.attempts == attempts[row.id]}


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


@dataclass(frozen=True)
class ArrivedResult:
    row_id: int
    task_id: str
    result: Mapping[str, object]


def take_results(session: Session, instance_id: int) -> list[ArrivedResult]:
    """What has come back for the instance, from now on applied. Its case must be locked."""
    connection = session.connection()
    rows = connection.execute(ARRIVED, {"id": instance_id})
    arrived = [ArrivedResult(row_id, task_id, result or {}) for row_id, task_id, result in rows]
    if arrived:
        connection.execute(APPLY, {"ids": [row.row_id for row in arrived]})
    return arrived


def instances_with_work(session: Session, instance_ids: Iterable[int]) -> set[int]:
    """Of these instances those that wait for more of their outside work."""
    return set(session.connection().execute(UNDER_WAY, {"ids": list(instance_ids)}).scalars())


def latest_work(session: Session, case_id: int, operation: str) -> OutboxRow | None:
    wanted = select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.operation == operation)
    return session.scalars(wanted.order_by(OutboxRow.id.desc()).limit(1)).one_or_none()


def outstanding_tasks(session: Session, instance_id: int) -> set[str]:
    """Task ids that already have a row, whatever its state."""
    return set(session.connection().execute(TASKS, {"id": instance_id}).scalars())
