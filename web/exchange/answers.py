"""What a unit is told: that something has been received, and how a commission stands."""

from flask import Response, jsonify, url_for

from engine.handling.receiving import Reception
from engine.handling.status import CommissionStatus


def accepted(reception: Reception) -> tuple[Response, int]:
    case = reception.case
    answer = jsonify(
        {
            "commission_no": case.commission_no,
            "case_no": case.case_no,
            "received_at": case.received_at.isoformat(),
        }
    )
    answer.headers["Location"] = url_for("commissions.show_commission", commission_no=case.commission_no)
    return answer, 202


def shown(status: CommissionStatus) -> Response:
    return jsonify(
        {
            "commission_no": status.commission_no,
            "case_no": status.case_no,
            "service": status.service,
            "state": status.state,
            "received_at": status.received_at.isoformat(),
            "accepted_at": status.accepted_at.isoformat() if status.accepted_at else None,
            "closed_at": status.closed_at.isoformat() if status.closed_at else None,
            "waiting_for": list(status.waiting_for),
            "report": {"number": status.report_no, "sha256": status.report_sha256}
            if status.report_no
            else None,
        }
    )
