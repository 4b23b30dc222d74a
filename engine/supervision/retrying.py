"""Set an incident going again: the attempts start anew, the idempotency key stays."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.domain.errors import NotFound
from engine.store.audit import record_audit
from engine.store.instances import InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState


def retry_incident(session: Session, kind: str, incident_id: int, who: str, now: datetime) -> None:
    """Raises NotFound when there is no such incident (any more)."""
    if kind == "work":
        again = (
            update(OutboxRow)
            .where(OutboxRow.id == incident_id, OutboxRow.state == OutboxState.INCIDENT)
            .values(state=OutboxState.READY, due_at=now, attempts=0, owner=None)
            .returning(OutboxRow.case_id)
        )
    else:
        again = (
            update(ProcessInstance)
            .where(ProcessInstance.id == incident_id, ProcessInstance.state == InstanceState.INCIDENT)
            .values(state=InstanceState.RUNNING, due_at=now, failures=0, wake=True)
            .returning(ProcessInstance.case_id)
        )
    case_id = session.scalars(again).one_or_none()
    if case_id is None:
        raise NotFound(kind=kind, incident=incident_id)
    record_audit(session, now, who, "incident_retried", case_id, {"kind": kind, "id": incident_id})
