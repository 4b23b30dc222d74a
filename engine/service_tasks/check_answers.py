"""Are the answers correct and without omission? MZ/T 072-2016 6.2 c)."""

from engine.domain.findings import Findings, MatchStatus
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.queries import KnownQuery

# A wrong identity cannot be mended by asking again: it is a situation for suspension (6.3).
SETTLED = (MatchStatus.FOUND, MatchStatus.NOT_FOUND, MatchStatus.IDENTITY_MISMATCH)


def run(context: CallContext, arguments: Arguments) -> Results:
    findings = context.findings
    missing = sorted({query.source for query in context.queries if _misses_required(query, findings)})
    facts = {"missing_sources": missing}
    record_audit(context.session, context.now, "system", "answers_checked", context.case.id, facts)
    return {"answers_complete": not missing, "missing_sources": missing}


def _misses_required(query: KnownQuery, findings: Findings) -> bool:
    for person, item, _ in query.rows:
        answer = findings.answer(person, item)
        if item in query.required_items and (answer is None or answer.status not in SETTLED):
            return True
    return False


OPERATION = InsideOperation(run)
