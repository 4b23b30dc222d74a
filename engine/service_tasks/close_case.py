"""Close the case (办结) once its archive exists, and say when its working copies are to be cleaned."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState
from engine.store.cleaning import set_cleaning_due


def run(context: CallContext, arguments: Arguments) -> Results:
    context.case.state = CaseState.CLOSED
    context.case.closed_at = context.now
    set_cleaning_due(context.session, context.case.id, context.now + context.platform.cleaning_after)
    record_audit(context.session, context.now, "system", "case_closed", context.case.id)
    return {}


OPERATION = InsideOperation(run)
