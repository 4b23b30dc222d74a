"""Take a returned application up again (恢复办理): new material, the same case, MZ/T 072-2016 6.1 c) a)."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def run(context: CallContext, arguments: Arguments) -> Results:
    context.case.state = CaseState.RECEIVED
    record_audit(context.session, context.now, "system", "application_reopened", context.case.id)
    return {}


OPERATION = InsideOperation(run)
