"""What waits for people: open human tasks and incidents, without personal data."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.cases import Case
from engine.store.human_tasks import HumanTask, open_tasks
from engine.store.instances import InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState


@dataclass(frozen=True)
class WaitingTask:
    id: int
    case_no: str
    service: str
    name: str
    post: str
    since: datetime


@dataclass(frozen=True)
class Incident:
    """`kind` is "work" (an outside call) or "instance"; `id` is of that kind."""

    kind: str
    id: int
    case_no: str
    what: str
    code: str
    attempts: int
    since: datetime


def waiting_tasks(session: Session) -> list[WaitingTask]:
    tasks = open_tasks(session)
    cases = _cases(session, {task.case_id for task in tasks})
    return [_waiting(task, cases[task.case_id]) for task in tasks]


def _waiting(task: HumanTask, case: Case) -> WaitingTask:
    return WaitingTask(task.id, case.case_no or "", case.service, task.name, task.post, task.created_at)


def incidents(session: Session) -> list[Incident]:
    """Outside work and instances that have given up; a person decides."""
    rows = list(session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.INCIDENT)))
    stuck = list(
        session.scalars(select(ProcessInstance).where(ProcessInstance.state == InstanceState.INCIDENT))
    )
    cases = _cases(session, {row.case_id for row in rows} | {row.case_id for row in stuck})
    found = [
        Incident(
            "work",
            row.id,
            cases[row.case_id].case_no or "",
            row.operation,
            row.failure_code or "",
            row.attempts,
            row.created_at,
        )
        for row in rows
    ]
    found += [
        Incident(
            "instance",
            row.id,
            cases[row.case_id].case_no or "",
            row.process_id,
            row.failure_code or "",
            row.failures,
            row.updated_at,
        )
        for row in stuck
    ]
    return sorted(found, key=lambda incident: incident.since)


def _cases(session: Session, ids: set[int]) -> dict[int, Case]:
    return {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)))}
