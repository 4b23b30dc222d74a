"""What can be wrong with a case, each as one query over indexes; finished instances are never walked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from engine.store.cases import OPEN_STATES, Case, CaseState
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.incidents import PENDING, IncidentKind, IncidentRow
from engine.store.instances import ExpectedMessage, InboundMessage, InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.reports import CARE
from engine.store.timers import Timer

WORDS: dict[IncidentKind, str] = {
    IncidentKind.WORK: "对外工作多次尝试未成，已停止，等待处理",
    IncidentKind.INSTANCE: "流程推进失败，已停止，等待处理",
    IncidentKind.STUCK: "流程未结束，但不在等待任何事项",
    IncidentKind.CASE_CLOSED: "核对业务已经结束，流程仍未结束",
    IncidentKind.TASK_LEFT: "流程已经结束，仍有待办事项",
    IncidentKind.CASE_LEFT: "核对业务未结束，但没有流程在办理",
}
OVER = (CaseState.CLOSED, CaseState.RETURNED, CaseState.WITHDRAWN)
UNDER_WAY = (*OPEN_STATES, CaseState.ISSUED)
Rows = Select[*tuple[Any, ...]]  # of the columns of Symptom after `kind`, in order


@dataclass(frozen=True)
class Symptom:
    """`subject_id` is of the kind; `what` is an operation, a process or an element, never a person."""

    kind: IncidentKind
    subject_id: int
    case_id: int
    instance_id: int | None
    what: str
    code: str
    attempts: int
    since: datetime


def find_symptoms(session: Session, kind: IncidentKind, subject_id: int | None = None) -> list[Symptom]:
    """All of a kind, or the one about a subject; those that last longest come first."""
    look = LOOKS[kind]
    query = look.query().order_by(look.since, look.subject)
    if subject_id is not None:
        query = query.where(look.subject == subject_id)
    return [Symptom(kind, *row) for row in session.execute(query)]


def unrecorded_symptoms(session: Session, kind: IncidentKind, limit: int) -> list[Symptom]:
    """Those without a pending incident."""
    look = LOOKS[kind]
    recorded = exists().where(
        IncidentRow.kind == kind, IncidentRow.subject_id == look.subject, IncidentRow.state.in_(PENDING)
    )
    query = look.query().where(~recorded).order_by(look.since, look.subject).limit(limit)
    return [Symptom(kind, *row) for row in session.execute(query)]


def vanished_incidents(session: Session, kind: IncidentKind, limit: int) -> list[int]:
    """Pending incidents whose symptom is not there any more."""
    look = LOOKS[kind]
    still_there = look.query().where(look.subject == IncidentRow.subject_id).exists()
    wanted = select(IncidentRow.id).where(
        IncidentRow.kind == kind, IncidentRow.state.in_(PENDING), ~still_there
    )
    return list(session.scalars(wanted.order_by(IncidentRow.id).limit(limit)))


def asleep_with_arrivals() -> Iterator[Rows]:
    """Instances that nobody woke for what has arrived: a result, or a message they expect."""
    waiting = select(ProcessInstance.id).where(*_is_waiting())
    yield waiting.where(_has_result())
    yield waiting.where(_has_message())


def _stopped_work() -> Rows:
    return select(
        OutboxRow.id,
        OutboxRow.case_id,
        OutboxRow.instance_id,
        OutboxRow.operation,
        _code(OutboxRow.failure_code),
        OutboxRow.attempts,
        OutboxRow.created_at,
    ).where(OutboxRow.state == OutboxState.INCIDENT)


def _stopped_instance() -> Rows:
    """`wake` is named although both values match: it leads the index."""
    return _instance(_code(ProcessInstance.failure_code)).where(
        ProcessInstance.wake.in_((True, False)), ProcessInstance.state == InstanceState.INCIDENT
    )


def _stuck_instance() -> Rows:
    """Nothing of what an open instance may wait for is there. A closed case is a matter of its own.

    One statement sees one snapshot, and everything an instance waits for is written in the transaction
    that writes the instance: there is no moment in which a sound instance looks stuck.
    """
    return (
        _instance(literal("waits_for_nothing"))
        .join(Case, Case.id == ProcessInstance.case_id)
        .where(
            *_is_waiting(),
            or_(Case.state.not_in(OVER), ProcessInstance.process_id.in_(CARE)),
            *(~reason() for reason in REASONS),
        )
    )


def _instance_of_closed_case() -> Rows:
    """While a result waits to be applied the end may still be coming."""
    return (
        _instance(literal("case_is_over"))
        .join(Case, Case.id == ProcessInstance.case_id)
        .where(
            *_is_waiting(),
            Case.state.in_(OVER),
            ProcessInstance.process_id.not_in(CARE),
            ~_may_come_again(),
            ~_has_result(),
        )
    )


def _may_come_again() -> ColumnElement[bool]:
    """Returned, and the instance waits for mended material (6.1 c): not over before it is closed."""
    return (Case.state == CaseState.RETURNED) & Case.closed_at.is_(None)


def _task_of_finished_instance() -> Rows:
    return (
        select(
            HumanTask.id,
            HumanTask.case_id,
            HumanTask.instance_id,
            HumanTask.element_id,
            literal("instance_is_over"),
            literal(0),
            HumanTask.created_at,
        )
        .join(ProcessInstance, ProcessInstance.id == HumanTask.instance_id)
        .where(HumanTask.state == TaskState.OPEN, ProcessInstance.state == InstanceState.FINISHED)
    )


def _case_without_instance() -> Rows:
    at_work = exists().where(
        ProcessInstance.case_id == Case.id,
        ProcessInstance.state.in_((InstanceState.RUNNING, InstanceState.INCIDENT)),
    )
    return select(
        Case.id,
        Case.id,
        literal(None),
        Case.state,
        literal("no_instance"),
        literal(0),
        Case.received_at,
    ).where(Case.state.in_(UNDER_WAY), ~at_work)


def _instance(code: ColumnElement[Any]) -> Rows:
    return select(
        ProcessInstance.id,
        ProcessInstance.case_id,
        ProcessInstance.id,
        ProcessInstance.process_id,
        code,
        ProcessInstance.failures,
        ProcessInstance.updated_at,
    )


def _is_waiting() -> tuple[ColumnElement[bool], ...]:
    return ProcessInstance.wake.is_(False), ProcessInstance.state == InstanceState.RUNNING


def _has_task() -> ColumnElement[bool]:
    """A task that names no post is in nobody's list: no reason to wait."""
    return exists().where(
        HumanTask.instance_id == ProcessInstance.id, HumanTask.state == TaskState.OPEN, HumanTask.post != ""
    )


