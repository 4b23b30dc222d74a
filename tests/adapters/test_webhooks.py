"""Callbacks to units against a real server on loopback: signed, timed, without redirects."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from flask import Flask, Response, request
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from adapters.units.webhooks import WebhookClient
from engine.ports import Callback, PermanentFailure, TemporaryFailure
from web.sandbox.server import serving

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Receiver:
    url: str = ""
    status: int = 200
    location: str | None = None
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()
    app = Flask("receiver")

    @app.post("/callbacks")
    def take() -> Response:
        kept.received.append((dict(request.headers), request.get_data()))
        headers = {"Location": kept.location} if kept.location else {}
        return Response(status=kept.status, headers=headers)

    with serving(app) as url:
        kept.url = f"{url}/callbacks"
        yield kept


def a_callback(url: str) -> Callback:
    return Callback("12:abc", url, SECRET, '{"type":"核对"}'.encode(), datetime.now(UTC))


def test_a_callback_carries_the_three_headers_and_a_right_signature(receiver: Receiver) -> None:
    status = WebhookClient(2).deliver(a_callback(receiver.url))

    headers, body = receiver.received[0]
    lowered = {name.lower(): value for name, value in headers.items()}
    assert status == 200
    assert lowered["webhook-id"] == "12:abc"
    assert Webhook(SECRET).verify(body, lowered) == json.loads(body)


def test_a_changed_body_no_longer_fits_the_signature(receiver: Receiver) -> None:
    WebhookClient(2).deliver(a_callback(receiver.url))

    headers, body = receiver.received[0]
    lowered = {name.lower(): value for name, value in headers.items()}

    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace("核".encode(), "合".encode()), lowered)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_busy_or_broken_receiver_is_worth_another_try(receiver: Receiver, status: int) -> None:
    receiver.status = status

    with pytest.raises(TemporaryFailure, match=f"http_{status}"):
        WebhookClient(2).deliver(a_callback(receiver.url))


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_a_refusal_is_final(receiver: Receiver, status: int) -> None:
    receiver.status = status

    with pytest.raises(PermanentFailure, match=f"http_{status}"):
        WebhookClient(2).deliver(a_callback(receiver.url))


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.location = 302, receiver.url

    with pytest.raises(PermanentFailure, match="http_302"):
        WebhookClient(2).deliver(a_callback(receiver.url))

    assert len(receiver.received) == 1


def test_nobody_there_is_worth_another_try() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    with pytest.raises(TemporaryFailure, match="unreachable"):
        WebhookClient(2).deliver(a_callback(f"http://127.0.0.1:{port}/"))


def test_a_receiver_that_says_nothing_ends_at_the_time_limit() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"

        with pytest.raises(TemporaryFailure, match="timeout"):
            WebhookClient(0.2).deliver(a_callback(url))


def test_a_receiver_that_trickles_ends_at_the_time_limit() -> None:
    def drip(listener: socket.socket, ended: threading.Event) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.02):
                with suppress(OSError):
                    connection.sendall(b"X: y\r\n")

    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip, args=(listener, ended))
        dripping.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        with pytest.raises(TemporaryFailure, match="timeout"):
            WebhookClient(0.3).deliver(a_callback(url))

        ended.set()
        dripping.join()
