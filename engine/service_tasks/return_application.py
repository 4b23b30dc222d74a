"""Return the application with the reasons (退回核对申请), MZ/T 072-2016 6.1 c)."""

from collections.abc import Iterable, Mapping

from engine.service_tasks.callbacks import telling_unit, unit_message
from engine.service_tasks.check_materials import defects_of
from engine.service_tasks.operation import Arguments, CallContext, Results
from engine.service_tasks.papers import (
    Notice,
    NoticeSays,
    SentNotice,
    compose_notice,
    file_notice,
    send_notice,
)
from engine.service_tasks.papers.reasons import reason_values
from engine.store.audit import record_audit
from engine.store.cases import CaseState

RETURN_NOTICE = "return_notice"
BY_REVIEWERS = {"field": "", "clause": "6.1 b", "message": "审核未通过"}  # not by the check


def prepare(context: CallContext, arguments: Arguments) -> Notice:
    reasons = [
        {"field": defect.field, "clause": defect.clause, "message": defect.reason}
        for defect in defects_of(context)
    ] or [BY_REVIEWERS]
    return return_notice(context, reasons, {"reasons": reasons}, may_resubmit=False)


def return_notice(
    context: CallContext,
    reasons: Iterable[Mapping[str, object]],
    data: Mapping[str, object],
    *,
    may_resubmit: bool,
) -> Notice:
    """The message, and 退回通知书 with the same reasons."""
    message = unit_message(context, "application.returned", context.case.received_at, data)
    says = NoticeSays(reason_values(reasons), may_resubmit=may_resubmit)
    return Notice(message, compose_notice(context, RETURN_NOTICE, says))


def record(context: CallContext, arguments: Arguments, sent: SentNotice, attempt: int) -> Results:
    file_notice(context, sent)
    context.case.state = CaseState.RETURNED
    context.case.closed_at = context.now
    record_audit(context.session, context.now, "system", "application_returned", context.case.id)
    return {"accepted": False}


OPERATION = telling_unit(prepare, record, perform=send_notice)
