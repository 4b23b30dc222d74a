"""Does a suspension situation (中止情形) apply? MZ/T 072-2016 6.3 b)."""

from engine.domain.report_number import SHANGHAI
from engine.domain.suspension import situations
from engine.runtime import decide
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit

SUSPENSION = "suspension"


def run(context: CallContext, arguments: Arguments) -> Results:
    """Which situations suspend is the decision table's word, agreed with the unit (6.3 note)."""
    commission = context.commission
    today = context.now.astimezone(SHANGHAI).date()
    found = situations(commission, context.findings, today)
    suspending = []
    for code in sorted({situation.code for situation in found}):
        row = decide(context.definition, context.decision or SUSPENSION, {"situation": code})
        if isinstance(row, dict) and row["suspends"]:
            suspending.append({"code": code, "reason": row["reason"]})
    facts = {"situations": sorted({s.code for s in found}), "suspending": [s["code"] for s in suspending]}
    record_audit(context.session, context.now, "system", "suspension_checked", context.case.id, facts)
    return {"suspended": bool(suspending), "suspension_reasons": suspending}


OPERATION = InsideOperation(run)
