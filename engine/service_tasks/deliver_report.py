"""Send the report to the commissioning unit (发送核对报告), MZ/T 072-2016 6.4 b)."""

import base64
from dataclasses import dataclass, replace

from engine.domain.audit_chain import anchor_plain
from engine.platform import Platform
from engine.service_tasks.callbacks import UnitMessage, send, telling_unit, unit_message
from engine.service_tasks.number_report import ORIGINAL
from engine.service_tasks.operation import Arguments, CallContext, Results
from engine.store.audit import record_audit
from engine.store.audit_chain import newest_anchor
from engine.store.cases import CaseState
from engine.store.evaluations import latest_evaluation
from engine.store.releases import Release, ReleaseKind, register_release
from engine.store.reports import mark_delivered, report_of

OF_RECHECK = ("original_report", "disputed_items", "changed_items")


@dataclass(frozen=True)
class Delivery:
    message: UnitMessage
    file_name: str
    file_digest: str


def prepare(context: CallContext, arguments: Arguments) -> Delivery:
    report = report_of(context.session, context.case.id, arguments["report_id"])
    evaluation = latest_evaluation(context.session, context.case.id)
    anchor = newest_anchor(context.session)
    data: dict[str, object] = {
        "report_no": report.number,
        "issued_at": report.issued_at.isoformat(),
        "pages": report.pages,
        "copy": report.copy,
        "replaces": arguments.get("voided_report"),  # the number it was issued under before
        "evaluation_digest": evaluation.digest if evaluation else None,
        "audit_anchor": anchor_plain(anchor) if anchor else None,  # so that units hold copies of it
    }
    if "original_report" in arguments:  # what a re-check (6.5) has found, item by item
        data["recheck"] = {name: arguments[name] for name in OF_RECHECK}
    message = unit_message(context, "report.issued", report.issued_at, data)
    return Delivery(message, f"{report.number}.pdf", report.file_digest or "")


def perform(platform: Platform, key: str, delivery: Delivery) -> int:
    content = base64.b64encode(platform.documents.get(delivery.file_digest)).decode()
    file = {"name": delivery.file_name, "sha256": delivery.file_digest, "content": content}
    message = replace(delivery.message, data={**delivery.message.data, "file": file})
    return send(platform, key, message)


def record(context: CallContext, arguments: Arguments, status: int, attempt: int) -> Results:
    report = report_of(context.session, context.case.id, arguments["report_id"])
    mark_delivered(context.session, report.id)
    unit = f"unit:{context.case.unit_code}"
    release = Release(report.id, ReleaseKind.DELIVERED, unit, context.now)
    register_release(context.session, context.platform.vault, release)
    if report.copy == ORIGINAL:  # a further copy changes nothing about the case
        context.case.state = CaseState.ISSUED
    facts = {"number": report.number, "attempt": attempt}
    record_audit(context.session, context.now, "system", "report_delivered", context.case.id, facts)
    return {}


OPERATION = telling_unit(prepare, record, ("report_id", "voided_report", *OF_RECHECK), perform=perform)
