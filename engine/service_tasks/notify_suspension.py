"""Tell the unit that the verification is suspended and ask what to do, MZ/T 072-2016 6.3 c)."""

from engine.platform import Platform
from engine.service_tasks.callbacks import UnitMessage, send, unit_message
from engine.service_tasks.operation import Arguments, CallContext, OutsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState

AUTOMATIC = "automatic_handling"  # holds no people, who would take supplemented material
BY_STAFF = ({"code": "suspended_by_staff", "reason": "核证岗认为需要委托单位补充或者说明"},)


def prepare(context: CallContext, arguments: Arguments) -> UnitMessage:
    reasons = arguments.get("suspension_reasons") or BY_STAFF
    is_automatic = context.definition.process_id == AUTOMATIC
    choices = ["continue", "withdraw"] if is_automatic else ["continue", "withdraw", "supplement"]
    data = {"reasons": reasons, "choices": choices}
    created_at = context.case.accepted_at or context.case.received_at
    return unit_message(context, "verification.suspended", created_at, data)


def perform(platform: Platform, key: str, message: UnitMessage) -> int:
    return send(platform, key, message)


def record(context: CallContext, arguments: Arguments, status: int, attempt: int) -> Results:
    context.case.state = CaseState.SUSPENDED
    record_audit(context.session, context.now, "system", "verification_suspended", context.case.id)
    return {}


OPERATION = OutsideOperation(
    lane=lambda case, arguments: f"unit:{case.unit_code}",
    retry=lambda platform: platform.unit_retry,
    prepare=prepare,
    perform=perform,
    record=record,
    arguments=("suspension_reasons",),
)
