"""GET /health: does the database answer?"""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from web.hall import hall
from web.security import Guard, guarded

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@guarded(Guard.PUBLIC)
def show_health() -> Response:
    with hall().database.reading() as session:
        session.execute(text("SELECT 1"))
    return jsonify({"status": "ok"})
