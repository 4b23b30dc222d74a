"""Do as the unit instructs after a suspension (按照委托单位要求处理), MZ/T 072-2016 6.3 c)."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def run(context: CallContext, arguments: Arguments) -> Results:
    withdrawn = arguments.get("instruction") == "withdraw"
    context.case.state = CaseState.WITHDRAWN if withdrawn else CaseState.ACCEPTED
    if withdrawn:
        context.case.closed_at = context.now
    facts = {"withdrawn": withdrawn}
    record_audit(context.session, context.now, "system", "verification_resumed", context.case.id, facts)
    return {"withdrawn": withdrawn}


OPERATION = InsideOperation(run)
