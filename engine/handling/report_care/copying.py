"""A further original of a report (加开一份), with a number and a copy marker of its own, 附录B g)."""

from itertools import count

from sqlalchemy.orm import Session

from engine.domain.authority import Person, Right
from engine.handling.rechecking import valid_report
from engine.handling.report_care.standing import (
    COPYING,
    Cared,
    ReportNotCurrent,
    cared_for,
    check_free,
    check_same_results,
    is_in_place,
    told_with,
)
from engine.handling.submission import FilledIn, begin
from engine.platform import Platform
from engine.service_tasks.number_report import ORIGINAL
from engine.store.audit import record_audit


def request_copy(
    session: Session, platform: Platform, person: Person, case_id: int, report_id: int, words: str
) -> int:
    """Its copy marker, 2 to n. `report_id` is of the first original, `words` have been checked.

    Raises NotAuthorised, NotFound, ReportVoided, ReportNotReady, ReportNotCurrent, CaseBusy, ResultsChanged;
    nothing has changed then.
    """
    person.need(Right.COPY_REPORT)
    cared = cared_for(session, case_id, report_id)
    report = cared.report
    if valid_report(session, case_id) != report:
        raise ReportNotCurrent(report=report.number)
    check_free(session, cared)
    check_same_results(session, report)
    copy = _free_copy(cared)
    variables = {
        "case_id": case_id,
        "report_id": report.id,
        "nature": report.nature,
        "copy": copy,
        **told_with(session, report),
    }
    form = FilledIn(person.name, {"number": report.number, "words": words})
    begin(session, platform, cared.case, platform.definitions[COPYING], variables, form)
    facts = {"number": report.number, "copy": copy}
    record_audit(session, platform.clock.now(), person.name, "copy_requested", case_id, facts)
    return copy


def _free_copy(cared: Cared) -> int:
    """The next marker of this nature that no report holds."""
    report = cared.report
    held = {one.copy for one in cared.reports if one.nature == report.nature and is_in_place(one)}
    return next(copy for copy in count(ORIGINAL + 1) if copy not in held)
