"""Work that leaves the house: a row per call, claimed with a lease, closed under its owner's fence."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import cast

from sqlalchemy import (
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

from engine.store.base import Base, Identifier, Json, UtcDateTime


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
    arguments: Mapped[dict[str, object]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    owner: Mapped[str | None] = mapped_column(String(80))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    forgiven: Mapped[int] = mapped_column(default=0)  # attempts before a person set the work going again
    failure_code: Mapped[str | None] = mapped_column(String(80))
    result: Mapped[dict[str, object] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass
class LeasedRow:
    """A row in the hands of its worker. What has become of it is written by `settle`."""

    id: int
    instance_id: int
    case_id: int
    key: str
    operation: str
    lane: str
    arguments: dict[str, object]
    state: str
    due_at: datetime
    attempts: int
    forgiven: int
    failure_code: str | None
    result: dict[str, object] | None
    finished_at: datetime | None


@dataclass(frozen=True)
class Offer:
    """What a worker takes: concurrent calls by lane, the operations it knows, and whether it has nothing
    else under way, because a row that is suspect is done alone."""

    limits: Mapping[str, int]
    operations: Collection[str]
    is_suspect: Callable[[LeasedRow], bool]
    is_idle: bool


FURTHER = 4  # times as many rows are looked at when lanes fill up among the first ones
CLAIM_GATE = 7_202_016  # any constant of our own: the advisory lock under which PostgreSQL claims

ENTER = select(func.pg_advisory_xact_lock(CLAIM_GATE))
BUSY = (
    select(OutboxRow.lane, func.count())
    .where(OutboxRow.state == OutboxState.LEASED, OutboxRow.leased_until > bindparam("now"))
    .group_by(OutboxRow.lane)
)
OUTBOX = cast(Table, OutboxRow.__table__)
COLUMNS = [OUTBOX.c[column.name] for column in fields(LeasedRow)]
CLAIMABLE = (
    select(*COLUMNS)
    .where(
        or_(
            and_(OutboxRow.state == OutboxState.READY, OutboxRow.due_at <= bindparam("now")),
            and_(OutboxRow.state == OutboxState.LEASED, OutboxRow.leased_until <= bindparam("now")),
        ),
        OutboxRow.operation.in_(bindparam("known", expanding=True)),
        OutboxRow.lane.not_in(bindparam("full", expanding=True)),
    )
    .order_by(OutboxRow.due_at, OutboxRow.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
LEASE = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=OutboxState.LEASED,
        owner=bindparam("by"),
        leased_until=bindparam("until", type_=UtcDateTime),
        attempts=OUTBOX.c.attempts + 1,
    )
)
OWNED = (
    select(*COLUMNS)
    .where(
        OutboxRow.id.in_(bindparam("ids", expanding=True)),
        OutboxRow.owner == bindparam("by"),
        OutboxRow.state == OutboxState.LEASED,
    )
    .order_by(OutboxRow.id)
    .with_for_update()
)
SETTLE = update(OUTBOX).where(OUTBOX.c.id == bindparam("row_id"))
ARRIVED = (
    select(OutboxRow.id, OutboxRow.instance_id, OutboxRow.task_id, OutboxRow.result)
    .where(OutboxRow.instance_id.in_(bindparam("ids", expanding=True)), OutboxRow.state == OutboxState.RESULT)
    .order_by(OutboxRow.id)
)
APPLY = (
    update(OUTBOX).where(OUTBOX.c.id.in_(bindparam("ids", expanding=True))).values(state=OutboxState.APPLIED)
)
UNDER_WAY = (
    select(OutboxRow.instance_id)
    .where(
        OutboxRow.instance_id.in_(bindparam("ids", expanding=True)),
        OutboxRow.state.in_([OutboxState.READY, OutboxState.LEASED]),
    )
    .distinct()
)
TASKS = select(OutboxRow.instance_id, OutboxRow.task_id).where(
    OutboxRow.instance_id.in_(bindparam("ids", expanding=True))
)


def claim_rows(
    session: Session,
    owner: str,
    now: datetime,
    leased_until: datetime,
    offer: Offer,
    room: int,
) -> list[LeasedRow]:
    """Take up to `room` rows that are due, or whose lease has run out, without passing a lane's limit.

    Claims go one after another (SQLite: one writer; PostgreSQL: an advisory lock), so limits are exact.
    Lanes that are full are not even looked at: their rows must not hide those of others.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(ENTER)
    busy = Counter({lane: count for lane, count in connection.execute(BUSY, {"now": now})})
    full = [lane for lane, count in busy.items() if count >= _limit(offer.limits, lane)]
    wanted = {"now": now, "full": full, "known": list(offer.operations)}
    claimed: list[LeasedRow] = []
    for most in (room, room * FURTHER):
        found = connection.execute(CLAIMABLE, {**wanted, "most": most}).all()
        claimed = _chosen([LeasedRow(*row) for row in found], offer, busy.copy(), room)
        if len(claimed) == room or len(found) < most:
            break
    if claimed:
        connection.execute(LEASE, {"ids": [row.id for row in claimed], "by": owner, "until": leased_until})
    return claimed


