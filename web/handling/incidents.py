"""/incidents: what has come to a stop, in words, and what can be done about it."""

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.domain.errors import RuleViolation
from engine.domain.posts import POSTS
from engine.handling.pinning import pinned_definition
from engine.supervision.retrying import need_reason, retry_incident, send_back
from engine.supervision.skipping import skip_incident
from engine.supervision.waiting import incidents
from web.accounts.pages import go
from web.hall import hall
from web.language import say
from web.policies import admits, person, with_right

DONE = {"retry": "已重新执行", "skip": "已跳过", "send_back": "已退回岗位处理"}

blueprint = Blueprint("incidents", __name__, url_prefix="/incidents")


class DecisionUnknown(RuleViolation):
    """没有这种处理方式"""


@blueprint.get("")
@admits(with_right(Right.DECIDE_INCIDENTS))
def show() -> ResponseReturnValue:
    with hall().database.reading() as session:
        found = incidents(session)
    return render_template("incidents/incidents.html", incidents=found, posts=POSTS)


@blueprint.post("/<kind>/<int:incident_id>")
@admits(with_right(Right.DECIDE_INCIDENTS))
def decide(kind: str, incident_id: int) -> ResponseReturnValue:
    decision, reason = request.form.get("decision", ""), request.form.get("reason", "").strip()[:500]
    if decision not in DONE:
        raise DecisionUnknown
    need_reason(reason)
    _decide(decision, kind, incident_id, reason)
    hall().platform.wake_up.wake()
    flash(say(DONE[decision]))
    return go(".show")


def _decide(decision: str, kind: str, incident_id: int, reason: str) -> None:
    platform, who = hall().platform, person().name
    with hall().database.transaction() as session:
        if decision == "retry":
            retry_incident(session, kind, incident_id, who, platform.clock.now(), reason)
        elif decision == "skip":
            skip_incident(session, platform, pinned_definition, kind, incident_id, who, reason)
        else:
            post = request.form.get("post", "")
            send_back(session, kind, incident_id, post, who, platform.clock.now(), reason)
