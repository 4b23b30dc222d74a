"""POST /v1/reports/<no>/receipt: the unit confirms that it holds the report (回执)."""

from typing import cast

from flask import Blueprint, Response, g, jsonify

from engine.domain.plain import to_plain
from engine.handling.messages import confirm_receipt
from web.exchange.body import load, read_body
from web.exchange.schemas import ReceiptSchema
from web.hall import hall
from web.security import Guard, guarded

blueprint = Blueprint("reports", __name__, url_prefix="/v1/reports")


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