def _chosen(rows: list[LeasedRow], offer: Offer, busy: Counter[str], room: int) -> list[LeasedRow]:
    suspect = next((row for row in rows if offer.is_suspect(row)), None)
    if suspect is not None:
        rows = [suspect] if offer.is_idle else []
    claimed: list[LeasedRow] = []
    for row in rows:
        if len(claimed) < room and busy[row.lane] < _limit(offer.limits, row.lane):
            busy[row.lane] += 1
            row.attempts += 1
            claimed.append(row)
    return claimed


def _limit(limits: Mapping[str, int], lane: str) -> float:
    """Of the lane itself, or of its kind: `unit:320402001` is a `unit`; without either there is none."""
    return limits.get(lane, limits.get(lane.partition(":")[0], inf))


def owned_rows(session: Session, attempts: Mapping[int, int], owner: str) -> dict[int, LeasedRow]:
    """Of these rows (id -> attempt) those whose lease has not passed to somebody else, locked."""
    found = session.connection().execute(OWNED, {"ids": list(attempts), "by": owner})
    rows = [LeasedRow(*row) for row in found]
    return {row.id: row for row in rows if row.attempts == attempts[row.id]}


def settle(session: Session, rows: Iterable[LeasedRow]) -> None:
    """Write what has become of them."""
    done, rest = [], []
    for row in rows:
        settled = {
            "row_id": row.id,
            "state": row.state,
            "due_at": row.due_at,
            "failure_code": row.failure_code,
        }
        if row.result is None:
            rest.append(settled)
        else:
            done.append({**settled, "result": row.result, "finished_at": row.finished_at})
    for batch in filter(None, (done, rest)):
        session.connection().execute(SETTLE, batch)


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
    instance_id: int
    task_id: str
    result: Mapping[str, object]


def take_results(session: Session, instance_ids: Iterable[int]) -> list[ArrivedResult]:
    """What has come back for these instances, from now on applied. Their cases must be locked."""
    connection = session.connection()
    rows = connection.execute(ARRIVED, {"ids": list(instance_ids)}).all()
    if rows:
        connection.execute(APPLY, {"ids": [row.id for row in rows]})
    return [ArrivedResult(row.instance_id, row.task_id, row.result or {}) for row in rows]


def instances_with_work(session: Session, instance_ids: Iterable[int]) -> set[int]:
    """Of these instances those that wait for more of their outside work."""
    return set(session.connection().execute(UNDER_WAY, {"ids": list(instance_ids)}).scalars())


def latest_work(session: Session, case_id: int, operation: str) -> OutboxRow | None:
    wanted = select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.operation == operation)
    return session.scalars(wanted.order_by(OutboxRow.id.desc()).limit(1)).one_or_none()


def known_tasks(session: Session, instance_ids: Iterable[int]) -> dict[int, set[str]]:
    """Instance -> its tasks that already have a row, whatever its state."""
    known: dict[int, set[str]] = defaultdict(set)
    for instance_id, task_id in session.connection().execute(TASKS, {"ids": list(instance_ids)}):
        known[instance_id].add(task_id)
    return known
