"""Void a report (核对报告作废): its number is kept and never used again, MZ/T 072-2016 6.4, 附录B."""

from collections.abc import Mapping

from sqlalchemy import select

from engine.domain.errors import ReportVoided
from engine.domain.report_care import Voiding, VoidReason
from engine.service_tasks.number_report import ORIGINAL, take_number
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState
from engine.store.ending import end_instances
from engine.store.human_tasks import HumanTask, TaskState, result_of
from engine.store.instances import drop_untaken, unfinished_of_case
from engine.store.reports import KnownReport, ReportState, mark_voided, report_by_id, reports_of_case

PROPOSED, CONFIRMED = "void_application", "confirm_void"
RECEIPT = "receipt"  # the message of the unit


def run(context: CallContext, arguments: Arguments) -> Results:
    """As two people have agreed. When it is issued again, the new number is taken in the same transaction.

    Whatever waited for the receipt of the first original waits in vain: those instances end here.
    Raises ReportVoided, SerialExhausted; then nothing has changed.
    """
    report = report_by_id(context.session, arguments["report_id"])
    proposal = result_of(context.platform.vault, _latest(context, PROPOSED)) or {}
    who = _latest(context, CONFIRMED).completed_by or ""
    voiding = Voiding(VoidReason(str(proposal["reason"])), str(proposal["words"]), False)
    void(context, report, voiding, who)
    is_original, is_reissued = report.copy == ORIGINAL, bool(arguments["reissue"])
    if is_original:
        for copy in _further_copies(context, report):
            void(context, copy, voiding, who)
        _end_waiting(context)
    results = {"voided_report": report.number, "voided_id": report.id, "case_ends": is_original}
    if is_reissued:
        context.case.state = CaseState.ACCEPTED
        results["report_id"] = take_number(context, report.nature, report.copy)
    return results


def void(context: CallContext, report: KnownReport, voiding: Voiding, who: str) -> None:
    """Raises ReportVoided."""
    if report.state == ReportState.VOIDED:
        raise ReportVoided(report=report.number)
    reason: Mapping[str, object] = {"code": voiding.reason.value, "words": voiding.words}
    mark_voided(context.session, context.platform.vault, report, reason, who, context.now)
    facts = {"number": report.number, "reason": voiding.reason.value}
    record_audit(context.session, context.now, who, "report_voided", context.case.id, facts)


def _further_copies(context: CallContext, original: KnownReport) -> list[KnownReport]:
    """They say what the original says: none of them may go on counting without it."""
    return [
        report
        for report in reports_of_case(context.session, context.case.id)
        if report.nature == original.nature
        and report.id != original.id
        and report.state != ReportState.VOIDED
    ]


def _latest(context: CallContext, element: str) -> HumanTask:
    done = (HumanTask.element_id == element, HumanTask.state == TaskState.COMPLETED)
    wanted = select(HumanTask).where(HumanTask.case_id == context.case.id, *done)
    return context.session.scalars(wanted.order_by(HumanTask.id.desc()).limit(1)).one()


def _end_waiting(context: CallContext) -> None:
    """This instance is the newest: nothing begins about a report while one of these waits for its word."""
    unfinished = sorted(
        instance_id for instance_id, _ in unfinished_of_case(context.session, context.case.id)
    )
    end_instances(context.session, unfinished[:-1], "report_voided", context.now)
    drop_untaken(context.session, context.case.id, RECEIPT, context.now)  # not of the one issued again


OPERATION = InsideOperation(run)
