"""The commissioning unit as a process of its own: refuses some callbacks, swallows some of its replies."""

import contextlib
import io
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import click
import httpx
from werkzeug.wrappers import Response

from engine.configuration.units import UnitRegistration
from tests.chaos.journal import Journal
from tests.chaos.signals import until_told_to_stop
from web.demo.unit_client import UnitClient
from web.sandbox.server import serving
from web.sandbox.unit import UnitInbox, create_unit

REFUSED, SWALLOWED = 0.05, 0.05
RECEIPTS_EVERY_SECONDS = 0.5


class Unreliable:
    """Around the unit's application; every attempt on the wire is on record."""

    def __init__(self, app: WSGIApplication, journal: Journal, seed: str) -> None:
        self._app = app
        self._journal = journal
        self._seed = seed
        self._calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        message_id = environ.get("HTTP_WEBHOOK_ID", "")
        lot = self._lot(message_id)
        if lot < REFUSED:
            self._record(message_id, body, "refused", 503)
            return Response(status=503)(environ, start_response)
        answer = Response.from_app(self._app, {**environ, "wsgi.input": io.BytesIO(body)})
        is_swallowed = lot < REFUSED + SWALLOWED
        self._record(message_id, body, "swallowed" if is_swallowed else "answered", answer.status_code)
        if is_swallowed:
            raise ConnectionResetError
        return answer(environ, start_response)

    def _lot(self, message_id: str) -> float:
        with self._lock:
            self._calls[message_id] += 1
            return random.Random(f"{self._seed}:{message_id}:{self._calls[message_id]}").random()

    def _record(self, message_id: str, body: bytes, what: str, status: int) -> None:
        message: dict[str, Any] = json.loads(body)
        file = message["data"].get("file") or {}
        self._journal.append(
            {
                "id": message_id,
                "type": message["type"],
                "number": message["data"].get("report_no"),
                "sha256": file.get("sha256"),
                "what": what,
                "status": status,
            }
        )


def send_receipts(inbox: UnitInbox, client: UnitClient) -> None:
    """For ever. What the platform does not answer is sent again."""
    while True:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            inbox.send_receipts(client.send_receipt)
        time.sleep(RECEIPTS_EVERY_SECONDS)


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--registration", type=click.Path(path_type=Path), required=True)
@click.option("--platform", required=True)
@click.option("--seed", required=True)
def main(port: int, folder: Path, registration: Path, platform: str, seed: str) -> None:
    unit = UnitRegistration(**json.loads(registration.read_text(encoding="utf-8")))
    inbox = UnitInbox(folder)
    app = create_unit(inbox, [unit.callback_secret])
    app.wsgi_app = Unreliable(app.wsgi_app, Journal(folder / "wire.jsonl"), seed)  # type: ignore[method-assign]
    client = UnitClient(platform, unit)
    threading.Thread(target=send_receipts, args=(inbox, client), daemon=True).start()
    with serving(app, port=port):
        until_told_to_stop()
