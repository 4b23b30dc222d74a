"""How a report stands: is anything else under way about it, does it still say what was found?"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.errors import NotFound, ReportVoided, RuleViolation
from engine.service_tasks.deliver_report import OF_RECHECK
from engine.service_tasks.number_report import ORIGINAL
from engine.service_tasks.void_report import CONFIRMED
from engine.store.cases import Case, CaseState, lock_case
from engine.store.evaluations import EvaluationRecord
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.instances import unfinished_of_case
from engine.store.outbox import OutboxRow
from engine.store.reports import KnownReport, ReportState, reports_of_case

COPYING, REISSUING = "copy_report", "reissue_report"
SETTLED = (CaseState.ISSUED, CaseState.CLOSED)


class CaseBusy(RuleViolation):
    """该核对业务另有复核、作废或者加开正在办理，办完后再提出"""


class ReportNotReady(RuleViolation):
    """核对报告还没有制作完成"""


class ReportNotCurrent(RuleViolation):
    """该核对报告不是现行的核对报告"""


class ResultsChanged(RuleViolation):
    """出具以后又有新的核对结果，不能按原结果再次出具，应当提出复核（MZ/T 072-2016 6.5）"""


@dataclass(frozen=True)
class Cared:
    """A report with its case, which is locked, and all reports of the case, newest first."""

    case: Case
    report: KnownReport
    reports: tuple[KnownReport, ...]

    @property
    def current(self) -> KnownReport | None:
        """The first original that is not voided."""
        return next((one for one in self.reports if one.copy == ORIGINAL and is_in_place(one)), None)


def is_in_place(report: KnownReport) -> bool:
    return report.state != ReportState.VOIDED


def find_report(session: Session, case_id: int, report_id: int) -> KnownReport:
    """Nothing is locked. Raises NotFound, for reports of other cases too."""
    for report in reports_of_case(session, case_id):
        if report.id == report_id:
            return report
    raise NotFound(case=case_id, report=report_id)


def cared_for(session: Session, case_id: int, report_id: int) -> Cared:
    """Raises NotFound, ReportVoided, ReportNotReady."""
    find_report(session, case_id, report_id)
    case = lock_case(session, case_id)
    reports = tuple(reports_of_case(session, case_id))
    (report,) = (one for one in reports if one.id == report_id)
    check_has_file(report)
    return Cared(case, report, reports)


def check_has_file(report: KnownReport) -> None:
    """Raises ReportVoided, ReportNotReady."""
    if not is_in_place(report):
        raise ReportVoided(report=report.number)
    if report.file_digest is None:
        raise ReportNotReady(report=report.number)


def check_free(session: Session, cared: Cared) -> None:
    """One thing at a time. Raises CaseBusy."""
    is_settled = cared.case.state in SETTLED or cared.report.state == ReportState.RENDERED
    is_copying = any(name == COPYING for _, name in unfinished_of_case(session, cared.case.id))
    if not is_settled or is_copying or proposal_of(session, cared.case.id) is not None:
        raise CaseBusy(case_no=cared.case.case_no)


def proposal_of(session: Session, case_id: int) -> int | None:
    """The task of whoever must decide about a voiding that was proposed."""
    wanted = select(HumanTask.id).where(
        HumanTask.case_id == case_id, HumanTask.element_id == CONFIRMED, HumanTask.state == TaskState.OPEN
    )
    return session.scalars(wanted).one_or_none()


def check_same_results(session: Session, report: KnownReport) -> None:
    """It can only be issued again as it is while nothing was computed after it. Raises ResultsChanged."""
    later = select(EvaluationRecord.id).where(
        EvaluationRecord.case_id == report.case_id, EvaluationRecord.computed_at > report.issued_at
    )
    if session.scalars(later.limit(1)).one_or_none() is not None:
        raise ResultsChanged(report=report.number)


def told_with(session: Session, report: KnownReport) -> Mapping[str, object]:
    """What the unit was told with a report of a re-check, to be told with it again."""
    wanted = select(OutboxRow.arguments).where(
        OutboxRow.case_id == report.case_id, OutboxRow.operation == "deliver_report"
    )
    found = (row for row in session.scalars(wanted) if row.get("report_id") == report.id)
    return {name: row[name] for row in found for name in OF_RECHECK if name in row}
