"""Tokens of a unit, right by default."""

from datetime import datetime, timedelta

import jwt

from tests.engine.house import UNIT_CODE

SECRET = "t" * 32


def a_token(
    now: datetime,
    *,
    key_id: str | None = "key-1",
    secret: str = SECRET,
    algorithm: str = "HS256",
    life: timedelta = timedelta(minutes=5),
    without: str | None = None,
    **claims: object,
) -> str:
    payload: dict[str, object] = {
        "iss": UNIT_CODE,
        "aud": "hedui",
        "iat": now,
        "exp": now + life,
        "jti": "1",
    }
    payload |= claims
    if without is not None:
        del payload[without]
    headers = {"kid": key_id} if key_id is not None else None
    return jwt.encode(payload, secret if algorithm != "none" else None, algorithm=algorithm, headers=headers)
