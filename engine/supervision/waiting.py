"""What waits for people: open human tasks and incidents, without personal data."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.cases import Case
from engine.store.human_tasks import HumanTask, open_tasks
from engine.store.incidents import IncidentKind, IncidentRow, pending_incidents
from engine.supervision.symptoms import WORDS, Symptom, find_symptoms
from engine.supervision.words import say_cause, say_work

KINDS = tuple(kind.value for kind in IncidentKind)


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
    """`kind` says what `id` names (IncidentKind). `post` has it when it was handed back, with `reason`.

    `work` and `cause` say `what` and `code` in words.
    """

    kind: str
    id: int
    case_id: int
    case_no: str
    what: str
    work: str
    code: str
    cause: str
    attempts: int
    since: datetime
    words: str
    post: str | None
    reason: str | None


def waiting_tasks(session: Session) -> list[WaitingTask]:
    tasks = open_tasks(session)
    cases = _cases(session, {task.case_id for task in tasks})
    return [_waiting(task, cases[task.case_id]) for task in tasks]


def _waiting(task: HumanTask, case: Case) -> WaitingTask:
    return WaitingTask(task.id, case.case_no or "", case.service, task.name, task.post, task.created_at)


def incidents(session: Session) -> list[Incident]:
    """Everything that needs a person, at this moment, whether or not the watch has been round since."""
    found = [symptom for kind in IncidentKind for symptom in find_symptoms(session, kind)]
    known = {(row.kind, row.subject_id): row for row in pending_incidents(session)}
    cases = _cases(session, {symptom.case_id for symptom in found})
    shown = [
        _incident(symptom, cases[symptom.case_id], known.get((symptom.kind, symptom.subject_id)))
        for symptom in found
    ]
    return sorted(shown, key=lambda incident: (incident.since, incident.kind, incident.id))


def _incident(symptom: Symptom, case: Case, known: IncidentRow | None) -> Incident:
    return Incident(
        symptom.kind,
        symptom.subject_id,
        case.id,
        case.case_no or "",
        symptom.what,
        say_work(symptom.what),
        symptom.code,
        say_cause(symptom.code),
        symptom.attempts,
        symptom.since,
        WORDS[symptom.kind],
        known.post if known else None,
        known.reason if known else None,
    )


def _cases(session: Session, ids: set[int]) -> dict[int, Case]:
    return {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(ids)))}
