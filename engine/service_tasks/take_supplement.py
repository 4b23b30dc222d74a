"""Go on with supplemented material (并入补充材料) after a suspension, MZ/T 072-2016 6.3 c) and note."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def run(context: CallContext, arguments: Arguments) -> Results:
    """Nothing of an earlier round of queries is left to be asked again: everything is planned anew."""
    context.case.state = CaseState.ACCEPTED
    record_audit(context.session, context.now, "system", "supplement_taken", context.case.id)
    return {"exchange_decision": "none", "missing_sources": []}


OPERATION = InsideOperation(run)
