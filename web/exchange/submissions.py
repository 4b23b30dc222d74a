"""What people handle: POST /v1/submissions (系统提交), its resubmission, and /v1/peer-requests."""

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Response, g
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.domain.commission import Commission
from engine.handling.receiving import Reception
from engine.handling.resubmission import resubmit
from engine.handling.status import status_of
from engine.handling.submission import submit_commission, submit_peer_request
from web.errors import RequestInvalid
from web.exchange.answers import accepted, shown
from web.exchange.body import Body, Problem, load, read_body
from web.exchange.schemas import CommissionSchema, peer_request_schema
from web.hall import hall
from web.security import Guard, guarded

blueprint = Blueprint("submissions", __name__, url_prefix="/v1")


@blueprint.post("/submissions")
@guarded(Guard.UNIT)
def send_submission() -> tuple[Response, int]:
    """Defects are no refusal here: two people review the material and return it with the reasons."""
    body = read_body()
    commission = _commission(body)

    def submit(session: Session) -> Reception:
        return submit_commission(session, hall().platform, g.unit, commission, body.digest)

    return accepted(_received(submit))


@blueprint.post("/submissions/<commission_number:commission_no>/resubmission")
@guarded(Guard.UNIT)
def send_again(commission_no: str) -> tuple[Response, int]:
    """Mended or supplemented material of a case; it is whole again, under its old number."""
    body = read_body()
    commission = _commission(body)
    if commission.number != commission_no:
        raise RequestInvalid(problems=(Problem("invalid", "commission_no", "应当与地址中的委托编号一致"),))
    with hall().database.transaction() as session:
        resubmit(session, hall().platform, g.unit.code, commission, body.digest)
    hall().platform.wake_up.wake()
    with hall().database.reading() as session:
        return shown(status_of(session, g.unit.code, commission_no)), 202


@blueprint.post("/peer-requests")
@guarded(Guard.UNIT)
def send_peer_request() -> tuple[Response, int]:
    """Of another verification unit (其他核对机构), MZ/T 072-2016 6.1 note."""
    body = read_body()
    sent = cast(dict[str, object], load(peer_request_schema(hall().platform.clock.now()), body))

    def submit(session: Session) -> Reception:
        return submit_peer_request(
            session,
            hall().platform,
            g.unit,
            cast(Commission, sent["commission"]),
            body.digest,
            answers_for_material=bool(sent["answers_for_material"]),
        )

    return accepted(_received(submit))


def _commission(body: Body) -> Commission:
    return cast(Commission, load(CommissionSchema(hall().platform.clock.now()), body))


def _received(submit: Callable[[Session], Reception]) -> Reception:
    """Once more when another request with the same number was faster by a hair: then it is a repeat."""
    try:
        reception = _once(submit)
    except IntegrityError:
        reception = _once(submit)
    hall().platform.wake_up.wake()
    return reception


def _once(submit: Callable[[Session], Reception]) -> Reception:
    with hall().database.transaction() as session:
        return submit(session)
