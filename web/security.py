"""Guards: who may enter a route. A route without a guard is closed."""

import re
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, TypeVar

import jwt
from flask import Flask, Response, current_app, g, request

from engine.configuration.units import find_unit, token_secret_of
from web.errors import Forbidden, NotAuthenticated
from web.hall import hall

F = TypeVar("F", bound=Callable[..., Any])
AUDIENCE = "hedui"
LONGEST_LIFE = timedelta(minutes=10)
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
END_OF_TIME = 10**11  # of what a clock may say, in seconds
LEEWAY = timedelta(seconds=30)
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


class Guard(StrEnum):
    PUBLIC = "public"
    UNIT = "unit"
    LOCAL = "local"  # an agent or a browser on the server itself
    STAFF = "staff"  # web.policies says who of them


def guarded(guard: Guard) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.guard = guard  # type: ignore[attr-defined]  # read by _enter and by the architecture test
        return view

    return mark


def init_app(app: Flask) -> None:
    app.before_request(_enter)
    app.after_request(_harden)


def _enter() -> None:
    if request.endpoint is None:  # no such route: 404 follows
        return
    view = current_app.view_functions[request.endpoint]
    guard = getattr(view, "guard", None)
    if guard is Guard.UNIT:
        g.unit = _unit_of_token()
    is_closed = guard is None and request.endpoint != "static"
    if is_closed or (guard is Guard.LOCAL and not _is_local()):
        raise Forbidden


def _unit_of_token() -> object:
    """The unit whose key signed the token; HS256 only, the key is looked up in our table and nowhere else."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise NotAuthenticated
    try:
        key_id = jwt.get_unverified_header(token).get("kid")
        with hall().database.reading() as session:
            unit = (
                find_unit(session, key_id) if isinstance(key_id, str) and KEY_ID.fullmatch(key_id) else None
            )
        if unit is None:
            raise NotAuthenticated
        claims = jwt.decode(
            token,
            token_secret_of(hall().platform.vault, unit),
            algorithms=["HS256"],
            audience=AUDIENCE,
            issuer=unit.code,
            options={
                "require": ["exp", "iat", "iss", "aud", "jti"],
                "verify_exp": False,  # held against our own clock below
                "verify_iat": False,
            },
        )
    except jwt.InvalidTokenError as error:
        raise NotAuthenticated from error
    if not _is_current(claims, hall().platform.clock.now().timestamp()):
        raise NotAuthenticated
    return unit


def _is_current(claims: dict[str, Any], now: float) -> bool:
    """Issued already, not expired, and never meant to live longer than ten minutes."""
    begin, end = claims["iat"], claims["exp"]
    if not all(type(moment) in (int, float) and 0 < moment < END_OF_TIME for moment in (begin, end)):
        return False
    leeway = LEEWAY.total_seconds()
    return bool(begin - leeway <= now < end + leeway and 0 < end - begin <= LONGEST_LIFE.total_seconds())


def _is_local() -> bool:
    """From this machine, under a name of its own, and not handed on by a proxy that runs on it."""
    address = request.remote_addr or ""
    forwarded = any(name in request.headers for name in FORWARDED)
    is_ours = re.sub(r":\d+$", "", request.host) in LOCAL_HOSTS
    return bool(address) and ip_address(address).is_loopback and is_ours and not forwarded


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self';"
        " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
