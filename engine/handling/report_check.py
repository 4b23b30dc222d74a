"""Is this a report of ours, and does it still hold? For anybody who has one (防伪, MZ/T 072-2016 5.2 d, E.2).

Who does not know the code of a report, or has not its file, learns nothing: a number that does not exist, a
wrong code and a report that has not left the house are asked for in the same way and answered by the same
error. An attempt counts before it is looked at; a right one is forgiven.
"""

import hashlib
import hmac
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.errors import NotFound
from engine.domain.report_check import (
    OF_CODES,
    OF_FILES,
    OF_NOTES,
    address_block,
    code_typed,
    number_typed,
)
from engine.domain.report_number import NATURES, ReportNumber, parse_number
from engine.domain.sign_in import TooManyAttempts
from engine.handling.rechecking import has_been_out
from engine.platform import Platform
from engine.ports import Genuineness, Vault
from engine.store.audit import record_audit
from engine.store.cases import Case
from engine.store.reports import KnownReport, Report, ReportState, report_by_number, reports_of_case
from engine.store.sign_in_failures import Subject, count_attempt, forgive_one
from engine.store.units import known_unit

Opening = Callable[[], AbstractContextManager[Session]]
HOLDING = (ReportState.DELIVERED, ReportState.RECEIVED)
NO_NUMBER, NO_CODE = "", "-"  # neither is one of any report, and nobody can type the second
ANYBODY = "public"


class ReportNotFound(NotFound):
    """没有查到与所填编号和验真码相符的核对报告"""


class TooManyChecks(TooManyAttempts):
    """查验次数过多，请稍后再试"""


class TooManyFiles(TooManyAttempts):
    """上传文件次数过多，请稍后再试"""


class Standing(StrEnum):
    """Whether a report that was issued may still be relied on."""

    VALID = "valid"
    REPLACED = "replaced"  # by the report of a re-check, MZ/T 072-2016 6.5
    VOIDED = "voided"


class Way(StrEnum):
    """By what somebody has shown to hold the report."""

    CODE = "code"
    FILE = "file"


@dataclass(frozen=True)
class CheckedReport:
    """What may be shown of it: nothing about a person, a household or money."""

    number: ReportNumber
    issued_at: datetime
    commissioning_unit: str
    service: str
    pages: int
    standing: Standing
    voided_at: datetime | None


@dataclass(frozen=True)
class CheckedFile:
    """`report`: the one it is byte for byte. `genuineness`: what its signature says otherwise."""

    report: CheckedReport | None
    genuineness: Genuineness


def check_by_code(
    transaction: Opening, platform: Platform, number: str, code: str, address: str
) -> CheckedReport:
    """As somebody has typed both. Raises TooManyChecks, ReportNotFound: the same for whatever was wrong."""
    asking = _asking(platform.vault, Way.CODE, address)
    with transaction() as session:
        wait = count_attempt(session, [asking], platform.clock.now())
        found = None if wait else _found_by_code(session, number, code)
        report = None if found is None else _forgiven(session, platform, asking, found, Way.CODE)
    if wait:
        raise TooManyChecks(seconds=_whole(wait))
    if report is None:
        raise ReportNotFound
    return report


def count_file(transaction: Opening, platform: Platform, address: str) -> None:
    """Before a file is taken in. Raises TooManyFiles."""
    asking = _asking(platform.vault, Way.FILE, address)
    with transaction() as session:
        wait = count_attempt(session, [asking], platform.clock.now())
    if wait:
        raise TooManyFiles(seconds=_whole(wait))


def check_file(transaction: Opening, platform: Platform, content: bytes, address: str) -> CheckedFile:
    """After count_file. The file itself proves that somebody holds the report; it is kept nowhere."""
    asking = _asking(platform.vault, Way.FILE, address)
    digest = hashlib.sha256(content).hexdigest()
    with transaction() as session:
        found = _found_by_file(session, digest)
        if found is not None and _has_left_the_house(found):
            report = _forgiven(session, platform, asking, found, Way.FILE)
            return CheckedFile(report, Genuineness.GENUINE)
    return CheckedFile(None, platform.signer.examine(content))


def _found_by_code(session: Session, number: str, code: str) -> KnownReport | None:
    """Asks the same of the database and compares as much, whatever was typed."""
    found = report_by_number(session, number_typed(number) or NO_NUMBER)
    printed = NO_CODE if found is None else found.check_code or NO_CODE
    is_right = hmac.compare_digest(code_typed(code).encode(), printed.encode())
    return found if is_right and found is not None and _has_left_the_house(found) else None


def _found_by_file(session: Session, digest: str) -> KnownReport | None:
    number = session.scalars(select(Report.number).where(Report.file_digest == digest)).first()
    return None if number is None else report_by_number(session, number)


def _has_left_the_house(found: KnownReport) -> bool:
    """One that was only made may still change. Whoever has a voided one must be told so."""
    return found.pages is not None and found.state in (*HOLDING, ReportState.VOIDED)


def _forgiven(
    session: Session, platform: Platform, asking: Subject, found: KnownReport, way: Way
) -> CheckedReport:
    """Whoever holds the report asks as often as they like; the case remembers that somebody did."""
    now, vault = platform.clock.now(), platform.vault
    forgive_one(session, asking.digest, now)
    noting = Subject(vault.index("report_check_noted", found.number), OF_NOTES)
    if not count_attempt(session, [noting], now):
        facts = {"number": found.number, "by": way}
        record_audit(session, now, ANYBODY, "report_checked", found.case_id, facts)
    return _shown(session, platform, found)


def _shown(session: Session, platform: Platform, found: KnownReport) -> CheckedReport:
    number = parse_number(found.number)
    case = session.get_one(Case, found.case_id)
    service = platform.catalogue.services.get(number.service)
    return CheckedReport(
        number=number,
        issued_at=found.issued_at,
        commissioning_unit=known_unit(session, case.unit_code).name,
        service=service.name if service is not None else number.service,
        pages=found.pages or 0,
        standing=_standing(session, found),
        voided_at=found.voided_at,
    )


def _standing(session: Session, found: KnownReport) -> Standing:
    """A report stays valid until the one of a later nature has been sent, even if that one is voided."""
    if found.state == ReportState.VOIDED:
        return Standing.VOIDED
    later = NATURES[NATURES.index(found.nature) + 1 :]
    others = reports_of_case(session, found.case_id)
    is_replaced = any(one.nature in later and has_been_out(session, one) for one in others)
    return Standing.REPLACED if is_replaced else Standing.VALID


def _asking(vault: Vault, way: Way, address: str) -> Subject:
    patience = OF_CODES if way is Way.CODE else OF_FILES
    return Subject(vault.index(f"report_check_{way}", address_block(address)), patience)


def _whole(wait: timedelta) -> int:
    return int(wait.total_seconds()) + 1
