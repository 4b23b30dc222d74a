"""A person sets an incident going again, or hands it back to a post; both are on record with the reason."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.domain.errors import NotFound, RuleViolation
from engine.domain.posts import POSTS
from engine.store.audit import record_audit
from engine.store.incidents import (
    IncidentKind,
    IncidentRow,
    IncidentState,
    pending_incident,
    raise_incidents,
)
from engine.store.instances import InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from engine.supervision.symptoms import Symptom, find_symptoms
from engine.supervision.watchdog import row_of

WAKEABLE = (IncidentKind.STUCK, IncidentKind.CASE_CLOSED)


class RetryImpossible(RuleViolation):
    """该异常件没有可以重新执行的工作，请退回岗位处理"""


class PostUnknown(RuleViolation):
    """没有这个岗位"""


class ReasonMissing(RuleViolation):
    """必须说明处理理由"""


def retry_incident(
    session: Session, kind: str, incident_id: int, who: str, now: datetime, reason: str | None = None
) -> None:
    """The attempts start anew, the idempotency key stays. Raises NotFound when there is no such incident
    (any more), RetryImpossible where there is nothing to do again."""
    symptom = the_symptom(session, kind, incident_id)
    if symptom.kind == IncidentKind.WORK:
        _retry_work(session, symptom, now)
    elif symptom.kind == IncidentKind.INSTANCE:
        _retry_instance(session, symptom, now)
    elif symptom.kind in WAKEABLE:
        _wake(session, symptom, now)
    else:
        raise RetryImpossible(kind=kind, incident=incident_id)
    decide(session, symptom, IncidentState.RETRIED, who, now, reason)


def send_back(
    session: Session, kind: str, incident_id: int, post: str, who: str, now: datetime, reason: str
) -> None:
    """The incident becomes a matter of a post: the work stays stopped and stays on the list under that post,
    until somebody there has it retried or skipped. The diagram is not touched, no step is undone.
    Raises NotFound, PostUnknown, ReasonMissing."""
    if post not in POSTS:
        raise PostUnknown(post=post)
    need_reason(reason)
    symptom = the_symptom(session, kind, incident_id)
    decide(session, symptom, IncidentState.RETURNED, who, now, reason, post)


def the_symptom(session: Session, kind: str, incident_id: int) -> Symptom:
    """Raises NotFound when what the incident is about is not there (any more)."""
    known = kind in tuple(IncidentKind)
    found = find_symptoms(session, IncidentKind(kind), incident_id) if known else []
    if not found:
        raise NotFound(kind=kind, incident=incident_id)
    return found[0]


def need_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing


def decide(
    session: Session,
    symptom: Symptom,
    state: IncidentState,
    who: str,
    now: datetime,
    reason: str | None,
    post: str | None = None,
) -> None:
    """Also before the watch has put it on the list: then it is put there and decided in one go."""
    row = _on_the_list(session, symptom, now)
    row.state, row.post = state, post
    row.decided_by, row.decided_at, row.reason = who, now, reason
    facts = {"kind": symptom.kind, "id": symptom.subject_id, "post": post}
    record_audit(session, now, who, f"incident_{state}", symptom.case_id, facts)


def _on_the_list(session: Session, symptom: Symptom, now: datetime) -> IncidentRow:
    row = pending_incident(session, symptom.kind, symptom.subject_id)
    if row is None:
        raise_incidents(session, [row_of(symptom, now)])
        row = pending_incident(session, symptom.kind, symptom.subject_id)
    if row is None:  # decided by somebody else in this very moment
        raise NotFound(kind=symptom.kind, incident=symptom.subject_id)
    return row


def _retry_work(session: Session, symptom: Symptom, now: datetime) -> None:
    again = (
        update(OutboxRow)
        .where(OutboxRow.id == symptom.subject_id, OutboxRow.state == OutboxState.INCIDENT)
        .values(state=OutboxState.READY, due_at=now, forgiven=OutboxRow.attempts, owner=None)
        .returning(OutboxRow.id)
    )
    _must_hit(session.scalars(again).one_or_none(), symptom)


def _retry_instance(session: Session, symptom: Symptom, now: datetime) -> None:
    again = (
        update(ProcessInstance)
        .where(ProcessInstance.id == symptom.subject_id, ProcessInstance.state == InstanceState.INCIDENT)
        .values(state=InstanceState.RUNNING, due_at=now, failures=0, wake=True)
        .returning(ProcessInstance.id)
    )
    _must_hit(session.scalars(again).one_or_none(), symptom)


def _wake(session: Session, symptom: Symptom, now: datetime) -> None:
    """The advance writes anew what the instance waits for: outside work, tasks, messages."""
    again = (
        update(ProcessInstance)
        .where(ProcessInstance.id == symptom.subject_id, ProcessInstance.state == InstanceState.RUNNING)
        .values(due_at=now, wake=True)
        .returning(ProcessInstance.id)
    )
    _must_hit(session.scalars(again).one_or_none(), symptom)


def _must_hit(found: int | None, symptom: Symptom) -> None:
    """Two people at once: the second finds nothing to do."""
    if found is None:
        raise NotFound(kind=symptom.kind, incident=symptom.subject_id)
