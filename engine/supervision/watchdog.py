"""The watch: no open instance waits without a reason; what only sleeps is woken, the rest is on the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.store.audit import record_audit
from engine.store.incidents import IncidentKind, raise_incidents, settle_incidents
from engine.store.instances import wake_instances
from engine.supervision.symptoms import (
    WORDS,
    Symptom,
    asleep_with_arrivals,
    unrecorded_symptoms,
    vanished_incidents,
)

AT_ONCE = 500  # of each kind in one look; the next look goes on
WATCH_GATE = 7_202_017  # any constant of our own: the advisory lock of the one who watches


@dataclass(frozen=True)
class Watch:
    """What one look changed."""

    woken: int = 0
    raised: int = 0
    settled: int = 0


def watch(session: Session, now: datetime) -> Watch:
    """One look; quick when all is well. While another worker looks, this one need not."""
    if not _is_alone(session):
        return Watch()
    woken = wake_sleepers(session)
    settled, raised = 0, 0
    for kind in IncidentKind:
        settled += _settle(session, kind, now)
        raised += _raise(session, kind, now)
    return Watch(woken, raised, settled)


def sleepers(session: Session) -> list[int]:
    found = {row for query in asleep_with_arrivals() for row in session.scalars(query.limit(AT_ONCE))}
    return sorted(found)


def wake_sleepers(session: Session) -> int:
    """Always repairable: to wake an instance once too often does nothing."""
    asleep = sleepers(session)
    wake_instances(session, set(asleep))
    return len(asleep)


def _is_alone(session: Session) -> bool:
    """SQLite has one writer anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalars(select(func.pg_try_advisory_xact_lock(WATCH_GATE))).one())


def _raise(session: Session, kind: IncidentKind, now: datetime) -> int:
    found = unrecorded_symptoms(session, kind, AT_ONCE)
    raised = raise_incidents(session, [row_of(symptom, now) for symptom in found])
    for incident in raised:
        facts = {"kind": incident.kind, "id": incident.subject_id, "code": incident.code}
        record_audit(session, now, "system", "incident_raised", incident.case_id, facts)
    return len(raised)


def row_of(symptom: Symptom, now: datetime) -> Mapping[str, object]:
    return {
        "kind": symptom.kind,
        "subject_id": symptom.subject_id,
        "case_id": symptom.case_id,
        "instance_id": symptom.instance_id,
        "code": symptom.code,
        "words": WORDS[symptom.kind],
        "since": symptom.since,
        "found_at": now,
    }


def _settle(session: Session, kind: IncidentKind, now: datetime) -> int:
    settled = settle_incidents(session, vanished_incidents(session, kind, AT_ONCE), now)
    for incident in settled:
        facts = {"kind": incident.kind, "id": incident.subject_id}
        record_audit(session, now, "system", "incident_settled", incident.case_id, facts)
    return len(settled)
