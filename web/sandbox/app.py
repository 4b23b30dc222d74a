"""The simulated departments as one HTTP application: /<department>/query, and /control from this machine."""

import hmac
import json
import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from flask import Flask, Response, request
from marshmallow import Schema, ValidationError, fields

from engine.domain.catalogue import Catalogue
from web.sandbox.answering import AskedSchema, Desk
from web.sandbox.behaviour import Behaviour, ConductSchema, Mode
from web.sandbox.world import World

LOOPBACK = ("127.0.0.1", "::1")
LARGEST_REQUEST = 2 * 1024 * 1024
HUGE_PIECES = 64  # of 64 KiB each
DRIP_SECONDS = 0.02
MOST_DRIPS = 3_000
log = logging.getLogger(__name__)


class ControlSchema(Schema):
    department = fields.String(required=True)
    conduct = fields.Nested(ConductSchema, required=True)


def _now() -> datetime:
    return datetime.now(UTC)


def create_sandbox(
    catalogue: Catalogue,
    world: World,
    behaviour: Behaviour | None = None,
    token: str | None = None,
    now: Callable[[], datetime] = _now,
) -> Flask:
    """With a token every department asks for it, as the real ones do."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    conducts = behaviour or Behaviour()
    desks = {code: Desk(catalogue, world, code) for code in catalogue.departments}

    @app.post("/<department>/query")
    def query(department: str) -> Response:
        if token is not None and not _bears(token):
            return _json({"error": "unauthorised"}, 401)
        if department not in desks:
            return _json({"error": "unknown department"}, 404)
        return _serve(desks[department], conducts, now())

    @app.route("/control", methods=["GET", "POST"])
    def control() -> Response:
        return _control(set(desks), conducts)

    @app.errorhandler(ValidationError)
    def invalid(error: ValidationError) -> Response:
        return _json({"error": "invalid request", "places": error.messages}, 400)

    return app


def _bears(token: str) -> bool:
    given = request.headers.get("Authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _control(departments: set[str], behaviour: Behaviour) -> Response:
    if request.remote_addr not in LOOPBACK:
        return _json({"error": "only from this machine"}, 403)
    if request.method == "POST":
        wanted = ControlSchema().load(request.get_json())
        if wanted["department"] not in departments:
            return _json({"error": "unknown department"}, 404)
        behaviour.set(wanted["department"], wanted["conduct"])
        log.info("conduct set department=%s", wanted["department"])
    return _json(behaviour.shown())


def _serve(desk: Desk, behaviour: Behaviour, now: datetime) -> Response:
    asked = AskedSchema().load(request.get_json())
    conduct = behaviour.conduct(desk.department)
    if conduct.latency_seconds:
        time.sleep(conduct.latency_seconds)
    if behaviour.fails(desk.department, asked.batch_no, desk.calls_lost(asked)):
        return _json({"error": "busy"}, 503)
    if conduct.mode is not Mode.ANSWER:
        return MISCONDUCT[conduct.mode]()
    return _json(desk.answer(asked, conduct, now))


def _json(value: object, status: int = 200) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, content_type="application/json")


def _drop() -> Response:
    return Response(map(_reset, [b""]))


def _reset(_: bytes) -> bytes:
    raise ConnectionResetError


def _garbage() -> Response:
    return Response(b"\x00\xff<html>{{{", content_type="application/json")


def _huge() -> Response:
    return Response((b"[" * 65_536 for _ in range(HUGE_PIECES)), content_type="application/json")


def _drip() -> Response:
    def drops() -> Iterator[bytes]:
        for _ in range(MOST_DRIPS):
            yield b" "
            time.sleep(DRIP_SECONDS)

    return Response(drops(), content_type="application/json")


def _redirect() -> Response:
    return Response(status=307, headers={"Location": "/elsewhere/query"})


def _refuse() -> Response:
    return _json({"error": "refused"}, 403)


MISCONDUCT: dict[Mode, Callable[[], Response]] = {
    Mode.DROP: _drop,
    Mode.GARBAGE: _garbage,
    Mode.HUGE: _huge,
    Mode.DRIP: _drip,
    Mode.REDIRECT: _redirect,
    Mode.REFUSE: _refuse,
}
