"""The cookies of staff: session, mark of a known browser, secret of the forms before signing in, habits."""

import re
from enum import StrEnum

from flask import Response, request

from engine.configuration.attempts import Attempt
from engine.domain.sign_in import DEVICE_LIFE
from web.hall import hall
from web.security import FORWARDED, LOCAL_HOSTS


class Cookie(StrEnum):
    SESSION = "hedui"
    DEVICE = "hedui-device"
    FORM = "hedui-form"
    LANGUAGE = "hedui-language"
    SHORTCUTS = "hedui-shortcuts"  # keys on this workstation


A_YEAR = 365 * 24 * 3600
LIVES = {
    Cookie.DEVICE: int(DEVICE_LIFE.total_seconds()),
    Cookie.LANGUAGE: A_YEAR,
    Cookie.SHORTCUTS: A_YEAR,
}
LONGEST_VALUE = 128


def read(cookie: Cookie) -> str | None:
    value = request.cookies.get(_name(cookie))
    return value if value and len(value) <= LONGEST_VALUE else None


def write(response: Response, cookie: Cookie, value: str) -> None:
    """Only for this host, over TLS, for no script; a link from elsewhere brings the session alone."""
    response.set_cookie(
        _name(cookie),
        value,
        max_age=LIVES.get(cookie),
        secure=not is_plain(),
        httponly=True,
        samesite="Lax" if cookie is Cookie.SESSION else "Strict",
        path="/",
    )


def remove(response: Response, cookie: Cookie) -> None:
    response.delete_cookie(_name(cookie), path="/", secure=not is_plain(), httponly=True, samesite="Lax")


def _name(cookie: Cookie) -> str:
    """Browsers take a name with this prefix from the host itself only, and only over TLS."""
    return cookie.value if is_plain() else f"__Host-{cookie.value}"


def is_plain() -> bool:
    """A browser on the server itself, without TLS."""
    has_come_on = request.is_secure or any(name in request.headers for name in FORWARDED)
    return re.sub(r":\d+$", "", request.host) in LOCAL_HOSTS and not has_come_on


def attempt() -> Attempt:
    """Where this request comes from. A proxy of ours has written down who asked it, last."""
    address = (request.remote_addr or "").removeprefix("::ffff:")
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    is_proxied = address in hall().settings.proxies and forwarded
    return Attempt(forwarded if is_proxied else address, read(Cookie.DEVICE))
