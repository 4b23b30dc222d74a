"""Closed cases whose working copies are to be cleaned, and what is to be seen of it."""

import hashlib
from datetime import timedelta

from sqlalchemy import select

from engine.store.audit import AuditEvent
from engine.store.cleaning import CaseCleaning
from engine.supervision.cleaning import (
    cleaning_complaints,
)
from tests.case_files import CaseFiles
from tests.engine.handling.test_archiving import LETTER, with_scans
from tests.engine.house import House
from web.cleaner import clean_due_cases

LATER = timedelta(days=181)
SCAN = hashlib.sha256(LETTER).hexdigest()


def a_closed_case(house: House) -> int:
    files = CaseFiles(house)
    case_id = files.in_review()
    with_scans(house, case_id)
    files.review(case_id)
    files.confirm(case_id)
    return case_id


def clean_later(house: House) -> int:
    house.clock.moment += LATER
    return clean_due_cases(house.database, house.platform)


def cleaning_of(house: House, case_id: int) -> CaseCleaning:
    with house.database.reading() as session:
        return session.get_one(CaseCleaning, case_id)


def actions(house: House, case_id: int) -> list[str]:
    with house.database.reading() as session:
        wanted = select(AuditEvent.action).where(AuditEvent.case_id == case_id).order_by(AuditEvent.id)
        return list(session.scalars(wanted))


def complaints(house: House) -> list[str]:
    with house.database.reading() as session:
        return [complaint.words for complaint in cleaning_complaints(session)]
