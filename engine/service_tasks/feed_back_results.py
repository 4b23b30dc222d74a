"""Feed what the sources said back to another verification unit (反馈查询结果), MZ/T 072-2016 6.2 note."""

from engine.domain.plain import to_plain
from engine.service_tasks.callbacks import UnitMessage, telling_unit, unit_message
from engine.service_tasks.operation import Arguments, CallContext, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState


def prepare(context: CallContext, arguments: Arguments) -> UnitMessage:
    """As understood, without any evaluation: that is the other unit's work."""
    data = {"answers": [to_plain(answer) for answer in context.findings.answers]}
    created_at = context.case.accepted_at or context.case.received_at
    return unit_message(context, "peer.answered", created_at, data)


def record(context: CallContext, arguments: Arguments, status: int, attempt: int) -> Results:
    context.case.state = CaseState.ISSUED
    facts = {"attempt": attempt}
    record_audit(context.session, context.now, "system", "peer_answered", context.case.id, facts)
    return {}


OPERATION = telling_unit(prepare, record)
