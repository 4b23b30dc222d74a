"""End a re-check its unit has withdrawn (结束复核): the report it disputed stays valid, MZ/T 072-2016 6.5."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def run(context: CallContext, arguments: Arguments) -> Results:
    context.case.state = CaseState.CLOSED
    context.case.closed_at = context.now
    record_audit(context.session, context.now, "system", "recheck_withdrawn", context.case.id)
    return {}


OPERATION = InsideOperation(run)