def _has_work() -> ColumnElement[bool]:
    """Stopped work is an incident of its own."""
    unfinished = (OutboxState.READY, OutboxState.LEASED, OutboxState.INCIDENT)
    return exists().where(OutboxRow.instance_id == ProcessInstance.id, OutboxRow.state.in_(unfinished))


def _has_result() -> ColumnElement[bool]:
    return exists().where(OutboxRow.instance_id == ProcessInstance.id, OutboxRow.state == OutboxState.RESULT)


def _expects_message() -> ColumnElement[bool]:
    return exists().where(ExpectedMessage.instance_id == ProcessInstance.id)


def _has_message() -> ColumnElement[bool]:
    return exists().where(
        ExpectedMessage.instance_id == ProcessInstance.id,
        InboundMessage.case_id == ExpectedMessage.case_id,
        InboundMessage.name == ExpectedMessage.name,
        InboundMessage.taken_at.is_(None),
    )


def _has_timer() -> ColumnElement[bool]:
    return exists().where(Timer.instance_id == ProcessInstance.id)


REASONS = (
    _has_task,
    _has_work,
    _has_result,
    _expects_message,
    _has_timer,
)  # why an open instance may stand still


def _code(column: Any) -> ColumnElement[str]:
    return func.coalesce(column, "unknown")


@dataclass(frozen=True)
class _Look:
    """`subject` is the column that identifies what a kind is about."""

    query: Callable[[], Rows]
    subject: Any
    since: Any


LOOKS = {
    IncidentKind.WORK: _Look(_stopped_work, OutboxRow.id, OutboxRow.created_at),
    IncidentKind.INSTANCE: _Look(_stopped_instance, ProcessInstance.id, ProcessInstance.updated_at),
    IncidentKind.STUCK: _Look(_stuck_instance, ProcessInstance.id, ProcessInstance.updated_at),
    IncidentKind.CASE_CLOSED: _Look(_instance_of_closed_case, ProcessInstance.id, ProcessInstance.updated_at),
    IncidentKind.TASK_LEFT: _Look(_task_of_finished_instance, HumanTask.id, HumanTask.created_at),
    IncidentKind.CASE_LEFT: _Look(_case_without_instance, Case.id, Case.received_at),
}
