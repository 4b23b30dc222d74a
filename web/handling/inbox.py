"""/ and /tasks/act: the inbox, its preview and counts, and what is done with tasks without opening them."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.configuration.units import names_of_units
from engine.domain.authority import Person, Right
from engine.domain.errors import RuleViolation
from engine.handling import claiming
from engine.handling.claiming import Act, Outcome, Seen, for_each
from engine.handling.inbox import Narrowing, View, colleagues_for, counts_of, look, look_at
from web.hall import hall
from web.language import say
from web.navigation import back
from web.policies import admits, person, unattended, with_right

Doing = Callable[[Session, Seen, Person, datetime], None]
SEEN = re.compile(r"(\d{1,18}):(\d{1,9})", re.ASCII)
ACTS: dict[str, Doing] = {
    "claim": claiming.claim,
    "give_back": claiming.give_back,
    "suspend": claiming.suspend,
    "resume": claiming.resume,
}
DONE = {
    "claim": "已领取 {count} 项",
    "give_back": "已退回待领 {count} 项",
    "suspend": "已挂起 {count} 项",
    "resume": "已恢复 {count} 项",
    "transfer": "已转办 {count} 项",
}

blueprint = Blueprint("inbox", __name__)


class ActionUnknown(RuleViolation):
    """没有这项操作"""


class NothingChosen(RuleViolation):
    """请先勾选事项"""


class NobodyNamed(RuleViolation):
    """请选择转办给谁"""


SLIPS = (NothingChosen, NobodyNamed)


@blueprint.get("/")
@admits(with_right(Right.READ_CASES))
def show() -> ResponseReturnValue:
    view = _view(request.args.get("view"))
    narrowing = Narrowing(*(request.args.get(name) or None for name in ("service", "unit", "post")))
    with hall().database.reading() as session:
        page = request.args.get("page", 1, int)
        inbox = look(session, hall().platform, person(), view, narrowing, page)
        units = names_of_units(session)
    template = "inbox/_tasks.html" if "HX-Request" in request.headers else "inbox/inbox.html"
    services = hall().platform.catalogue.services
    return render_template(template, inbox=inbox, narrowing=narrowing, units=units, services=services)


@blueprint.get("/counts")
@admits(with_right(Right.READ_CASES))
@unattended
def show_counts() -> ResponseReturnValue:
    with hall().database.reading() as session:
        counts = counts_of(session, hall().platform, person())
    return render_template("inbox/_views.html", counts=counts, view=_view(request.args.get("view")))


@blueprint.get("/tasks/<int:task_id>/preview")
@admits(with_right(Right.READ_CASES))
def show_preview(task_id: int) -> ResponseReturnValue:
    with hall().database.reading() as session:
        line, possible = look_at(session, hall().platform, person(), task_id)
        now = hall().platform.clock.now()
        colleagues = colleagues_for(session, task_id, now) if possible.may_move else []
    service = hall().platform.catalogue.services[line.task.service]
    template = "inbox/_preview.html" if "HX-Request" in request.headers else "inbox/preview.html"
    return render_template(template, line=line, possible=possible, colleagues=colleagues, service=service)


@blueprint.post("/tasks/act")
@admits(with_right(Right.READ_CASES))
def act() -> ResponseReturnValue:
    """One that cannot be done is told as such; of many, each that could not."""
    action = request.form.get("action", "")
    try:
        seen, doing = list(_seen(request.form.getlist("task"))), _doing(action)
    except SLIPS as slip:
        flash(say(slip.message()), "warn")
        return back()
    if len(seen) == 1:
        with hall().database.transaction() as session:
            doing(session, seen[0])
        flash(say(DONE[action], count=1))
    else:
        _tell(action, for_each(hall().database.transaction, seen, doing))
    return back()


def _doing(action: str) -> Act:
    """For this person, at this moment. Raises ActionUnknown, NobodyNamed."""
    who, now = person(), hall().platform.clock.now()
    if action == "transfer":
        to = request.form.get("to", "")
        if not to:
            raise NobodyNamed
        return lambda session, seen: claiming.transfer(session, seen, who, to, now)
    if action not in ACTS:
        raise ActionUnknown
    return partial(_act, ACTS[action], who, now)


def _act(doing: Doing, who: Person, now: datetime, session: Session, seen: Seen) -> None:
    doing(session, seen, who, now)


def _seen(texts: Iterable[str]) -> Iterable[Seen]:
    """Raises NothingChosen."""
    found = [match for match in map(SEEN.fullmatch, texts) if match]
    if not found:
        raise NothingChosen
    return (Seen(int(match[1]), int(match[2])) for match in found)


def _tell(action: str, outcomes: list[Outcome]) -> None:
    refused = [outcome for outcome in outcomes if outcome.refusal is not None]
    if len(refused) < len(outcomes):
        flash(say(DONE[action], count=len(outcomes) - len(refused)))
    reasons: dict[str, int] = {}
    for outcome in refused:
        reason = outcome.refusal.message() if outcome.refusal is not None else ""
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        flash(say("{count} 项未办：{reason}", count=count, reason=say(reason)), "warn")


def _view(name: str | None) -> View:
    return View(name) if name in set(View) else View.MINE
