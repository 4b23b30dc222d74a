"""Receive a commission (接收核对申请): the same one twice is one case, and nothing is half done."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain.commission import Commission
from engine.domain.errors import CommissionDiffers, MaterialsIncomplete
from engine.domain.materials import Defect, Examination, find_defects
from engine.domain.report_number import SHANGHAI
from engine.handling.progress import save_new_instance
from engine.platform import Platform
from engine.runtime import Instance
from engine.store.audit import record_audit
from engine.store.cases import Case, CaseState, add_commission, find_case
from engine.store.units import CommissioningUnit

AUTOMATIC = "automatic_handling"


@dataclass(frozen=True)
class Reception:
    """`is_new` is False when the same commission had been received before."""

    case: Case
    is_new: bool


def defects_of(
    platform: Platform, unit: CommissioningUnit, commission: Commission, now: datetime
) -> tuple[Defect, ...]:
    day = now.astimezone(SHANGHAI).date()
    services = frozenset(platform.catalogue.services)
    return find_defects(commission, Examination(platform.organisation.name, unit.name, day, services))


def receive_commission(
    session: Session, platform: Platform, unit: CommissioningUnit, commission: Commission, digest: str
) -> Reception:
    """`digest` is of the request's content: it decides whether a repeat is a repeat.

    Raises CommissionDiffers (other content under the same number) and MaterialsIncomplete(defects=...);
    both leave nothing behind. The unique constraint on unit and number stops two at the same time.
    """
    earlier = find_case(session, unit.code, commission.number)
    if earlier is not None:
        if earlier.request_digest != digest:
            raise CommissionDiffers(case_no=earlier.case_no)
        return Reception(earlier, is_new=False)
    defects = defects_of(platform, unit, commission, commission.received_at)
    if defects:
        raise MaterialsIncomplete(defects=defects)
    case = open_case(session, platform, unit, commission, digest, "automatic")
    variables = start_variables(case, commission)
    definition = platform.definitions[AUTOMATIC]
    instance = Instance.start(definition, variables, platform.clock.now)
    save_new_instance(session, case, instance, definition, commission.received_at)
    instance.release()
    return Reception(case, is_new=True)


def open_case(
    session: Session,
    platform: Platform,
    unit: CommissioningUnit,
    commission: Commission,
    digest: str,
    channel: str,
) -> Case:
    """The case of a commission, with its number and papers; no instance works on it yet.

    Paper may have come on an earlier day than it is registered: what is on record is when we wrote it down.
    """
    received_at, now = commission.received_at, platform.clock.now()
    case = Case(
        unit_code=unit.code,
        commission_no=commission.number,
        request_digest=digest,
        service=commission.service,
        channel=channel,
        state=CaseState.RECEIVED,
        received_at=received_at,
    )
    session.add(case)
    session.flush()
    case.case_no = f"{platform.organisation.region}{received_at.astimezone(SHANGHAI):%Y%m%d}{case.id:07d}"
    add_commission(session, platform.vault, case, commission, now)
    record_audit(session, now, f"unit:{unit.code}", "commission_received", case.id, {"digest": digest})
    return case


def start_variables(case: Case, commission: Commission) -> dict[str, object]:
    """What every diagram begins with: codes and decisions only."""
    return {
        "case_id": case.id,
        "channel": case.channel,
        "service": case.service,
        "reviewed_by_unit": bool(commission.reviews),
        "accepted": False,
        "withdrawn": False,
    }


def record_refusal(
    session: Session, unit_code: str, commission_no: str, defects: tuple[Defect, ...], now: datetime
) -> None:
    """The return of a commission at the door is on record too: codes and fields, nothing of its content."""
    facts = {
        "commission_no": commission_no,
        "defects": [{"code": defect.code, "field": defect.field} for defect in defects],
    }
    record_audit(session, now, f"unit:{unit_code}", "commission_refused", None, facts)
