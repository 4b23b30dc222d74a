"""Close the case (办结) once its archive exists."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def run(context: CallContext, arguments: Arguments) -> Results:
    context.case.state = CaseState.CLOSED
    context.case.closed_at = context.now
    record_audit(context.session, context.now, "system", "case_closed", context.case.id)
    return {}


OPERATION = InsideOperation(run)
