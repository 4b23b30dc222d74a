"""Tell the unit that the verification is suspended and ask what to do, MZ/T 072-2016 6.3 c)."""

from collections.abc import Iterable, Mapping

from engine.service_tasks.callbacks import telling_unit, unit_message
from engine.service_tasks.operation import Arguments, CallContext, Results
from engine.service_tasks.papers import (
    Notice,
    NoticeSays,
    SentNotice,
    compose_notice,
    file_notice,
    send_notice,
)
from engine.service_tasks.papers.reasons import reason_values
from engine.store.audit import record_audit
from engine.store.cases import CaseState

SUPPLEMENT_NOTICE = "supplement_notice"
AUTOMATIC = "automatic_handling"  # holds no people, who would take supplemented material
BY_STAFF = ({"code": "suspended_by_staff", "reason": "核证岗认为需要委托单位补充或者说明"},)


def prepare(context: CallContext, arguments: Arguments) -> Notice:
    reasons = _reasons(arguments)
    is_automatic = context.definition.process_id == AUTOMATIC
    choices = ["continue", "withdraw"] if is_automatic else ["continue", "withdraw", "supplement"]
    data = {"reasons": reasons, "choices": choices}
    created_at = context.case.accepted_at or context.case.received_at
    message = unit_message(context, "verification.suspended", created_at, data)
    says = NoticeSays(reason_values(reasons), may_supplement=not is_automatic)
    return Notice(message, compose_notice(context, SUPPLEMENT_NOTICE, says))


def _reasons(arguments: Arguments) -> list[Mapping[str, object]]:
    found = arguments.get("suspension_reasons") or BY_STAFF
    return [dict(reason) for reason in found] if isinstance(found, Iterable) else []


def record(context: CallContext, arguments: Arguments, sent: SentNotice, attempt: int) -> Results:
    file_notice(context, sent)
    context.case.state = CaseState.SUSPENDED
    record_audit(context.session, context.now, "system", "verification_suspended", context.case.id)
    return {}


OPERATION = telling_unit(prepare, record, ("suspension_reasons",), perform=send_notice)
