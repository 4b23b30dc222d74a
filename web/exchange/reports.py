"""/v1/reports/<no>: how a report stands, its file, and the unit's confirmation that it holds it (回执)."""

import base64
import io
from typing import cast

from flask import Blueprint, Response, g, jsonify, request, send_file

from engine.domain.plain import to_plain
from engine.handling.messages import confirm_receipt
from engine.handling.report_care.handing_out import (
    HeldFile,
    file_for_unit,
    read_held,
    register_download,
)
from engine.handling.report_care.notice import ReportNotice, notice_for_unit
from web.exchange.body import load, read_body
from web.exchange.schemas import ReceiptSchema
from web.hall import hall
from web.security import Guard, guarded

blueprint = Blueprint("reports", __name__, url_prefix="/v1/reports")


@blueprint.get("/<report_number:number>")
@guarded(Guard.UNIT)
def show_report(number: str) -> Response:
    with hall().database.reading() as session:
        notice = notice_for_unit(session, hall().platform, g.unit.code, number)
    return jsonify(_shown(notice))


def _shown(notice: ReportNotice) -> dict[str, object]:
    report, signature = notice.report, notice.detached
    return {
        "report_no": report.number,
        "state": report.state,
        "issued_at": report.issued_at.isoformat(),
        "pages": report.pages,
        "sha256": report.file_digest,
        "sm3": report.sm3,
        "detached_signature": None if signature is None else base64.b64encode(signature).decode(),
        "expires_at": notice.expires_at.isoformat(),
        "voided_at": report.voided_at.isoformat() if report.voided_at else None,
        "replaced_by": notice.replaced_by,
        "copies": [{"copy": one.copy, "report_no": one.number, "state": one.state} for one in notice.copies],
    }


@blueprint.get("/<report_number:number>/file")
@guarded(Guard.UNIT)
def download_report(number: str) -> Response:
    """In the register first, then handed out. Who asks whether it has changed is handed out nothing."""
    with hall().database.reading() as session:
        file = file_for_unit(session, hall().platform, g.unit.code, number)
    if request.method == "HEAD" or request.if_none_match.contains(file.digest):
        return _sent(file, b"")
    content = read_held(hall().platform, file)
    with hall().database.transaction() as session:
        register_download(session, hall().platform, g.unit.code, file)
    return _sent(file, content)


def _sent(file: HeldFile, content: bytes) -> Response:
    answer = send_file(
        io.BytesIO(content), "application/pdf", as_attachment=True, download_name=file.name, etag=file.digest
    )
    digest = base64.b64encode(bytes.fromhex(file.digest)).decode()
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
    return answer


@blueprint.post("/<report_number:number>/receipt")
@guarded(Guard.UNIT)
def receive_receipt(number: str) -> Response:
    sent = cast(dict[str, object], load(ReceiptSchema(), read_body()))
    receipt = {name: to_plain(value) for name, value in sent.items()}
    with hall().database.transaction() as session:
        report = confirm_receipt(session, hall().platform, g.unit.code, number, receipt)
    hall().platform.wake_up.wake()
    return jsonify(
        {
            "report_no": report.number,
            "receipt_at": report.receipt_at.isoformat() if report.receipt_at else None,
        }
    )
