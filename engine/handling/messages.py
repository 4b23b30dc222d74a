"""Messages of the commissioning unit: the receipt of a report, the instruction after a suspension."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.errors import NotFound, NotWaiting, ReportVoided, RuleViolation
from engine.platform import Platform
from engine.service_tasks.number_report import ORIGINAL
from engine.service_tasks.void_report import RECEIPT
from engine.store.audit import record_audit
from engine.store.base import append
from engine.store.cases import Case, find_case, lock_case
from engine.store.instances import (
    ExpectedMessage,
    InboundMessage,
    messages_of,
    waiting_for,
    wake_instances,
)
from engine.store.outbox import OutboxState, latest_work
from engine.store.reports import (
    KnownReport,
    ReportState,
    keep_receipt,
    report_by_id,
    report_by_number,
)

INSTRUCTION = "unit_instruction"
SUSPENDING = "notify_suspension"


class ReceiptDiffers(RuleViolation):
    """回执所载文件摘要与出具的核对报告不一致"""


class ReportNotDelivered(RuleViolation):
    """核对报告尚未发送，不能接收回执"""


def confirm_receipt(
    session: Session, platform: Platform, unit_code: str, number: str, receipt: Mapping[str, object]
) -> KnownReport:
    """A repeat returns the first. Raises NotFound (foreign numbers too), ReportVoided, ReceiptDiffers,
    ReportNotDelivered.

    The receipt may arrive before our own call has returned: the instance takes it when it comes that far.
    """
    found = report_by_number(session, number)
    case = lock_case(session, found.case_id) if found is not None else None
    if found is None or case is None or case.unit_code != unit_code:
        raise NotFound(report=number)
    report = report_by_id(session, found.id)
    if report.state == ReportState.VOIDED:
        raise ReportVoided(report=number)
    if report.file_digest is None:
        raise ReportNotDelivered(report=number)
    if receipt["sha256"] != report.file_digest:
        raise ReceiptDiffers(report=number)
    if report.receipt is not None:
        return report
    now = platform.clock.now()
    kept = keep_receipt(session, platform.vault, report, receipt, now)
    record_audit(session, now, f"unit:{unit_code}", "receipt_confirmed", case.id, {"number": number})
    if report.copy == ORIGINAL:  # nobody waits for the receipt of a further copy
        _keep(session, case.id, RECEIPT, {}, now)
    return kept


def give_instruction(
    session: Session, platform: Platform, unit_code: str, commission_no: str, instruction: str, answers: str
) -> Case:
    """`answers` is the webhook-id of the suspension the unit has been told of; a repeat changes nothing.

    The instruction may overtake the answer to our own call, so it counts from the moment the call is made.
    Raises NotFound, NotWaiting (no such suspension, or it has been answered with other words).
    """
    case = find_case(session, unit_code, commission_no)
    if case is None:
        raise NotFound(commission=commission_no)
    lock_case(session, case.id)
    payload = {"instruction": instruction, "answers": answers}
    given = [kept.payload for kept in messages_of(session, case.id, INSTRUCTION)]
    if payload in given:
        return case
    if any(kept.get("answers") == answers for kept in given) or not _is_open_suspension(
        session, case.id, answers
    ):
        raise NotWaiting(commission=commission_no)
    now = platform.clock.now()
    record_audit(session, now, f"unit:{unit_code}", "instruction_given", case.id, payload)
    _keep(session, case.id, INSTRUCTION, payload, now)
    return case


def _is_open_suspension(session: Session, case_id: int, key: str) -> bool:
    """The latest one of the case: our call has left or is leaving, no letter has answered it meanwhile."""
    row = latest_work(session, case_id, SUSPENDING)
    if row is None or row.key != key or row.attempts == 0:
        return False
    return row.state != OutboxState.APPLIED or expects(session, case_id, INSTRUCTION)


def expects(session: Session, case_id: int, name: str) -> bool:
    """Does an instance of the case wait for a message of this name?"""
    wanted = select(ExpectedMessage.id).where(
        ExpectedMessage.case_id == case_id, ExpectedMessage.name == name
    )
    return session.scalars(wanted.limit(1)).one_or_none() is not None


def _keep(session: Session, case_id: int, name: str, payload: Mapping[str, object], now: datetime) -> None:
    """The message waits in its table until the instance takes it; the wake-up only makes that soon."""
    message = {"case_id": case_id, "name": name, "payload": dict(payload), "received_at": now}
    append(session, InboundMessage, [message])
    wake_instances(session, waiting_for(session, case_id, name))
