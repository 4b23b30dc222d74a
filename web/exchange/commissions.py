"""POST /v1/commissions, GET /v1/commissions/<no>, POST /v1/commissions/<no>/instruction."""

from typing import cast

from flask import Blueprint, Response, g
from sqlalchemy.exc import IntegrityError

from engine.domain.commission import Commission
from engine.domain.errors import MaterialsIncomplete
from engine.handling.messages import give_instruction
from engine.handling.receiving import Reception, receive_commission, record_refusal
from engine.handling.status import status_of
from web.exchange.answers import accepted, shown
from web.exchange.body import Body, load, read_body
from web.exchange.schemas import CommissionSchema, InstructionSchema
from web.hall import hall
from web.security import Guard, guarded

blueprint = Blueprint("commissions", __name__, url_prefix="/v1/commissions")


@blueprint.post("")
@guarded(Guard.UNIT)
def send_commission() -> tuple[Response, int]:
    body = read_body()
    now = hall().platform.clock.now()
    commission = cast(Commission, load(CommissionSchema(now), body))
    reception = _receive(commission, body)
    hall().platform.wake_up.wake()
    return accepted(reception)


def _receive(commission: Commission, body: Body) -> Reception:
    """Once more when another request with the same number was faster by a hair: then it is a repeat."""
    try:
        return _receive_once(commission, body)
    except IntegrityError:
        return _receive_once(commission, body)
    except MaterialsIncomplete as error:
        with hall().database.transaction() as session:
            defects = error.facts["defects"]
            record_refusal(session, g.unit.code, commission.number, defects, commission.received_at)  # type: ignore[arg-type]  # facts are objects
        raise


def _receive_once(commission: Commission, body: Body) -> Reception:
    with hall().database.transaction() as session:
        return receive_commission(session, hall().platform, g.unit, commission, body.digest)


@blueprint.get("/<commission_number:commission_no>")
@guarded(Guard.UNIT)
def show_commission(commission_no: str) -> Response:
    with hall().database.reading() as session:
        return shown(status_of(session, g.unit.code, commission_no))


@blueprint.post("/<commission_number:commission_no>/instruction")
@guarded(Guard.UNIT)
def instruct(commission_no: str) -> tuple[Response, int]:
    wish = cast(dict[str, str], load(InstructionSchema(), read_body()))
    with hall().database.transaction() as session:
        give_instruction(session, hall().platform, g.unit.code, commission_no, **wish)
    hall().platform.wake_up.wake()
    with hall().database.reading() as session:
        return shown(status_of(session, g.unit.code, commission_no)), 202
