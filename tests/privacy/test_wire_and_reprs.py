"""What the libraries of the wire log at DEBUG, and what values show when something prints them."""

import logging
from datetime import date

import pytest
from flask import Flask, Response

from adapters.sources.http import HttpSource
from adapters.units.webhooks import WebhookClient
from engine.configuration.units import UnitRegistration
from engine.ports import (
    Callback,
    RenderedReport,
    SourceReply,
    SourceRequest,
    SourceRow,
    TemporaryFailure,
)
from engine.service_tasks.callbacks import UnitMessage
from engine.store.cases import CommissionPaper
from engine.store.queries import OpenedAnswer
from tests.fakes.outside import START
from tests.privacy.marks import ACCOUNT, CALLBACK_SECRET, ID_NUMBERS, LETTER, TOKEN_SECRET, kinds_in
from web.sandbox.server import serving

ROW = SourceRow(1, "p1", f"{LETTER}甲", "111", ID_NUMBERS[0], "JR01", "SQ-1")
DAY = date(2026, 10, 31)
REQUEST = SourceRequest("B-1", "C-1", "JR", DAY, DAY, DAY, (ROW,))
SAID = f"{LETTER} {ID_NUMBERS[0]} {ACCOUNT}"


def a_failing_outside() -> Flask:
    app = Flask(__name__)

    @app.post("/<path:path>")
    def fail(path: str) -> Response:
        return Response(SAID, status=500)

    return app


@pytest.mark.clause("M 5.1 c")
def test_a_failing_call_logs_no_person_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "httpx", "httpcore", "asyncio"):
        caplog.set_level(logging.DEBUG, name)

    with serving(a_failing_outside()) as url:
        with pytest.raises(TemporaryFailure) as of_source:
            HttpSource(url, TOKEN_SECRET, 5).ask(REQUEST, "key")
        callback = Callback("1", f"{url}/callbacks", CALLBACK_SECRET, SAID.encode(), START)
        with pytest.raises(TemporaryFailure) as of_unit:
            WebhookClient(5).deliver(callback)

    assert caplog.records
    shown = f"{caplog.text} {of_source.value!r} {of_unit.value!r}"
    assert kinds_in(shown) == set()


@pytest.mark.parametrize(
    "value",
    [
        ROW,
        REQUEST,
        SourceReply(SAID.encode(), "text/plain", START),
        RenderedReport(SAID.encode(), 1),
        Callback("1", "http://unit.invalid", CALLBACK_SECRET, SAID.encode(), START),
        UnitMessage("report.issued", "http://unit.invalid", CALLBACK_SECRET, START, {"name": LETTER}),
        UnitRegistration("U1", "甲区", "http://unit.invalid", "k", TOKEN_SECRET, CALLBACK_SECRET),
        CommissionPaper(1, SAID.encode()),
        OpenedAnswer(1, "JR", 1, "text/plain", START, "0" * 64, SAID.encode(), [SAID]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_that_is_printed_shows_no_person_and_no_secret(value: object) -> None:
    assert kinds_in(repr(value)) == set()
    assert kinds_in(ascii(value)) == set()
