"""The unit's side of the API: tokens, commissions, states, receipts."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import jwt

from engine.configuration.units import UnitRegistration
from web.sandbox.unit import Receipt, ReceiptRefused

TOKEN_LIFE = timedelta(minutes=5)
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    status: int
    body: Mapping[str, Any]

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(str(problem["message"]) for problem in self.body.get("errors", ()))


class UnitClient:
    def __init__(self, base_url: str, registration: UnitRegistration) -> None:
        self._registration = registration
        self._http = httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def send_commission(self, commission: Mapping[str, object]) -> Answer:
        return self._ask("POST", "/v1/commissions", commission)

    def commission(self, number: str) -> Answer:
        return self._ask("GET", f"/v1/commissions/{number}", None)

    def send_receipt(self, receipt: Receipt) -> None:
        """Raises ReceiptRefused, httpx.HTTPError."""
        body = {
            "sha256": receipt.sha256,
            "received_by": receipt.received_by,
            "received_at": receipt.received_at,
        }
        answer = self._ask("POST", f"/v1/reports/{quote(receipt.number)}/receipt", body)
        if answer.status != 200:
            raise ReceiptRefused(f"{receipt.number}: {answer.status}")

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None) -> Answer:
        headers = {"Authorization": f"Bearer {self._token()}"}
        answer = self._http.request(method, path, json=body, headers=headers)
        return Answer(answer.status_code, answer.json())

    def _token(self) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": self._registration.code,
            "aud": "hedui",
            "iat": now,
            "exp": now + TOKEN_LIFE,
            "jti": secrets.token_hex(8),
        }
        key = self._registration.token_secret
        return jwt.encode(claims, key, algorithm="HS256", headers={"kid": self._registration.key_id})
