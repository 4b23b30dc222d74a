"""What a unit is told about a report of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from engine.handling.report_care.handing_out import expires_at, report_of_unit
from engine.handling.report_care.standing import is_in_place
from engine.platform import Platform
from engine.store.reports import KnownReport, detached_of, reports_of_case


@dataclass(frozen=True)
class CopyNotice:
    copy: int
    number: str
    state: str


@dataclass(frozen=True)
class ReportNotice:
    """`copies` are all originals of the same nature that hold; `replaced_by` is of a voided one."""

    report: KnownReport
    expires_at: datetime
    detached: bytes | None = field(repr=False)
    copies: tuple[CopyNotice, ...]
    replaced_by: str | None


def notice_for_unit(session: Session, platform: Platform, unit_code: str, number: str) -> ReportNotice:
    """Raises NotFound, for other units' reports too."""
    report = report_of_unit(session, unit_code, number)
    reports = reports_of_case(session, report.case_id)
    return ReportNotice(
        report=report,
        expires_at=expires_at(platform, report),
        detached=detached_of(session, report.id),
        copies=tuple(CopyNotice(one.copy, one.number, one.state) for one in _holding(reports, report)),
        replaced_by=replacement_of(report, reports),
    )


def _holding(reports: Sequence[KnownReport], report: KnownReport) -> list[KnownReport]:
    mine = [one for one in reports if one.nature == report.nature and one.file_digest and is_in_place(one)]
    return sorted(mine, key=lambda one: one.copy)


def replacement_of(report: KnownReport, reports: Sequence[KnownReport]) -> str | None:
    """The number a voided report was issued under again."""
    if is_in_place(report):
        return None
    later = (one for one in reports if is_in_place(one) and one.id > report.id)
    return next((one.number for one in later if (one.nature, one.copy) == (report.nature, report.copy)), None)
