"""/accounts/grants: posts somebody has proposed, for a supervisor to approve or refuse."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.configuration.grants import decide_grant, open_proposals
from engine.domain.authority import Right
from web.accounts.pages import go
from web.hall import hall
from web.policies import admits, person, with_right

blueprint = Blueprint("grants", __name__, url_prefix="/accounts/grants")


@blueprint.get("")
@admits(with_right(Right.APPROVE_GRANTS))
def show_grants() -> ResponseReturnValue:
    with hall().database.reading() as session:
        grants = open_proposals(session)
    return render_template("accounts/grants.html", grants=grants, me=person().name)


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
