"""Is the platform well? One answer for everybody, the details only for this machine."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from engine.supervision.vital_signs import Complaint, complaints, schema_is_ready, take_vital_signs
from web.hall import hall
from web.metrics import count_requests, show_metrics
from web.security import Guard, guarded

blueprint = Blueprint("health", __name__)
count_requests(blueprint)
BEHIND = Complaint("schema_behind", "数据库结构落后于程序，请先运行 hedui migrate")


@blueprint.get("/health")
@guarded(Guard.PUBLIC)
def show_health() -> ResponseReturnValue:
    """For balancers elsewhere: may requests be sent here? The same as ready, without the reason."""
    return jsonify({"status": "ok"}) if _is_ready() else (jsonify({"status": "not ready"}), 503)


@blueprint.get("/health/live")
@guarded(Guard.LOCAL)
def show_live() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify({"status": "ok"})


@blueprint.get("/health/ready")
@guarded(Guard.LOCAL)
def show_ready() -> ResponseReturnValue:
    """The database answers (if not, the answer is 503 by the table of errors) and its schema is there."""
    return _answer(() if _is_ready() else (BEHIND,))


@blueprint.get("/health/deep")
@guarded(Guard.LOCAL)
def show_deep() -> ResponseReturnValue:
    """Somebody works, and nothing that is due waits too long."""
    with hall().database.reading() as session:
        signs = take_vital_signs(session, hall().platform.clock.now())
    return _answer(complaints(signs))


@blueprint.get("/metrics")
@guarded(Guard.LOCAL)
def metrics() -> Response:
    """For Prometheus on this machine."""
    return show_metrics()


def _is_ready() -> bool:
    with hall().database.reading() as session:
        session.execute(text("SELECT 1"))
        return schema_is_ready(session)


def _answer(found: tuple[Complaint, ...]) -> ResponseReturnValue:
    if not found:
        return jsonify({"status": "ok"})
    reasons = [{"code": complaint.code, "message": complaint.words} for complaint in found]
    return jsonify({"status": "sick", "reasons": reasons}), 503
