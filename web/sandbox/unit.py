"""The sample commissioning unit: takes signed callbacks, keeps reports, sends receipts (回执) when told."""

import base64
import contextlib
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from standardwebhooks import Webhook, WebhookVerificationError

LARGEST_CALLBACK = 32 * 1024 * 1024
RECEIVER = "沈经办"
VOIDING = "report.voided"


@dataclass(frozen=True)
class Received:
    """One line of the log: what came, once for every webhook-id."""

    webhook_id: str
    type: str
    number: str | None  # of the report
    sha256: str | None  # of the PDF
    received_at: str
    voided: Sequence[str] = ()  # numbers of reports that do not count any more


@dataclass(frozen=True)
class Receipt:
    """What confirms that a report is held (MZ/T 072-2016 4.2 d)."""

    number: str
    sha256: str
    received_at: str
    received_by: str = RECEIVER


class ReceiptRefused(Exception):  # noqa: N818 - as the platform's own refusals are named
    """The platform does not take this receipt, as when the report was voided meanwhile."""


SendReceipt = Callable[[Receipt], None]


class UnitInbox:
    """A folder with callbacks.jsonl, receipts.jsonl and the reports under their digest."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._callbacks = folder / "callbacks.jsonl"
        self._receipts = folder / "receipts.jsonl"
        self._lock = threading.Lock()
        self._seen = {received.webhook_id for received in self.received()}

    def received(self) -> list[Received]:
        return [Received(**entry) for entry in _entries(self._callbacks)]

    def take(self, webhook_id: str, message: Mapping[str, object], at: datetime) -> None:
        """A message that came before is not kept again. Raises ValueError when it cannot be understood."""
        with self._lock:
            if webhook_id in self._seen:
                return
            kind, data = str(message.get("type")), _object(message.get("data", {}))
            number, sha256 = self._keep(data)
            voided = _voided(data) if kind == VOIDING else ()
            received = Received(webhook_id, kind, number, sha256, at.isoformat(), voided)
            _append(self._callbacks, asdict(received))
            self._seen.add(webhook_id)

    def report(self, sha256: str) -> bytes:
        return (self._folder / f"{sha256}.pdf").read_bytes()

    def waiting(self) -> list[Receipt]:
        """The receipts of the reports that have none yet and still count."""
        received = self.received()
        settled = {str(entry["number"]) for entry in _entries(self._receipts)}
        settled.update(number for one in received for number in one.voided)
        held = {r.number: r for r in received if r.number and r.sha256 and r.number not in settled}
        return [Receipt(number, r.sha256 or "", r.received_at) for number, r in held.items() if number]

    def send_receipts(self, send: SendReceipt) -> int:
        """How many were taken of those waiting; a refused one waits and keeps no other from being sent.

        Anything else that `send` raises ends it, the rest waits.
        """
        taken = 0
        for receipt in self.waiting():
            with contextlib.suppress(ReceiptRefused):
                send(receipt)
                _append(self._receipts, asdict(receipt))
                taken += 1
        return taken

    def _keep(self, data: Mapping[str, object]) -> tuple[str | None, str | None]:
        """A report has a number; notices come as files too and need no receipt."""
        named, file = data.get("report_no"), data.get("file")
        number = named if isinstance(named, str) else None
        if file is None:
            return number, None
        details = _object(file)
        content = base64.b64decode(str(details.get("content")), validate=True)
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 != details.get("sha256"):
            raise ValueError("not the report the message names")
        (self._folder / f"{sha256}.pdf").write_bytes(content)
        return number, sha256


def _now() -> datetime:
    return datetime.now(UTC)


def create_unit(inbox: UnitInbox, secrets: Sequence[str], now: Callable[[], datetime] = _now) -> Flask:
    """POST /callbacks with a Standard Webhooks signature; two secrets while one is being replaced."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_CALLBACK
    webhooks = [Webhook(secret) for secret in secrets]

    @app.post("/callbacks")
    def callbacks() -> Response:
        body = request.get_data()
        if not any(_is_signed(webhook, body, dict(request.headers)) for webhook in webhooks):
            return Response(status=401)
        try:
            inbox.take(request.headers["webhook-id"], _object(json.loads(body)), now())
        except ValueError:
            return Response(status=400)
        return Response(status=204)

    return app


def _is_signed(webhook: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    """The library lets errors of its own parsing through as ValueError."""
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):
        return False
    return True


def _object(value: object) -> Mapping[str, object]:
    """Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _voided(data: Mapping[str, object]) -> tuple[str, ...]:
    """The report and the further copies that were voided with it. Raises ValueError."""
    copies = data.get("also_voided", [])
    if not isinstance(copies, list):
        raise ValueError("also_voided is not a list")
    return (str(data.get("report_no")), *map(str, copies))


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def _append(path: Path, entry: Mapping[str, object]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
