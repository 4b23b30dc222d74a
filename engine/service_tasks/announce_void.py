"""Tell the unit that its report does not count any more, and which does (告知作废), MZ/T 072-2016 6.4 b)."""

from engine.service_tasks.callbacks import UnitMessage, telling_unit, unit_message
from engine.service_tasks.number_report import ORIGINAL
from engine.service_tasks.operation import Arguments, CallContext, Results
from engine.store.audit import record_audit
from engine.store.reports import (
    KnownReport,
    ReportState,
    report_by_id,
    reports_of_case,
    void_reason_of,
)


def prepare(context: CallContext, arguments: Arguments) -> UnitMessage:
    report = report_by_id(context.session, arguments["voided_id"])
    reason = void_reason_of(context.session, context.platform.vault, report)
    voided_at = report.voided_at or context.now
    data = {
        "report_no": report.number,
        "voided_at": voided_at.isoformat(),
        "reason": reason.code,
        "message": reason.words,
        "replaced_by": _replacement(context, arguments),
        "also_voided": [copy.number for copy in _voided_with(context, report)],
    }
    return unit_message(context, "report.voided", voided_at, data)


def _voided_with(context: CallContext, report: KnownReport) -> list[KnownReport]:
    """Further copies that do not count any more with the original. Those voided earlier too: the process that
    was to say so has ended with the original."""
    if report.copy != ORIGINAL:
        return []
    others = reversed(reports_of_case(context.session, context.case.id))
    return [
        one
        for one in others
        if one.nature == report.nature and one.copy != ORIGINAL and one.state == ReportState.VOIDED
    ]


def _replacement(context: CallContext, arguments: Arguments) -> str | None:
    if not arguments["reissue"]:
        return None
    return report_by_id(context.session, arguments["report_id"]).number


def record(context: CallContext, arguments: Arguments, status: int, attempt: int) -> Results:
    facts = {"number": arguments["voided_report"], "attempt": attempt}
    record_audit(context.session, context.now, "system", "void_announced", context.case.id, facts)
    return {}


OPERATION = telling_unit(prepare, record, ("report_id", "voided_id", "voided_report", "reissue"))
