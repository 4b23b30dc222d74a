"""Propose that a report is voided (作废), and whether it is issued again; another person decides."""

from sqlalchemy.orm import Session

from engine.domain.authority import RIGHTS, Person, Right
from engine.domain.errors import RuleViolation
from engine.domain.report_care import Voiding
from engine.handling.report_care.standing import (
    REISSUING,
    Cared,
    ReportNotCurrent,
    cared_for,
    check_free,
    check_same_results,
    told_with,
)
from engine.handling.submission import FilledIn, begin
from engine.platform import Platform
from engine.service_tasks.number_report import ORIGINAL
from engine.store.audit import record_audit


class CopyNotReissued(RuleViolation):
    """加开的一份作废后不重新出具，需要时再加开一份"""


def propose_voiding(
    session: Session, platform: Platform, person: Person, case_id: int, report_id: int, voiding: Voiding
) -> int:
    """The id of the instance that carries it out once it is confirmed.

    Raises NotAuthorised, NotFound, ReportVoided, ReportNotReady, ReportNotCurrent, CaseBusy, CopyNotReissued,
    ResultsChanged; nothing has changed then.
    """
    person.need(Right.VOID_REPORT)
    cared = cared_for(session, case_id, report_id)
    _check(session, cared, voiding)
    report = cared.report
    variables = {
        "case_id": case_id,
        "report_id": report.id,
        "nature": report.nature,
        "copy": report.copy,
        "reissue": voiding.reissue,
        **told_with(session, report),
    }
    said = {
        "number": report.number,
        "reason": voiding.reason.value,
        "words": voiding.words,
        "reissue": voiding.reissue,
    }
    form = FilledIn(person.name, said, _stands_for(person, Right.VOID_REPORT))
    instance_id = begin(session, platform, cared.case, platform.definitions[REISSUING], variables, form)
    facts = {"number": report.number, "reason": voiding.reason.value, "reissue": voiding.reissue}
    now = platform.clock.now()
    record_audit(session, now, person.name, "voiding_proposed", case_id, facts)
    return instance_id


def _check(session: Session, cared: Cared, voiding: Voiding) -> None:
    report = cared.report
    if report.copy == ORIGINAL and cared.current != report:
        raise ReportNotCurrent(report=report.number)
    check_free(session, cared)
    if voiding.reissue:
        if report.copy != ORIGINAL:
            raise CopyNotReissued(report=report.number)
        check_same_results(session, report)


def _stands_for(person: Person, right: Right) -> str | None:
    """In whose place, when none of the person's own posts has the right."""
    fitting = [power for power in person.powers if power.post in RIGHTS[right]]
    return min(fitting, key=lambda power: (power.stands_for is not None, power.post)).stands_for
