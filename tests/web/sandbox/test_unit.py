"""The sample commissioning unit: it takes what is signed, once, keeps the report and sends the receipt."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from standardwebhooks import Webhook

from engine.configuration.units import UnitRegistration
from web.demo.unit_client import UnitClient
from web.sandbox.server import serving
from web.sandbox.unit import Receipt, ReceiptRefused, UnitInbox, create_unit

SECRET = "whsec_" + base64.b64encode(b"0" * 32).decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"1" * 32).decode()
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
NUMBER = "第32040020261100001aaf1号"
PDF = b"%PDF-1.7 invented"
SHA256 = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def inbox(tmp_path: Path) -> UnitInbox:
    return UnitInbox(tmp_path / "unit")


@pytest.fixture
def client(inbox: UnitInbox) -> FlaskClient:
    return create_unit(inbox, [SECRET, OTHER_SECRET], now=lambda: NOW).test_client()


@pytest.fixture
def unit_of() -> Iterator[Callable[[str], UnitClient]]:
    """The client of an invented unit at the platform of an address."""
    with ExitStack() as clients:

        def at(url: str) -> UnitClient:
            client = UnitClient(
                url, UnitRegistration.with_new_secrets("t-unit", "试用街道", f"{url}/callbacks")
            )
            clients.callback(client.close)
            return client

        yield at


def a_message(
    sha256: str = SHA256, content: bytes = PDF, kind: str = "report.issued", number: str = NUMBER
) -> dict[str, object]:
    file = {"name": f"{number}.pdf", "sha256": sha256, "content": base64.b64encode(content).decode()}
    return {"type": kind, "timestamp": NOW.isoformat(), "data": {"report_no": number, "file": file}}


def post(client: FlaskClient, message: object, webhook_id: str = "msg_1", secret: str = SECRET) -> int:
    """Signed now, as the library compares with the clock of the machine."""
    body = message if isinstance(message, str) else json.dumps(message)
    signed_at = datetime.now(UTC)
    headers = {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(signed_at.timestamp())),
        "webhook-signature": Webhook(secret).sign(webhook_id, signed_at, body),
    }
    return client.post("/callbacks", data=body.encode(), headers=headers).status_code


def test_a_report_is_kept_and_logged(client: FlaskClient, inbox: UnitInbox) -> None:
    status = post(client, a_message())

    (received,) = inbox.received()
    assert status == 204
    assert (received.webhook_id, received.type) == ("msg_1", "report.issued")
    assert (received.number, received.sha256) == (NUMBER, SHA256)
    assert inbox.report(SHA256) == PDF


def test_a_message_that_comes_twice_is_kept_once(client: FlaskClient, inbox: UnitInbox) -> None:
    statuses = [post(client, a_message()), post(client, a_message()), post(client, a_message(), "msg_2")]

    assert statuses == [204, 204, 204]
    assert [received.webhook_id for received in inbox.received()] == ["msg_1", "msg_2"]


def test_a_unit_that_starts_again_knows_what_came_before(client: FlaskClient, tmp_path: Path) -> None:
    post(client, a_message())
    again = UnitInbox(tmp_path / "unit")

    post(create_unit(again, [SECRET]).test_client(), a_message())

    assert len(again.received()) == 1


def test_either_of_two_secrets_will_do(client: FlaskClient) -> None:
    assert post(client, a_message(), secret=OTHER_SECRET) == 204


def test_a_message_without_a_report_is_logged(client: FlaskClient, inbox: UnitInbox) -> None:
    status = post(client, {"type": "case.suspended", "data": {"case_no": "C1"}})

    assert status == 204
    assert [(received.number, received.sha256) for received in inbox.received()] == [(None, None)]
    assert inbox.waiting() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "msg_1", "webhook-timestamp": "0", "webhook-signature": "v1,AAAA"},
        {"webhook-id": "msg_1", "webhook-timestamp": "x", "webhook-signature": "v1,AAAA"},
        {"webhook-id": "msg_1", "webhook-timestamp": "now", "webhook-signature": "nonsense"},
    ],
)
def test_what_is_not_signed_is_refused(
    client: FlaskClient, inbox: UnitInbox, headers: dict[str, str]
) -> None:
    stamp = str(int(datetime.now(UTC).timestamp()))
    sent = {name: stamp if value == "now" else value for name, value in headers.items()}

    response = client.post("/callbacks", json=a_message(), headers=sent)

    assert response.status_code == 401
    assert inbox.received() == []


def test_a_wrong_secret_is_refused(client: FlaskClient) -> None:
    assert post(client, a_message(), secret="whsec_" + base64.b64encode(b"2" * 32).decode()) == 401


@pytest.mark.parametrize(
    "message",
    ["[]", "{", json.dumps(a_message("0" * 64)), json.dumps({"data": {"file": {"content": "?"}}})],
)
def test_what_cannot_be_understood_is_not_taken(client: FlaskClient, inbox: UnitInbox, message: str) -> None:
    assert post(client, message) == 400
    assert inbox.received() == []


def test_each_report_gets_one_receipt(client: FlaskClient, inbox: UnitInbox) -> None:
    sent: list[Receipt] = []
    post(client, a_message())
    post(client, a_message(), "msg_2")

    counts = [inbox.send_receipts(sent.append), inbox.send_receipts(sent.append)]

    assert counts == [1, 0]
    assert [(receipt.number, receipt.sha256) for receipt in sent] == [(NUMBER, SHA256)]


def test_a_receipt_that_could_not_be_sent_waits(client: FlaskClient, inbox: UnitInbox) -> None:
    post(client, a_message())

    def fail(receipt: Receipt) -> None:
        raise httpx.ConnectError("nobody there")

    with pytest.raises(httpx.ConnectError):
        inbox.send_receipts(fail)

    assert [receipt.number for receipt in inbox.waiting()] == [NUMBER]


def test_a_refused_receipt_waits_and_keeps_no_other(client: FlaskClient, inbox: UnitInbox) -> None:
    other = "第32040020261100002aaf1号"
    post(client, a_message())
    post(client, a_message(number=other), "msg_2")
    taken: list[str] = []

    def refuse_the_first(receipt: Receipt) -> None:
        if receipt.number == NUMBER:
            raise ReceiptRefused(receipt.number)
        taken.append(receipt.number)

    counts = [inbox.send_receipts(refuse_the_first), inbox.send_receipts(refuse_the_first)]

    assert (counts, taken) == ([1, 0], [other])
    assert [receipt.number for receipt in inbox.waiting()] == [NUMBER]


@pytest.mark.clause("M 6.4 b")
def test_a_voided_report_and_its_copies_need_no_receipt(client: FlaskClient, inbox: UnitInbox) -> None:
    copy, other = "第32040020261100001aaf2号", "第32040020261100002aaf1号"
    for number in (NUMBER, copy, other):
        post(client, a_message(number=number), f"msg_{number}")

    post(client, {"type": "report.voided", "data": {"report_no": NUMBER, "also_voided": [copy]}}, "msg_void")

    assert [receipt.number for receipt in inbox.waiting()] == [other]


@pytest.mark.clause("M 4.2 d")
def test_a_receipt_is_posted_to_the_platform(unit_of: Callable[[str], UnitClient]) -> None:
    app = Flask(__name__)
    heard: list[object] = []

    @app.post("/v1/reports/<number>/receipt")
    def receipt(number: str) -> tuple[dict[str, object], int]:
        heard.append((number, request.headers["Authorization"].split()[0], request.get_json()))
        return {}, 200

    with serving(app) as url:
        unit_of(url).send_receipt(Receipt(NUMBER, SHA256, NOW.isoformat()))

    body = {"sha256": SHA256, "received_at": NOW.isoformat(), "received_by": "沈经办"}
    assert heard == [(NUMBER, "Bearer", body)]


def test_a_refused_receipt_is_an_error(unit_of: Callable[[str], UnitClient]) -> None:
    app = Flask(__name__)

    @app.post("/v1/reports/<number>/receipt")
    def refuse(number: str) -> tuple[dict[str, object], int]:
        return {"errors": []}, 409

    with serving(app) as url, pytest.raises(ReceiptRefused, match=NUMBER):
        unit_of(url).send_receipt(Receipt(NUMBER, SHA256, NOW.isoformat()))
