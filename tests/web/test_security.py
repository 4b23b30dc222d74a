"""Who may enter: tokens of units, the local list, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest

from tests.door import Door
from tests.fakes.outside import START
from tests.web.tokens import a_token

NOW = START
PATH = "/v1/commissions/WT-1"


def answer_to(door: Door, authorization: str | None) -> int:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return door.client.get(PATH, headers=headers).status_code


def test_a_right_token_enters(door: Door) -> None:
    assert answer_to(door, f"Bearer {a_token(NOW)}") == 404  # past the guard: there is no such commission


BAD: dict[str, dict[str, Any]] = {
    "other_secret": {"secret": "x" * 32},
    "key_with_nul": {"key_id": "key\0"},
    "key_with_half_a_letter": {"key_id": "\ud800"},
    "beyond_all_numbers": {"exp": 10**400},
    "other_key": {"key_id": "key-2"},
    "no_key": {"key_id": None},
    "no_signature": {"algorithm": "none"},
    "other_algorithm": {"algorithm": "HS512", "secret": "t" * 64},
    "other_audience": {"aud": "elsewhere"},
    "other_issuer": {"iss": "320402999"},
    "expired": {"iat": NOW - timedelta(hours=1), "exp": NOW - timedelta(minutes=1)},
    "not_yet": {"iat": NOW + timedelta(hours=1), "exp": NOW + timedelta(hours=1, minutes=5)},
    "endless": {"exp": 10**30},
    "not_a_number": {"exp": "soon"},
    "too_long": {"life": timedelta(minutes=11)},
    **{f"without_{claim}": {"without": claim} for claim in ("exp", "iat", "iss", "aud", "jti")},
}


@pytest.mark.parametrize("fault", BAD.values(), ids=BAD.keys())
def test_a_token_with_a_fault_is_refused(door: Door, fault: dict[str, Any]) -> None:
    assert answer_to(door, f"Bearer {a_token(NOW, **fault)}") == 401


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x.y.z", "Basic dTpw", "Bearer " + "a" * 9000])
def test_without_a_proper_token_the_answer_is_401(door: Door, header: str | None) -> None:
    assert answer_to(door, header) == 401


def test_what_is_for_the_server_itself_opens_there(door: Door) -> None:
    answer = door.client.get("/metrics")

    assert answer.status_code == 200
    assert "hedui_" in answer.text


@pytest.mark.parametrize(
    "request_from",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "192.0.2.7"}},
        {"headers": {"Forwarded": "for=192.0.2.7"}},
        {"headers": {"Via": "1.1 proxy"}},
        {"headers": {"Host": "evil.example"}},
    ],
    ids=["elsewhere", "proxied", "forwarded", "via", "other_host"],
)
def test_what_is_for_the_server_itself_is_closed_to_everybody_else(
    door: Door, request_from: dict[str, Any]
) -> None:
    answer = door.client.get("/metrics", **request_from)

    assert answer.status_code == 403
    assert "无权访问" in answer.text


def test_every_answer_carries_the_hardening_headers(door: Door) -> None:
    headers = door.client.get("/").headers

    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_an_unexpected_error_tells_nothing_of_its_text(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    def explode() -> str:
        raise ValueError("赵甲 320402198506150010")

    explode.guard = "public"  # type: ignore[attr-defined]
    door.app.add_url_rule("/explode", view_func=explode)

    answer = door.client.get("/explode")

    assert answer.status_code == 500
    assert "赵甲" not in answer.text + caplog.text
    assert "error=ValueError" in caplog.text


def test_a_route_nobody_guards_is_closed(door: Door) -> None:
    door.app.add_url_rule("/forgotten", view_func=lambda: "open")

    assert door.client.get("/forgotten").status_code == 403


def test_health_asks_the_database(door: Door) -> None:
    assert door.client.get("/health").json == {"status": "ok"}
