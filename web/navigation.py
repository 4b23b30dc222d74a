"""What every page shows around itself: the rooms this visitor may enter, notices, the way back."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from flask.sessions import SecureCookieSessionInterface
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from engine.domain.authority import Person, Right
from engine.handling.form_work.registrations import REGISTRATIONS
from web.accounts import cookies
from web.accounts.cookies import Cookie
from web.hall import hall


@dataclass(frozen=True)
class Link:
    """`key` is the shortcut after g."""

    label: str
    path: str
    is_here: bool
    key: str


Door = Callable[[Person], str | None]


@dataclass(frozen=True)
class Room:
    """`door`: the endpoint by which this person enters; None when they may not."""

    label: str
    blueprint: str
    key: str
    door: Door


def _by_right(endpoint: str, right: Right) -> Door:
    return lambda person: endpoint if person.has(right) else None


def _first_registration(person: Person) -> str | None:
    kind = next((kind for kind, known in REGISTRATIONS.items() if known.post in person.lanes), None)
    return None if kind is None else f"registrations.show_{kind}"


ROOMS = (
    Room("待办", "inbox", "i", _by_right("inbox.show", Right.READ_CASES)),
    Room("案件", "cases", "c", _by_right("cases.search", Right.READ_CASES)),
    Room("登记", "registrations", "r", _first_registration),
    Room("文书", "papers", "", lambda person: "papers.show"),
    Room("异常件", "incidents", "x", _by_right("incidents.show", Right.DECIDE_INCIDENTS)),
    Room("岗位变动", "grants", "", _by_right("grants.show_grants", Right.PROPOSE_GRANTS)),
)


class Notices(SecureCookieSessionInterface):
    """Flask's session holds nothing but notices for the next page; who is here is known by web.policies."""

    def get_cookie_name(self, app: Flask) -> str:
        return "hedui-notice"

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"

    def get_cookie_secure(self, app: Flask) -> bool:
        return not cookies.is_plain()


def init_app(app: Flask) -> None:
    """Notices are signed by a key of the house, so that any of its servers can read them."""
    app.session_interface = Notices()
    app.secret_key = _key(app)
    for shown in (navigation, me, return_here, has_shortcuts, may_decide, may_register):
        app.add_template_global(shown)


def _key(app: Flask) -> bytes:
    with app.app_context():
        return hall().platform.vault.index("notices", "key of the cookie")


def me() -> Person | None:
    """Whoever has come in wholly."""
    visitor = g.get("visitor")
    return None if visitor is None or visitor.is_half else visitor.person


def may_register(kind: str) -> bool:
    person = me()
    return person is not None and REGISTRATIONS[kind].post in person.lanes


def may_decide() -> bool:
    """About proposed posts."""
    person = me()
    return person is not None and person.has(Right.APPROVE_GRANTS)


def navigation() -> list[Link]:
    person = me()
    if person is None:
        return []
    doors = [(room, endpoint) for room in ROOMS if (endpoint := room.door(person)) is not None]
    return [
        Link(room.label, url_for(endpoint), request.blueprint == room.blueprint, room.key)
        for room, endpoint in doors
    ]


def return_here() -> Markup:
    """The hidden field by which a form comes back to the page it stands on."""
    return Markup('<input type="hidden" name="next" value="{}">').format(_here())


def _here() -> str:
    """Some pages answer a form at an address that has no page of its own: then back to the first one."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter is not None:
            adapter.match(request.path, method="GET")
    except HTTPException:
        return url_for("inbox.show")
    return request.path


def has_shortcuts() -> bool:
    return cookies.read(Cookie.SHORTCUTS) == "on"


def back() -> Response:
    """To the page whose form was sent, or to the inbox."""
    return make_response(redirect(own_path(request.form.get("next", "")) or url_for("inbox.show"), 303))


def own_path(path: str) -> str | None:
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours and "\\" not in path else None
