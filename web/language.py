"""The language of pages: Chinese is what stands in code and templates, English comes from a catalogue."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from flask import Blueprint, Flask, Response
from flask.typing import ResponseReturnValue

from engine.form_definitions import Language
from web.accounts import cookies
from web.accounts.cookies import Cookie
from web.navigation import back
from web.policies import ANYBODY, admits

CATALOGUE = Path(__file__).parent / "translations" / "en.po"

blueprint = Blueprint("language", __name__)


def init_app(app: Flask) -> None:
    app.add_template_global(say, "_")
    app.add_template_global(current_language)
    app.after_request(_tell)


@blueprint.post("/language/<any('zh-CN', 'en'):code>")
@admits(ANYBODY)
def choose(code: str) -> ResponseReturnValue:
    response = back()
    cookies.write(response, Cookie.LANGUAGE, code)
    return response


def current_language() -> Language:
    return Language.ENGLISH if cookies.read(Cookie.LANGUAGE) == Language.ENGLISH else Language.CHINESE


def say(text: str, **facts: object) -> str:
    """In the language of this request; a text the catalogue does not know stays Chinese."""
    known = english().get(text, text) if current_language() is Language.ENGLISH else text
    return known.format(**facts) if facts else known


@cache
def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        found = read_po(file, abort_invalid=True)
    return {str(message.id): str(message.string) for message in found if message.id and message.string}


def _tell(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = current_language().value
        response.vary.add("Cookie")
    return response
