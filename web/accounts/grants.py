"""/accounts/grants: propose posts and stand-ins; a supervisor approves or refuses them."""

from datetime import date, datetime, timedelta

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from engine.configuration.grants import GrantWish, decide_grant, open_proposals, propose_grant
from engine.domain.authority import Right
from engine.domain.errors import RuleViolation
from engine.domain.posts import ALL_POSTS
from engine.domain.report_number import SHANGHAI
from web.accounts.pages import Problem, go, typed
from web.errors import status_of
from web.hall import hall
from web.language import say
from web.policies import admits, person, with_right

FIELDS = ("account", "post", "stands_for", "since", "until")

blueprint = Blueprint("grants", __name__, url_prefix="/accounts/grants")


class DayUnreadable(RuleViolation):
    """日期应当如 2026-11-21"""


@blueprint.get("")
@admits(with_right(Right.PROPOSE_GRANTS))
def show_grants() -> ResponseReturnValue:
    return _page(()), 200


@blueprint.post("")
@admits(with_right(Right.PROPOSE_GRANTS))
def propose() -> ResponseReturnValue:
    try:
        wish = _wish()
    except DayUnreadable as refusal:
        return _page((Problem("since", refusal.message()),)), 400
    now = hall().platform.clock.now()
    try:
        with hall().database.transaction() as session:
            propose_grant(session, wish, person().name, now)
    except RuleViolation as refusal:
        return _page((Problem("account", refusal.message()),)), status_of(type(refusal))
    flash(say("已提出，等待督查主任岗批准"))
    return go(".show_grants")


@blueprint.post("/<int:grant_id>/approve")
@admits(with_right(Right.APPROVE_GRANTS))
def approve(grant_id: int) -> ResponseReturnValue:
    return _decided(grant_id, True)


@blueprint.post("/<int:grant_id>/refuse")
@admits(with_right(Right.APPROVE_GRANTS))
def refuse(grant_id: int) -> ResponseReturnValue:
    return _decided(grant_id, False)


def _decided(grant_id: int, approve: bool) -> ResponseReturnValue:
    with hall().database.transaction() as session:
        decide_grant(session, grant_id, person(), approve, hall().platform.clock.now())
    return go(".show_grants")


def _page(problems: tuple[Problem, ...]) -> str:
    with hall().database.reading() as session:
        grants = open_proposals(session)
    typed_values = {name: typed(name)[:40] for name in FIELDS}
    return render_template(
        "accounts/grants.html", grants=grants, problems=problems, typed=typed_values, posts=ALL_POSTS
    )


def _wish() -> GrantWish:
    """From the first day on, to the end of the last. Raises DayUnreadable."""
    until = typed("until")
    return GrantWish(
        account=typed("account"),
        post=typed("post"),
        since=_midnight(typed("since")),
        until=_midnight(until) + timedelta(days=1) if until else None,
        stands_for=typed("stands_for") or None,
    )


def _midnight(text: str) -> datetime:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise DayUnreadable from error
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
