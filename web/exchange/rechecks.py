"""POST /v1/rechecks: the unit of a report disputes items of it (复核), MZ/T 072-2016 6.5, 附录F."""

from typing import cast

from flask import Blueprint, Response, g, jsonify, url_for

from engine.domain.recheck import RecheckApplication
from engine.handling.rechecking import apply_for_recheck
from web.exchange.body import load, read_body
from web.exchange.schemas import RecheckSchema
from web.hall import hall
from web.security import Guard, guarded

blueprint = Blueprint("rechecks", __name__, url_prefix="/v1/rechecks")


@blueprint.post("")
@guarded(Guard.UNIT)
def send_recheck() -> tuple[Response, int]:
    application = cast(RecheckApplication, load(RecheckSchema(), read_body()))
    who = f"unit:{g.unit.code}"
    with hall().database.transaction() as session:
        recheck = apply_for_recheck(session, hall().platform, g.unit.code, application, who)
    hall().platform.wake_up.wake()
    number = recheck.case.commission_no
    answer = jsonify({"commission_no": number, "case_no": recheck.case.case_no, "nature": recheck.nature})
    answer.headers["Location"] = url_for("commissions.show_commission", commission_no=number)
    return answer, 202
