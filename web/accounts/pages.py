"""What the pages of accounts share: a form that was refused, an entrance, the way on afterwards."""

import io
from dataclasses import dataclass

import segno
from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from engine.configuration.accounts import NAME
from engine.configuration.signing_in import Entrance
from engine.domain.errors import RuleViolation
from engine.domain.sign_in import TooManyAttempts
from web.accounts import cookies
from web.accounts.cookies import Cookie
from web.errors import status_of
from web.language import say
from web.navigation import own_path


@dataclass(frozen=True)
class Problem:
    """What is wrong with which field, for the summary above the form and beside the field."""

    field: str
    message: str


def refused(template: str, field: str, refusal: RuleViolation, **values: object) -> Response:
    """The form again; what was typed into secret fields is not."""
    message = refusal.message()
    if isinstance(refusal, TooManyAttempts):
        message = f"{say(message)}{say('（{seconds} 秒后）', seconds=refusal.facts['seconds'])}"
    page = render_template(template, problems=(Problem(field, message),), **values)
    return make_response(page, status_of(type(refusal)))


def typed(name: str) -> str:
    """A field as it was typed, signs at its ends that nobody sees taken away."""
    return request.form.get(name, "").strip()


def typed_name() -> str:
    """A name to be shown again; what cannot be one may be anything, and is not shown."""
    name = typed("name")
    return name if NAME.fullmatch(name) else ""


def enter(response: Response, entrance: Entrance) -> Response:
    """Hand the new session out; the form secret of before is of no use any more."""
    cookies.write(response, Cookie.SESSION, entrance.token)
    if entrance.device is not None:
        cookies.write(response, Cookie.DEVICE, entrance.device)
    cookies.remove(response, Cookie.FORM)
    return response


def go(endpoint: str, **values: object) -> Response:
    return make_response(redirect(url_for(endpoint, **values), 303))  # type: ignore[arg-type]  # url_for takes str


def wanted_page() -> str | None:
    """Where the visitor wanted to go: an address of our own, or nowhere."""
    return own_path(request.args.get("next", ""))


def drawn(text: str) -> Markup:
    """A QR code as SVG in the page: black squares, no style, no script, nothing fetched."""
    out = io.BytesIO()
    segno.make(text, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        scale=5,
        border=4,
        light="#ffffff",
        title="动态验证码的二维码",
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - segno draws squares; the title is ours
