"""Papers with the values of their case: those it has passed, forms filled in beforehand, notices."""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain.report_number import SHANGHAI
from engine.paper_definitions import PaperValues, blank_values, compose
from engine.paper_definitions.values import ReasonValues
from engine.ports import Sheet
from engine.service_tasks.operation import CallContext
from engine.service_tasks.papers.paper_case import PaperCase
from engine.service_tasks.papers.passed import PassedPaper, find_passed, paper_number, times_passed
from engine.service_tasks.papers.pinned import pinned_paper
from engine.service_tasks.papers.rechecked import recheck_values
from engine.service_tasks.papers.values import report_values
from engine.store.archive_reading import KeptReport
from engine.store.reports import ReportState

CLOSING = "closing_report"
RENDERING = "render_report"
RECHECK_FORM, RECHECK_RESULT = "recheck_application", "recheck_result"


@dataclass(frozen=True)
class CasePaper:
    """A paper of a case, ready to print."""

    key: str
    title: str
    number: str
    sheet: Sheet


@dataclass(frozen=True)
class NoticeSays:
    """What the operation that sends a notice knows of it."""

    reasons: tuple[ReasonValues, ...]
    may_resubmit: bool = False
    may_supplement: bool = False


def case_papers(case: PaperCase) -> tuple[CasePaper, ...]:
    """All papers the case has so far but those that went out as files: these are its documents already."""
    return tuple(
        CasePaper(passed.key, passed.paper.title, passed.number, _composed(case, passed))
        for passed in find_passed(case)
        if passed.sent is None
    )


def closing_report(case: PaperCase) -> CasePaper:
    """Before its element has been passed: for the archive, which holds it (DB32/T 3319-2017 6.2.3.2)."""
    context = case.context
    paper = pinned_paper(context.platform, context.definition, CLOSING)
    ordinal = 1 + times_passed(case, CLOSING)
    number = paper_number(context, paper, ordinal, context.now)
    values = replace(case.values(context.definition), number=number, dated=_day(context.now))
    report = _latest_report(case)
    if report is not None:
        values = replace(values, report=report_values(context, report))
    closed = replace(values.case, closed_at=context.case.closed_at or context.now)
    sheet = compose(paper, replace(values, case=closed), context.now)
    return CasePaper(CLOSING, paper.title, number, sheet)


def compose_passed(context: CallContext, passed: PassedPaper) -> Sheet:
    """With the values of today under the number and date of then."""
    return _composed(PaperCase(context), passed)


def _composed(case: PaperCase, passed: PassedPaper) -> Sheet:
    values = case.values(case.definitions[passed.instance_id])
    values = replace(values, number=passed.number, dated=_day(passed.at))
    report = _report_of(case, passed.instance_id)
    if report is not None:
        values = replace(values, report=report_values(case.context, report))
    recheck = recheck_values(case, passed.instance_id, passed.ordinal)
    if recheck is not None:
        values = replace(values, recheck=recheck)
    if passed.key == CLOSING:
        values = replace(values, case=replace(values.case, closed_at=values.case.closed_at or passed.at))
    return compose(passed.paper, values, passed.at)


def compose_form(context: CallContext, key: str) -> Sheet:
    """A form as the platform has it today, with what is known of the case written in already."""
    case = PaperCase(context)
    values, report = case.values(context.definition), _latest_report(case)
    recheck, rows = values.recheck, blank_values().recheck.rows
    if report is not None:
        rows = tuple(replace(row, report_no=report.number) for row in rows)
    values = replace(values, recheck=replace(recheck, unit_name=values.unit.name, rows=rows))
    return compose(context.platform.papers[key], values, context.now, is_sealed=False)


def compose_notice(context: CallContext, key: str, says: NoticeSays) -> CasePaper:
    """Of the operation that is about to send it, so under the number that comes next."""
    case, paper = PaperCase(context), pinned_paper(context.platform, context.definition, key)
    number = paper_number(context, paper, 1 + times_passed(case, key), context.now)
    values: PaperValues = replace(
        case.values(context.definition),
        number=number,
        dated=_day(context.now),
        reasons=says.reasons,
        may_resubmit=says.may_resubmit,
        may_supplement=says.may_supplement,
    )
    return CasePaper(key, paper.title, number, compose(paper, values, context.now))


def _latest_report(case: PaperCase) -> KeptReport | None:
    return next((one for one in reversed(case.reports) if one.state != ReportState.VOIDED), None)


def _report_of(case: PaperCase, instance_id: int) -> KeptReport | None:
    """The one this instance has made, which is not the last one of the case when it was checked again."""
    mine = [one for one in case.work if one.instance_id == instance_id and one.operation == RENDERING]
    made = mine[-1].arguments["report_id"] if mine else None
    return next((one for one in case.reports if one.id == made), None)


def _day(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI)
