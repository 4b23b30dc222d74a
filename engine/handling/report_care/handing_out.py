"""Hand a report out: printed by our staff, fetched by its unit; in the register before anybody has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine.domain.authority import Person, Right
from engine.domain.errors import NotFound, ReportVoided, RuleViolation
from engine.handling.report_care.standing import (
    Cared,
    ReportNotReady,
    cared_for,
    check_has_file,
    find_report,
)
from engine.platform import Platform
from engine.ports import OutsideFailure
from engine.store.audit import record_audit
from engine.store.cases import Case
from engine.store.releases import (
    Release,
    ReleaseKind,
    reason_of_release,
    register_release,
    releases_of,
)
from engine.store.reports import KnownReport, ReportState, report_by_id, report_by_number

ONE_REQUEST = timedelta(seconds=30)  # the same wish again so soon is a second click


class DownloadEnded(RuleViolation):
    """核对报告不能再下载"""


class DownloadExpired(DownloadEnded):
    """核对报告的下载期限已过，需要时请联系核对机构"""


class DownloadVoided(DownloadEnded):
    """该核对报告已经作废，不能下载"""


class ReportUnreadable(RuleViolation):
    """保存的核对报告打不开，请联系核对机构"""


@dataclass(frozen=True)
class HeldFile:
    """Of a report: what is to be read outside of any transaction, and what it is called."""

    report_id: int
    name: str
    digest: str


def read_held(platform: Platform, file: HeldFile) -> bytes:
    """Raises ReportUnreadable."""
    try:
        return platform.documents.get(file.digest)
    except OutsideFailure as failure:
        raise ReportUnreadable(report=file.report_id, code=failure.code) from failure


def file_to_print(session: Session, person: Person, case_id: int, report_id: int) -> HeldFile:
    """Raises NotAuthorised, NotFound, ReportVoided, ReportNotReady."""
    person.need(Right.PRINT_REPORT)
    report = find_report(session, case_id, report_id)
    check_has_file(report)
    return _held(report)


def register_printing(
    session: Session,
    platform: Platform,
    person: Person,
    case_id: int,
    report_id: int,
    copies: int,
    words: str,
) -> None:
    """`copies` and `words` have been checked. Raises what file_to_print raises: it may have been voided."""
    person.need(Right.PRINT_REPORT)
    cared, now = cared_for(session, case_id, report_id), platform.clock.now()
    release = Release(report_id, ReleaseKind.PRINTED, person.name, now, copies, words)
    if _is_second_click(session, platform, release):
        return
    register_release(session, platform.vault, release)
    _on_record(session, cared, release)


def _is_second_click(session: Session, platform: Platform, wish: Release) -> bool:
    """The case is locked, so the first click is on record by now."""
    earlier = [row for row in releases_of(session, [wish.report_id]) if row.at > wish.at - ONE_REQUEST]
    return any(
        (row.kind, row.who, row.copies) == (wish.kind, wish.who, wish.copies)
        and reason_of_release(platform.vault, row) == wish.reason
        for row in earlier
    )


def _on_record(session: Session, cared: Cared, release: Release) -> None:
    report = cared.report
    facts = {"number": report.number, "digest": report.file_digest, "copies": release.copies}
    action = f"report_{release.kind}"
    record_audit(session, release.at, release.who, action, cared.case.id, facts)


def file_for_unit(session: Session, platform: Platform, unit_code: str, number: str) -> HeldFile:
    """Raises NotFound (foreign numbers too), ReportNotReady, DownloadVoided, DownloadExpired."""
    report = report_of_unit(session, unit_code, number)
    if report.state == ReportState.VOIDED:
        raise DownloadVoided(report=number)
    if platform.clock.now() > expires_at(platform, report):
        raise DownloadExpired(report=number)
    return _held(report)


def register_download(session: Session, platform: Platform, unit_code: str, file: HeldFile) -> None:
    """Raises DownloadVoided when it has been voided in the meantime."""
    report, now = report_by_id(session, file.report_id), platform.clock.now()
    try:
        cared = cared_for(session, report.case_id, report.id)
    except ReportVoided as error:
        raise DownloadVoided(report=report.number) from error
    release = Release(report.id, ReleaseKind.DOWNLOADED, f"unit:{unit_code}", now)
    register_release(session, platform.vault, release)
    _on_record(session, cared, release)


def report_of_unit(session: Session, unit_code: str, number: str) -> KnownReport:
    """One that has left the house or is about to: a number without a file is nobody's yet.

    Raises NotFound, for other units' reports too.
    """
    report = report_by_number(session, number)
    if report is None or report.file_digest is None:
        raise NotFound(report=number)
    if session.get_one(Case, report.case_id).unit_code != unit_code:
        raise NotFound(report=number)
    return report


def expires_at(platform: Platform, report: KnownReport) -> datetime:
    return report.issued_at + platform.download_life


def _held(report: KnownReport) -> HeldFile:
    if report.file_digest is None:
        raise ReportNotReady(report=report.number)
    return HeldFile(report.id, f"{report.number}.pdf", report.file_digest)
