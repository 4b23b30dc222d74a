"""Policies: who of the staff may enter a route. The application does not start while a route has none."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from engine.configuration.signing_in import Visitor, needs_note, note_use, visitor_of
from engine.domain.authority import NotAuthorised, Person, Right
from web.accounts import cookies
from web.accounts.cookies import Cookie
from web.errors import Forbidden, NotAuthenticated
from web.hall import hall
from web.security import Guard

F = TypeVar("F", bound=Callable[..., Any])
SAFE = ("GET", "HEAD", "OPTIONS")
FORM_FIELD = "_form"
OWN_PAGES = ("same-origin", "none")  # of Sec-Fetch-Site: our own pages, or typed by the user


class SignInFirst(NotAuthenticated):
    """请先登录"""


class FormNotOurs(Forbidden):
    """页面已过期，请返回并刷新后再提交"""


class RouteWithoutPolicy(Exception):  # noqa: N818 - says what was found
    """A route nobody has said who may enter."""


class Stage(StrEnum):
    """How far a visitor must have come."""

    ANYBODY = "anybody"
    HALF = "half"  # password shown, second factor not yet
    WHOLE = "whole"


@dataclass(frozen=True)
class Policy:
    """The stage, and the right at least one of the visitor's posts must have."""

    stage: Stage
    right: Right | None = None

    def check(self, visitor: Visitor | None) -> None:
        """Raises SignInFirst, NotAuthorised."""
        if self.stage is Stage.ANYBODY:
            return
        if visitor is None or (self.stage is Stage.WHOLE and visitor.is_half):
            raise SignInFirst
        if self.stage is Stage.HALF and not visitor.is_half:
            raise NotAuthorised
        if self.right is not None:
            visitor.person.need(self.right)


ANYBODY = Policy(Stage.ANYBODY)
HALF_SIGNED_IN = Policy(Stage.HALF)
SIGNED_IN = Policy(Stage.WHOLE)


def with_right(right: Right) -> Policy:
    return Policy(Stage.WHOLE, right)


def admits(policy: Policy) -> Callable[[F], F]:
    """Beside the route: `@admits(with_right(Right.READ_AUDIT))`."""

    def mark(view: F) -> F:
        view.guard = Guard.STAFF  # type: ignore[attr-defined]  # read by web.security
        view.policy = policy  # type: ignore[attr-defined]  # read by _enter
        return view

    return mark


def unattended(view: F) -> F:
    """A page asks this by itself: it does not show that somebody is still sitting there."""
    view.unattended = True  # type: ignore[attr-defined]  # read by _enter
    return view


def require_policies(app: Flask) -> None:
    """Once all rooms are there. Raises RouteWithoutPolicy."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and not _is_declared(app.view_functions[rule.endpoint]):
            raise RouteWithoutPolicy(rule.endpoint)


def _is_declared(view: object) -> bool:
    guard = getattr(view, "guard", None)
    is_staff = guard is Guard.STAFF
    return isinstance(guard, Guard) and is_staff == isinstance(getattr(view, "policy", None), Policy)


def init_app(app: Flask) -> None:
    """After web.security, whose guards come first."""
    app.before_request(_enter)
    app.after_request(_hand_out_form_secret)
    app.add_template_global(form_token)


def visitor() -> Visitor:
    """Whoever is here; only in routes that admit nobody else."""
    found: Visitor | None = g.get("visitor")
    if found is None:
        raise SignInFirst
    return found


def person() -> Person:
    return visitor().person


def _enter() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    policy = getattr(view, "policy", None)
    if policy is None:
        return None
    g.visitor = _visitor_of_cookie(is_somebody_there=not hasattr(view, "unattended"))
    try:
        policy.check(g.visitor)
    except SignInFirst:
        if request.method not in SAFE or "HX-Request" in request.headers:  # no sign-in page inside another
            raise
        return _to_sign_in()
    if request.method not in SAFE:
        _check_form()
    return None


def _visitor_of_cookie(is_somebody_there: bool) -> Visitor | None:
    token = cookies.read(Cookie.SESSION)
    if token is None:
        return None
    now = hall().platform.clock.now()
    with hall().database.reading() as session:
        found = visitor_of(session, token, now)
        is_due = is_somebody_there and found is not None and needs_note(session, found, now)
    if found is not None and is_due:
        with hall().database.transaction() as session:
            note_use(session, found, now)
    return found


def _to_sign_in() -> AnyResponse:
    half: Visitor | None = g.visitor
    page = "accounts.show_sign_in" if half is None else "accounts.show_factor"
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for(page, next=wanted), 303)


def _check_form() -> None:
    """The page was made for this session, and the browser does not say that another site sends it."""
    told = request.headers.get("Sec-Fetch-Site", OWN_PAGES[0])
    secret = _form_secret()
    sent = request.form.get(FORM_FIELD, "")
    if told not in OWN_PAGES or secret is None or not hmac.compare_digest(sent.encode(), _token_of(secret)):
        raise FormNotOurs


def form_token() -> Markup:
    """The hidden field of every form; bound to the session, before signing in to a cookie of its own."""
    secret = _form_secret()
    if secret is None:
        secret = g.form_secret = secrets.token_urlsafe(32)
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return field.format(FORM_FIELD, _token_of(secret).decode())


def _form_secret() -> str | None:
    """Of the session when there is one; a cookie that is no session's any more proves nothing."""
    if g.get("visitor") is not None:
        return cookies.read(Cookie.SESSION)
    return g.get("form_secret") or cookies.read(Cookie.FORM)


def _token_of(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"form", hashlib.sha256).hex().encode()


def _hand_out_form_secret(response: Response) -> Response:
    if "form_secret" in g:
        cookies.write(response, Cookie.FORM, g.form_secret)
    return response
