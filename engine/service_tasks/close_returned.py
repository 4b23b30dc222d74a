"""End an application that was returned and never mended (逾期未补正), MZ/T 072-2016 6.1 c)."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def run(context: CallContext, arguments: Arguments) -> Results:
    context.case.state = CaseState.RETURNED
    context.case.closed_at = context.now
    record_audit(context.session, context.now, "system", "application_ended", context.case.id)
    return {"accepted": False}


OPERATION = InsideOperation(run)
