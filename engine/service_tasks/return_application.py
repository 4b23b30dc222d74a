"""Return the application with the reasons (退回核对申请), MZ/T 072-2016 6.1 c)."""

from engine.platform import Platform
from engine.service_tasks.callbacks import UnitMessage, send, unit_message
from engine.service_tasks.check_materials import defects_of
from engine.service_tasks.operation import Arguments, CallContext, OutsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def prepare(context: CallContext, arguments: Arguments) -> UnitMessage:
    reasons = [
        {"field": defect.field, "clause": defect.clause, "message": defect.reason}
        for defect in defects_of(context)
    ]
    if not reasons:  # refused by our reviewers, not by the check
        reasons = [{"field": "", "clause": "6.1 b", "message": "审核未通过"}]
    return unit_message(context, "application.returned", context.case.received_at, {"reasons": reasons})


def perform(platform: Platform, key: str, message: UnitMessage) -> int:
    return send(platform, key, message)


def record(context: CallContext, arguments: Arguments, status: int, attempt: int) -> Results:
    context.case.state = CaseState.RETURNED
    context.case.closed_at = context.now
    record_audit(context.session, context.now, "system", "application_returned", context.case.id)
    return {"accepted": False}


OPERATION = OutsideOperation(
    lane=lambda case, arguments: f"unit:{case.unit_code}",
    retry=lambda platform: platform.unit_retry,
    prepare=prepare,
    perform=perform,
    record=record,
)
