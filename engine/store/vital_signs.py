"""Figures about the whole platform: counts and ages over indexes, never a walk through finished work."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import ColumnElement, Index, Select, func, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.store.cases import Case
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.incidents import PENDING, IncidentRow
from engine.store.instances import ExpectedMessage, InboundMessage, InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState

T = TypeVar("T")

Index("ix_verification_case_closed_at", Case.closed_at)

HEAD = Path(__file__).parent / "migrations" / ".head"
UNFINISHED = (OutboxState.READY, OutboxState.LEASED, OutboxState.RESULT, OutboxState.INCIDENT)
LATELY = timedelta(days=1)
SAMPLE = 1000
UNIT_LANES = "unit:%"


def schema_wanted() -> str:
    return HEAD.read_text(encoding="utf-8").strip()


def schema_found(session: Session) -> str:
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def instance_counts(session: Session) -> dict[str, int]:
    """Open instances: running ones that a worker is asked to advance, that wait, and those stopped."""
    wanted = (
        select(ProcessInstance.wake, ProcessInstance.state, func.count())
        .where(
            ProcessInstance.wake.in_((True, False)),
            ProcessInstance.state.in_((InstanceState.RUNNING, InstanceState.INCIDENT)),
        )
        .group_by(ProcessInstance.wake, ProcessInstance.state)
    )
    counts = {"woken": 0, "waiting": 0, "incident": 0}
    for wake, state, count in session.execute(wanted):
        if state == InstanceState.INCIDENT:
            counts["incident"] += count
        else:
            counts["woken" if wake else "waiting"] += count
    return counts


def work_counts(session: Session) -> dict[tuple[str, str], int]:
    """Unfinished outside work by operation and state."""
    wanted = (
        select(OutboxRow.operation, OutboxRow.state, func.count())
        .where(OutboxRow.state.in_(UNFINISHED))
        .group_by(OutboxRow.operation, OutboxRow.state)
    )
    return {(operation, state): count for operation, state, count in session.execute(wanted)}


def task_counts(session: Session) -> dict[str, int]:
    """Open human tasks by post."""
    wanted = (
        select(HumanTask.post, func.count()).where(HumanTask.state == TaskState.OPEN).group_by(HumanTask.post)
    )
    return {post: count for post, count in session.execute(wanted)}


def incident_counts(session: Session) -> dict[tuple[str, str], int]:
    """Pending incidents by kind and state."""
    wanted = (
        select(IncidentRow.kind, IncidentRow.state, func.count())
        .where(IncidentRow.state.in_(PENDING))
        .group_by(IncidentRow.kind, IncidentRow.state)
    )
    return {(kind, state): count for kind, state, count in session.execute(wanted)}


def oldest_due_work(session: Session) -> datetime | None:
    return _oldest(session, OutboxState.READY, OutboxRow.due_at)


def oldest_lease(session: Session) -> datetime | None:
    """When the lease that runs out first does or did."""
    return _oldest(session, OutboxState.LEASED, OutboxRow.leased_until)


def oldest_result(session: Session) -> datetime | None:
    """Since when a result has not been applied to an instance that could take it."""
    wanted = (
        select(func.min(OutboxRow.finished_at))
        .join(ProcessInstance, ProcessInstance.id == OutboxRow.instance_id)
        .where(OutboxRow.state == OutboxState.RESULT, ProcessInstance.state == InstanceState.RUNNING)
    )
    return session.scalars(wanted).one()


def oldest_untaken_message(session: Session) -> datetime | None:
    """Since when a message has waited for an instance that expects it and was woken for it."""
    wanted = (
        _woken(func.min(InboundMessage.received_at))
        .join(ExpectedMessage, ExpectedMessage.instance_id == ProcessInstance.id)
        .join(InboundMessage, InboundMessage.case_id == ExpectedMessage.case_id)
        .where(InboundMessage.name == ExpectedMessage.name, InboundMessage.taken_at.is_(None))
    )
    return session.scalars(wanted).one()


def oldest_new_instance(session: Session) -> datetime | None:
    """Since when a case has waited for its first step."""
    wanted = _woken(func.min(ProcessInstance.started_at)).where(
        ProcessInstance.version == 1, ProcessInstance.failures == 0
    )
    return session.scalars(wanted).one()


def callback_attempts(session: Session) -> tuple[int, int]:
    """Callbacks no unit has taken yet, and the most attempts one of them has had."""
    wanted = select(func.count(), func.coalesce(func.max(OutboxRow.attempts), 0)).where(
        OutboxRow.state.in_((OutboxState.READY, OutboxState.LEASED, OutboxState.INCIDENT)),
        OutboxRow.lane.like(UNIT_LANES),
    )
    count, most = session.execute(wanted).one()
    return count, most


def recent_durations(session: Session, now: datetime) -> list[timedelta]:
    """From receipt to close, of the cases closed last (a day, and no more than a sample)."""
    wanted = (
        select(Case.received_at, Case.closed_at)
        .where(Case.closed_at > now - LATELY)
        .order_by(Case.closed_at.desc())
        .limit(SAMPLE)
    )
    return sorted(closed - received for received, closed in session.execute(wanted) if closed is not None)


def _oldest(
    session: Session,
    state: OutboxState,
    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
) -> datetime | None:
    return session.scalars(select(func.min(moment)).where(OutboxRow.state == state)).one()


def _woken(what: ColumnElement[T]) -> Select[T]:
    return (
        select(what)
        .select_from(ProcessInstance)
        .where(ProcessInstance.wake.is_(True), ProcessInstance.state == InstanceState.RUNNING)
    )
