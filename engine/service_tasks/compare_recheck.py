"""Compare what the sources say now with what they said before (对照复核结果), MZ/T 072-2016 6.5."""

from engine.domain.findings import Findings, ItemAnswer, latest
from engine.domain.plain import from_plain
from engine.domain.recheck import changed_items
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.queries import answers_of


def run(context: CallContext, arguments: Arguments) -> Results:
    items = arguments["disputed_items"]
    if not isinstance(items, list):
        raise TypeError("disputed_items")
    rounds_before = int(str(arguments["rounds_before"]))
    changed = changed_items(findings_up_to(context, rounds_before), context.findings, items)
    facts = {
        "disputed_items": items,
        "changed_items": changed,
        "rounds_before": rounds_before,
        "rounds_after": max(query.round for query in context.queries),
    }
    record_audit(context.session, context.now, "system", "recheck_compared", context.case.id, facts)
    return {"changed_items": list(changed)}


def findings_up_to(context: CallContext, last_round: int) -> Findings:
    """What had been said when no more than these rounds of queries had been made."""
    wanted = {query.id for query in context.queries if query.round <= last_round}
    answers = answers_of(context.session, context.platform.vault, context.case.id)
    plain = (said for answer in answers if answer.query_id in wanted for said in _listed(answer.understood))
    return latest(from_plain(ItemAnswer, said) for said in plain)


def _listed(understood: object) -> list[object]:
    return understood if isinstance(understood, list) else []


OPERATION = InsideOperation(run)
