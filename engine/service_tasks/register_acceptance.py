"""Accept the application (接受核对申请), MZ/T 072-2016 6.1 d)."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def run(context: CallContext, arguments: Arguments) -> Results:
    context.case.state = CaseState.ACCEPTED
    context.case.accepted_at = context.now
    record_audit(context.session, context.now, "system", "application_accepted", context.case.id)
    return {"accepted": True}


OPERATION = InsideOperation(run)
