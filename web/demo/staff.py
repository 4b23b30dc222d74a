"""The invented staff of the demo, and a page to come in as one of them by the real sign-in, in one click.

Only `hedui demo --serve` has this page, and only for a browser on the same machine.
"""

import secrets
from datetime import datetime

import pyotp
from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.configuration.accounts import add_account, list_accounts, reset_account
from engine.configuration.grants import GrantWish, decide_grant, open_proposals, propose_grant
from engine.configuration.signing_in import (
    Entrance,
    Visitor,
    factor_to_set_up,
    show_second_factor,
    start_account,
    visitor_of,
)
from engine.domain.authority import Person, Power
from engine.domain.errors import NotFound
from engine.domain.posts import (
    ACCEPTANCE,
    ADMINISTRATOR,
    CERTIFICATION,
    CONFIDENTIAL,
    EXCHANGE,
    FRONT_DESK,
    REPORT,
    SUPERVISOR,
)
from web.accounts.cookies import attempt
from web.accounts.pages import enter, go
from web.hall import Hall, hall
from web.security import Guard, guarded

STAFF = {
    "F001": FRONT_DESK,
    "A001": ACCEPTANCE,
    "A002": ACCEPTANCE,
    "E001": EXCHANGE,
    "C001": CERTIFICATION,
    "R001": REPORT,
    "K001": CONFIDENTIAL,
    "D001": SUPERVISOR,
    "D002": SUPERVISOR,
    "T001": ADMINISTRATOR,
}
FIRST = Person("D001", (Power(SUPERVISOR, frozenset({SUPERVISOR})),))

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.get("")
@guarded(Guard.LOCAL)
def show_staff() -> ResponseReturnValue:
    return render_template("demo.html", staff=STAFF)


@blueprint.post("/<name>")
@guarded(Guard.LOCAL)
def come_in(name: str) -> Response:
    """The account begins anew each time, so that the second factor needs no telephone."""
    if name not in STAFF:
        raise NotFound(account=name)
    return enter(go("inbox.show" if STAFF[name] != ADMINISTRATOR else "account.show_account"), _sign_in(name))


def _sign_in(name: str) -> Entrance:
    platform, transaction = hall().platform, hall().database.transaction
    with transaction() as session:
        code = reset_account(session, name, "demo", platform.clock.now())
    half = start_account(transaction, platform, name, code, secrets.token_urlsafe(16), attempt())
    with transaction() as session:
        visitor = _visitor(session, half, platform.clock.now())
        secret, _ = factor_to_set_up(session, platform.vault, visitor)
    shown = pyotp.TOTP(secret).at(platform.clock.now())
    return show_second_factor(transaction, platform, visitor, shown, attempt())


def _visitor(session: Session, entrance: Entrance, now: datetime) -> Visitor:
    visitor = visitor_of(session, entrance.token, now)
    if visitor is None:
        raise NotFound
    return visitor


def employ_staff(room: Hall) -> None:
    """Once in each database: the first supervisor may begin, the others are proposed and approved."""
    with room.database.transaction() as session:
        now = room.platform.clock.now()
        known = {account.name for account in list_accounts(session, now)}
        for name in sorted(STAFF.keys() - known, key=lambda name: (name != FIRST.name, name)):
            add_account(session, name, "demo", now)
            propose_grant(session, GrantWish(name, STAFF[name], now), "demo", now, may_begin=True)
        for grant in open_proposals(session):
            if grant.proposed_by == "demo":
                decide_grant(session, grant.id, FIRST, True, now)
