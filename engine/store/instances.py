"""Process instances: pinned definitions, compressed state, append-only history, expected messages."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Identifier, UtcDateTime


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
    payload: Mapped[dict[str, object]] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def lock_instance(session: Session, instance_id: int) -> ProcessInstance | None:
    """None while another worker holds it: that one will apply what has arrived."""
    wanted = (
        select(ProcessInstance)
        .where(ProcessInstance.id == instance_id, ProcessInstance.state == InstanceState.RUNNING)
        .with_for_update(key_share=True, skip_locked=True)
    )
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def wait_for_instance(session: Session, instance_id: int) -> ProcessInstance:
    """Locks the row, waiting for whoever has it."""
    wanted = select(ProcessInstance).where(ProcessInstance.id == instance_id).with_for_update(key_share=True)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def wake_instances(session: Session, instance_ids: Iterable[int]) -> None:
    """Unconditionally, see ProcessInstance."""
    wanted = sorted(instance_ids)
    if wanted:
        session.execute(update(ProcessInstance).where(ProcessInstance.id.in_(wanted)).values(wake=True))


def woken_instances(session: Session, now: datetime, limit: int) -> list[int]:
    wanted = (
        select(ProcessInstance.id)
        .where(
            ProcessInstance.wake.is_(True),
            ProcessInstance.state == InstanceState.RUNNING,
            ProcessInstance.due_at <= now,
        )
        .order_by(ProcessInstance.due_at, ProcessInstance.id)
        .limit(limit)
    )
    return list(session.scalars(wanted))


def next_sequence(session: Session, instance_id: int) -> int:
    wanted = select(func.coalesce(func.max(HistoryEvent.seq), 0)).where(
        HistoryEvent.instance_id == instance_id
    )
    return session.scalars(wanted).one() + 1


def history_of(session: Session, case_id: int) -> list[HistoryEvent]:
    wanted = (
        select(HistoryEvent)
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .where(ProcessInstance.case_id == case_id)
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    )
    return list(session.scalars(wanted))


def untaken_message(session: Session, case_id: int, name: str) -> InboundMessage | None:
    wanted = (
        select(InboundMessage)
        .where(
            InboundMessage.case_id == case_id,
            InboundMessage.name == name,
            InboundMessage.taken_at.is_(None),
        )
        .order_by(InboundMessage.id)
        .limit(1)
    )
    return session.scalars(wanted).one_or_none()


def messages_of(session: Session, case_id: int, name: str) -> list[InboundMessage]:
    """All that have come, taken or not."""
    wanted = select(InboundMessage).where(InboundMessage.case_id == case_id, InboundMessage.name == name)
    return list(session.scalars(wanted.order_by(InboundMessage.id)))


def instance_of_case(session: Session, case_id: int) -> ProcessInstance:
    wanted = select(ProcessInstance).where(ProcessInstance.case_id == case_id)
    return session.scalars(wanted.order_by(ProcessInstance.id.desc()).limit(1)).one()
