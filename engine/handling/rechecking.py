"""Re-check (复核) an issued report, MZ/T 072-2016 6.5: the same case, a report of the next nature."""

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from engine.domain.errors import NotFound, ReportVoided, RuleViolation
from engine.domain.recheck import RecheckApplication, check_items, disputed_report, next_nature
from engine.domain.report_number import parse_number
from engine.handling.receiving import start_variables
from engine.handling.submission import FilledIn, begin
from engine.platform import Platform
from engine.service_tasks.number_report import ORIGINAL
from engine.store.audit import record_audit
from engine.store.cases import Case, CaseState, commission_of, lock_case
from engine.store.instances import unfinished_of_case
from engine.store.queries import KnownQuery, queries_of
from engine.store.releases import was_sent
from engine.store.reports import (
    KnownReport,
    ReportState,
    report_by_id,
    report_by_number,
    reports_of_case,
)

RECHECK = "recheck"
VALID = (ReportState.DELIVERED, ReportState.RECEIVED)


class RecheckUnderWay(RuleViolation):
    """该核对业务尚未办结，不能提出复核（MZ/T 072-2016 6.5）"""


class ReportReplaced(RuleViolation):
    """该核对报告已被复核核对报告取代，应当对现行核对报告提出复核（MZ/T 072-2016 6.5）"""


@dataclass(frozen=True)
class Recheck:
    """`nature` is that of the report to come: s or t."""

    case: Case
    instance_id: int
    nature: str


def apply_for_recheck(
    session: Session, platform: Platform, unit_code: str, application: RecheckApplication, worker: str
) -> Recheck:
    """`worker` is who has registered the form: a member of staff, or unit:CODE when it came over the line.

    Raises RecheckIncomplete, RecheckOfSeveralReports, NotFound (foreign reports too), ReportVoided,
    RecheckUnderWay, ReportReplaced, NoFurtherRecheck, ItemNotVerified; nothing has changed then.
    """
    case, nature, queries = _examined(session, unit_code, application)
    number = disputed_report(application)
    case.state = CaseState.ACCEPTED
    commission = commission_of(session, platform.vault, case.id)
    variables = {
        **start_variables(case, commission),
        "nature": nature,
        "original_report": number,
        "disputed_items": list(application.items),
        "rounds_before": max(query.round for query in queries),
    }
    definition = platform.definitions[RECHECK]
    instance_id = begin(
        session, platform, case, definition, variables, FilledIn(worker, _record(application))
    )
    facts = {"original": number, "nature": nature, "items": list(application.items)}
    record_audit(session, platform.clock.now(), worker, "recheck_applied", case.id, facts)
    return Recheck(case, instance_id, nature)


def examine_recheck(session: Session, unit_code: str, application: RecheckApplication) -> None:
    """Raises what apply_for_recheck would; nothing is changed by asking."""
    _examined(session, unit_code, application)


def _examined(
    session: Session, unit_code: str, application: RecheckApplication
) -> tuple[Case, str, list[KnownQuery]]:
    """The case, locked, the nature of the report to come, and what its reports rest on."""
    number = disputed_report(application)
    case = _case_of_unit(session, unit_code, number)
    nature = _following(session, case, number)
    queries = queries_of(session, case.id)
    check_items(application.items, {item for query in queries for _, item, _ in query.rows})
    return case, nature, queries


def valid_report(session: Session, case_id: int) -> KnownReport | None:
    """The first original that holds: a report stays valid until the one that replaces it has been sent. One
    that was sent and voided has replaced the earlier ones all the same."""
    for report in reports_of_case(session, case_id):
        if report.copy != ORIGINAL:
            continue
        if report.state in VALID:
            return report
        if has_been_out(session, report):
            return None
    return None


def has_been_out(session: Session, report: KnownReport) -> bool:
    """It was sent, whatever has become of it since: what it replaced does not come back."""
    if report.state == ReportState.VOIDED:
        return report.receipt_at is not None or was_sent(session, report.id)
    return report.state in VALID


def _case_of_unit(session: Session, unit_code: str, number: str) -> Case:
    """Locked. Another unit's report looks like one that does not exist."""
    found = report_by_number(session, number)
    case = lock_case(session, found.case_id) if found is not None else None
    if found is None or case is None or case.unit_code != unit_code:
        raise NotFound(report=number)
    if report_by_id(session, found.id).state == ReportState.VOIDED:
        raise ReportVoided(report=number)
    return case


def _following(session: Session, case: Case, number: str) -> str:
    """A further copy says what its original says, so either may be disputed."""
    if case.state != CaseState.CLOSED or unfinished_of_case(session, case.id):
        raise RecheckUnderWay(case_no=case.case_no)
    valid, nature = valid_report(session, case.id), parse_number(number).nature
    if valid is None or valid.nature != nature:
        raise ReportReplaced(report=number)
    return next_nature(nature)


def _record(application: RecheckApplication) -> dict[str, object]:
    """The form as it was filled in, sealed with its task."""
    plain = asdict(application)
    return {**plain, "applied_on": application.applied_on.isoformat()}
