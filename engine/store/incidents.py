"""The one list of incidents (异常件): what was found, since when, and what a person decided about it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Identifier, UtcDateTime


class IncidentKind(StrEnum):
    """What `subject_id` names: an outbox row, an instance, a human task or a case."""

    WORK = "work"  # outbox row: the attempts are used up
    INSTANCE = "instance"  # instance: its advance failed again and again, or an element did
    STUCK = "stuck"  # instance: open, and waits for nothing
    CASE_CLOSED = "case_closed"  # instance: open, but its case is over
    TASK_LEFT = "task_left"  # human task: open on an instance that is over
    CASE_LEFT = "case_left"  # case: open, but no instance works on it


class IncidentState(StrEnum):
    OPEN = "open"
    RETRIED = "retried"
    SKIPPED = "skipped"
    RETURNED = "returned"  # handed back to a post, which may still have it retried or skipped
    SETTLED = "settled"  # gone when the watch looked again


PENDING = (IncidentState.OPEN, IncidentState.RETURNED)
_IS_PENDING = text("state IN ('open', 'returned')")


class IncidentRow(Base):
    """Append and decide, never delete. At most one pending row per subject."""

    __tablename__ = "incident"
    __table_args__ = (
        Index(
            "uq_incident_pending",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=_IS_PENDING,
            sqlite_where=_IS_PENDING,
        ),
        Index("ix_incident_state", "state", "kind"),
    )

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Identifier)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("process_instance.id"))
    code: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(String(200))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    post: Mapped[str | None] = mapped_column(String(60))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(500))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def raise_incidents(session: Session, found: Iterable[Mapping[str, object]]) -> list[IncidentRow]:
    """Write what is not pending yet; returns only what is new, also when two watches look at once."""
    rows = [{"state": IncidentState.OPEN, **row} for row in found]
    if not rows:
        return []
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    adding = dialect.insert(IncidentRow).on_conflict_do_nothing().returning(IncidentRow)
    return list(session.scalars(adding, rows))


def pending_incidents(session: Session) -> list[IncidentRow]:
    wanted = select(IncidentRow).where(IncidentRow.state.in_(PENDING))
    return list(session.scalars(wanted.order_by(IncidentRow.since, IncidentRow.id)))


def pending_incident(session: Session, kind: str, subject_id: int) -> IncidentRow | None:
    """Locks the row, so that two people cannot decide about it at the same time."""
    wanted = select(IncidentRow).where(
        IncidentRow.kind == kind, IncidentRow.subject_id == subject_id, IncidentRow.state.in_(PENDING)
    )
    return session.scalars(wanted.with_for_update()).one_or_none()


def settle_incidents(session: Session, ids: Iterable[int], now: datetime) -> list[IncidentRow]:
    """Close what is not there any more, unless a person has just decided about it."""
    settling = (
        update(IncidentRow)
        .where(IncidentRow.id.in_(list(ids)), IncidentRow.state.in_(PENDING))
        .values(state=IncidentState.SETTLED, decided_by="system", decided_at=now)
        .returning(IncidentRow)
        .execution_options(synchronize_session=False)
    )
    return list(session.scalars(settling))
