"""The sample commissioning unit: takes signed callbacks, keeps reports, sends receipts (回执) when told."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
from flask import Flask, Response, request
from standardwebhooks import Webhook, WebhookVerificationError

LARGEST_CALLBACK = 32 * 1024 * 1024
RECEIPT_TIMEOUT_SECONDS = 10
RECEIVER = "沈经办"


@dataclass(frozen=True)
class Received:
    """One line of the log: what came, once for every webhook-id."""

    webhook_id: str
    type: str
    number: str | None  # of the report
    sha256: str | None  # of the PDF
    received_at: str


@dataclass(frozen=True)
class Receipt:
    """What confirms that a report is held (MZ/T 072-2016 4.2 d)."""

    number: str
    sha256: str
    received_at: str
    received_by: str = RECEIVER


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
            number, sha256 = self._keep(message)
            received = Received(webhook_id, str(message.get("type")), number, sha256, at.isoformat())
            _append(self._callbacks, asdict(received))
            self._seen.add(webhook_id)

    def report(self, sha256: str) -> bytes:
        return (self._folder / f"{sha256}.pdf").read_bytes()

    def waiting(self) -> list[Receipt]:
        """The receipts of the reports that have none yet."""
        sent = {entry["number"] for entry in _entries(self._receipts)}
        held = {r.number: r for r in self.received() if r.number and r.sha256 and r.number not in sent}
        return [Receipt(number, r.sha256 or "", r.received_at) for number, r in held.items() if number]

    def send_receipts(self, send: SendReceipt) -> int:
        """Sends one for each report that has none; what `send` raises ends it, the rest waits."""
        waiting = self.waiting()
        for receipt in waiting:
            send(receipt)
            _append(self._receipts, asdict(receipt))
        return len(waiting)

    def _keep(self, message: Mapping[str, object]) -> tuple[str | None, str | None]:
        """A report has a number; notices come as files too and need no receipt."""
        data = _object(message.get("data", {}))
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


def receipt_by_post(base_url: str, token: str) -> SendReceipt:
    """Sends a receipt to the platform; raises httpx.HTTPError."""

    def send(receipt: Receipt) -> None:
        url = f"{base_url.rstrip('/')}/v1/reports/{quote(receipt.number)}/receipt"
        body = asdict(receipt)
        del body["number"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.post(url, json=body, headers=headers, timeout=RECEIPT_TIMEOUT_SECONDS, trust_env=False)
        answer.raise_for_status()

    return send


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


def _entries(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def _append(path: Path, entry: Mapping[str, object]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
