"""Process instances: pinned definitions, compressed state, append-only history, expected messages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Identifier, Json, UtcDateTime, append_at_end, change_at_end
from engine.store.together import read_alone, rows_of, select_of_cases


class InstanceState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    INCIDENT = "incident"


class ProcessDefinition(Base):
    """The sources a running instance is pinned to, by digest; never changed, never removed."""

    __tablename__ = "process_definition"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    process_id: Mapped[str] = mapped_column(String(100))
    sources: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProcessInstance(Base):
    """`wake` asks for an advance; it is always set unconditionally, because `WHERE wake = 0` would not wait
    for an advancing transaction and the result committed meanwhile would never be applied."""

    __tablename__ = "process_instance"
    __table_args__ = (Index("ix_process_instance_work", "wake", "state", "due_at"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    process_id: Mapped[str] = mapped_column(String(100))
    definition_digest: Mapped[str] = mapped_column(ForeignKey("process_definition.digest"))
    state: Mapped[str] = mapped_column(String(20))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    wake: Mapped[bool]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)
    failure_code: Mapped[str | None] = mapped_column(String(80))
    end_event: Mapped[str | None] = mapped_column(String(100))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HistoryEvent(Base):
    """One finished step. Append-only."""

    __tablename__ = "history_event"
    __table_args__ = (UniqueConstraint("instance_id", "seq"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    process_id: Mapped[str] = mapped_column(String(100))
    element_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(60))
    lane: Mapped[str | None] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(20))  # completed | cancelled | failed


class ExpectedMessage(Base):
    """A message an instance waits for. Routed by case and name here, never broadcast to engines."""

    __tablename__ = "expected_message"
    __table_args__ = (UniqueConstraint("case_id", "name", "task_id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"))
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"), index=True)
    task_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(100))
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class InboundMessage(Base):
    """A message that came from outside, kept until an instance of the case takes it, early ones too."""

    __tablename__ = "inbound_message"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, object]] = mapped_column(Json)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


@dataclass
class LockedInstance:
    """A row in the hands of whoever carries the instance on. What has become of it is written by
    `keep_instance`."""

    id: int
    case_id: int
    definition_digest: str
    state: str
    body: bytes = field(repr=False)
    version: int
    failures: int
    failure_code: str | None
    end_event: str | None
    updated_at: datetime


INSTANCES = cast(Table, ProcessInstance.__table__)
COLUMNS = [INSTANCES.c[column.name] for column in fields(LockedInstance)]
KEPT = ("state", "body", "version", "failures", "failure_code", "end_event", "updated_at")
DUE = bindparam("due", type_=UtcDateTime)
ADD = INSTANCES.insert().returning(*COLUMNS)
LOCKED = select(*COLUMNS).where(INSTANCES.c.id == bindparam("id")).with_for_update(key_share=True)
WOKEN_IF_FREE = (
    select(*COLUMNS)
    .where(
        ProcessInstance.id.in_(bindparam("ids", expanding=True)),
        ProcessInstance.state == InstanceState.RUNNING,
        ProcessInstance.wake.is_(True),
    )
    .order_by(ProcessInstance.id)
    .with_for_update(key_share=True, skip_locked=True)
)
LOWER_WAKE = update(INSTANCES).where(INSTANCES.c.id.in_(bindparam("ids", expanding=True))).values(wake=False)
KEEP = (
    update(INSTANCES)
    .where(INSTANCES.c.id == bindparam("row_id"))
    .values({name: bindparam(f"of_{name}", type_=INSTANCES.c[name].type) for name in KEPT})
)
PUT_OFF = (
    update(INSTANCES)
    .where(INSTANCES.c.id == bindparam("row_id"))
    .values(
        state=bindparam("of_state"),
        failures=bindparam("of_failures"),
        failure_code=bindparam("code"),
        due_at=bindparam("due", type_=UtcDateTime),
    )
)
CASES_OF = select(ProcessInstance.id, ProcessInstance.case_id).where(
    ProcessInstance.id.in_(bindparam("ids", expanding=True))
)
WOKEN = (
    select(ProcessInstance.id)
    .where(
        ProcessInstance.wake.is_(True),
        ProcessInstance.state == InstanceState.RUNNING,
        ProcessInstance.due_at <= bindparam("now"),
    )
    .order_by(ProcessInstance.due_at, ProcessInstance.id)
    .limit(bindparam("most"))
)
LATEST_OF_CASE = (
    select(ProcessInstance.id)
    .where(ProcessInstance.case_id == bindparam("case_id"))
    .order_by(ProcessInstance.id.desc())
    .limit(1)
)
LAST_STEPS = (
    select(HistoryEvent.instance_id, func.max(HistoryEvent.seq))
    .where(HistoryEvent.instance_id.in_(bindparam("ids", expanding=True)))
    .group_by(HistoryEvent.instance_id)
)
DIGESTS = select(ProcessInstance.id, ProcessInstance.definition_digest).where(
    ProcessInstance.id.in_(bindparam("ids", expanding=True))
)

WAKE = update(INSTANCES).where(INSTANCES.c.id.in_(bindparam("ids", expanding=True))).values(wake=True)
WAKE_BY = WAKE.values(
    due_at=case(
        (or_(INSTANCES.c.failures > 0, INSTANCES.c.wake & (INSTANCES.c.due_at <= DUE)), INSTANCES.c.due_at),
        else_=DUE,
    )
)


def add_instance(session: Session, values: Mapping[str, object]) -> LockedInstance:
    """`values` are those columns that have no default."""
    return LockedInstance(*session.connection().execute(ADD, values).one())


def lock_woken(session: Session, instance_ids: Iterable[int]) -> list[LockedInstance]:
    """Without those that another worker holds: that one will apply what has arrived."""
    rows = session.connection().execute(WOKEN_IF_FREE, {"ids": list(instance_ids)})
    return [LockedInstance(*row) for row in rows]


def wait_for_instance(session: Session, instance_id: int) -> LockedInstance:
    """Locks the row, waiting for whoever has it."""
    return LockedInstance(*session.connection().execute(LOCKED, {"id": instance_id}).one())


def keep_instance(session: Session, row: LockedInstance) -> None:
    """When the transaction ends, with the others that have gone on. Once in a transaction for each row."""
    change_at_end(session, KEEP, [{"row_id": row.id, **{f"of_{name}": getattr(row, name) for name in KEPT}}])


def lower_wake(session: Session, rows: Iterable[LockedInstance]) -> None:
    """What arrives from now on raises it again, once the lock is gone."""
    session.connection().execute(LOWER_WAKE, {"ids": [row.id for row in rows]})


def put_off(session: Session, row: LockedInstance, due_at: datetime) -> None:
    """An advance of it has failed: its failures and its state are written, the rest stays as it was."""
    failure = {"of_state": row.state, "of_failures": row.failures, "code": row.failure_code}
    session.connection().execute(PUT_OFF, {"row_id": row.id, "due": due_at, **failure})


def cases_of_instances(session: Session, instance_ids: Iterable[int]) -> dict[int, int]:
    rows = session.connection().execute(CASES_OF, {"ids": list(instance_ids)})
    return {instance_id: case_id for instance_id, case_id in rows}


def digests_of(session: Session, instance_ids: Iterable[int]) -> dict[int, str]:
    """Instance -> the definition it is pinned to."""
    rows = session.connection().execute(DIGESTS, {"ids": list(instance_ids)})
    return {instance_id: digest for instance_id, digest in rows}


def wake_instances(session: Session, instance_ids: Iterable[int], due_at: datetime | None = None) -> None:
    """Unconditionally, see ProcessInstance. Never later than `due_at`, unless its last advance has failed."""
    wanted = sorted(instance_ids)
    if wanted:
        statement, due = (WAKE, {}) if due_at is None else (WAKE_BY, {"due": due_at})
        session.connection().execute(statement, {"ids": wanted, **due})


def woken_instances(session: Session, now: datetime, limit: int) -> list[int]:
    return list(session.connection().execute(WOKEN, {"now": now, "most": limit}).scalars())


def steps_so_far(session: Session, instance_ids: Iterable[int]) -> dict[int, int]:
    """Instance -> the number of its last step; nothing for those that have none."""
    rows = session.connection().execute(LAST_STEPS, {"ids": list(instance_ids)})
    return {instance_id: last for instance_id, last in rows}


HISTORY = cast(Table, HistoryEvent.__table__)
HISTORY_OF = (
    select(HISTORY)
    .join(INSTANCES, INSTANCES.c.id == HISTORY.c.instance_id)
    .where(INSTANCES.c.case_id == bindparam("case_id"))
    .order_by(HISTORY.c.instance_id, HISTORY.c.seq)
)


def history_of(session: Session, case_id: int) -> Sequence[Row[Any]]:
    """Rows with the columns of HistoryEvent, in order."""
    return session.connection().execute(HISTORY_OF, {"case_id": case_id}).all()


MESSAGES = cast(Table, InboundMessage.__table__)
OF_NAME = (
    select(MESSAGES.c.id, MESSAGES.c.name, MESSAGES.c.payload)
    .where(MESSAGES.c.case_id == bindparam("case_id"), MESSAGES.c.name == bindparam("name"))
    .order_by(MESSAGES.c.id)
)
UNTAKEN = (
    select_of_cases(MESSAGES.c.case_id, (MESSAGES.c.id, MESSAGES.c.name, MESSAGES.c.payload))
    .where(MESSAGES.c.taken_at.is_(None))
    .order_by(MESSAGES.c.id)
)
TAKE = (
    update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("message_id"))
    .values(taken_at=bindparam("at", type_=UtcDateTime))
)
DROP = (
    update(MESSAGES)
    .where(
        MESSAGES.c.case_id == bindparam("of_case"),
        MESSAGES.c.name == bindparam("of_name"),
        MESSAGES.c.taken_at.is_(None),
    )
    .values(taken_at=bindparam("at", type_=UtcDateTime))
)
EXPECTED = cast(Table, ExpectedMessage.__table__)
WAITING_FOR = select(EXPECTED.c.instance_id).where(
    EXPECTED.c.case_id == bindparam("case_id"), EXPECTED.c.name == bindparam("name")
)
EXPECT_NOTHING = delete(EXPECTED).where(EXPECTED.c.instance_id == bindparam("of_instance"))


@dataclass(frozen=True)
class KnownMessage:
    """A message that has come, as it was read."""

    id: int
    name: str
    payload: Mapping[str, object]


def untaken_message(session: Session, case_id: int, name: str) -> KnownMessage | None:
    """The oldest of this name that no instance has taken."""
    found = (KnownMessage(*row) for row in rows_of(session, UNTAKEN, case_id))
    return next((message for message in found if message.name == name), None)


def take_message(session: Session, case_id: int, message: KnownMessage, now: datetime) -> None:
    """At once: whoever looks next in this transaction must not find it again."""
    read_alone(session, case_id)
    session.connection().execute(TAKE, {"message_id": message.id, "at": now})


def drop_untaken(session: Session, case_id: int, name: str, now: datetime) -> None:
    """What they were about does not count any more: nobody takes them for something else."""
    read_alone(session, case_id)
    session.connection().execute(DROP, {"of_case": case_id, "of_name": name, "at": now})


def messages_of(session: Session, case_id: int, name: str) -> list[KnownMessage]:
    """All that have come, taken or not."""
    rows = session.connection().execute(OF_NAME, {"case_id": case_id, "name": name})
    return [KnownMessage(*row) for row in rows]


def expect_messages(session: Session, instance_id: int, expected: Sequence[Mapping[str, Any]]) -> None:
    """Instead of what the instance expected before: rows of ExpectedMessage, once in a transaction."""
    change_at_end(session, EXPECT_NOTHING, [{"of_instance": instance_id}])
    append_at_end(session, ExpectedMessage, expected)


def waiting_for(session: Session, case_id: int, name: str) -> set[int]:
    """The instances a message is for, whichever of the case is the newest. Who comes to wait for it later
    finds it there."""
    rows = session.connection().execute(WAITING_FOR, {"case_id": case_id, "name": name})
    return set(rows.scalars())


def unfinished_of_case(session: Session, case_id: int) -> list[tuple[int, str]]:
    """Id and process of each instance that still works on the case."""
    wanted = select(ProcessInstance.id, ProcessInstance.process_id).where(
        ProcessInstance.case_id == case_id, ProcessInstance.state != InstanceState.FINISHED
    )
    return [(instance_id, process) for instance_id, process in session.execute(wanted)]


def instance_of_case(session: Session, case_id: int) -> int:
    """The id of its latest."""
    return session.connection().execute(LATEST_OF_CASE, {"case_id": case_id}).scalar_one()
