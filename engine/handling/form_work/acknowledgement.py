"""收件回执: what the courier takes home after a registration. No name on it but the courier's."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.commission import Material
from engine.domain.errors import NotFound
from engine.handling.form_work.facts import Sight, service_name, unit_name
from engine.handling.form_work.registrations import REGISTRATIONS
from engine.platform import Platform
from engine.store.cases import Case, commission_of
from engine.store.documents import Document
from engine.store.human_tasks import HumanTask, TaskState, result_of

CHANNELS = {"manual": "submission", "peer": "peer"}


@dataclass(frozen=True)
class Acknowledgement:
    case_id: int
    case_no: str
    commission_no: str
    unit_name: str
    service_name: str
    received_at: datetime
    registered_by: str
    courier: str = field(repr=False)
    materials: tuple[Material, ...]
    scans: tuple[str, ...]  # names of the papers on file


def acknowledgement_of(session: Session, platform: Platform, case_id: int) -> Acknowledgement:
    """Raises NotFound, also for a case nobody has registered at the desk."""
    case = session.get(Case, case_id)
    if case is None or case.channel not in CHANNELS:
        raise NotFound(case=case_id)
    sight, commission = Sight(session, platform, case), commission_of(session, platform.vault, case.id)
    registered, courier = _registered(session, platform, case)
    kinds = select(Document.name).where(Document.case_id == case.id).order_by(Document.id)
    return Acknowledgement(
        case_id=case.id,
        case_no=case.case_no or "",
        commission_no=case.commission_no,
        unit_name=unit_name(sight),
        service_name=service_name(sight),
        received_at=case.received_at,
        registered_by=registered,
        courier=courier,
        materials=commission.materials,
        scans=tuple(session.scalars(kinds.where(Document.kind.not_in(("report", "archive"))))),
    )


def _registered(session: Session, platform: Platform, case: Case) -> tuple[str, str]:
    """Who has registered it, and the courier's name; a letter of another unit has come by itself."""
    wanted = select(HumanTask).where(
        HumanTask.case_id == case.id,
        HumanTask.element_id == REGISTRATIONS["submission"].form,
        HumanTask.state == TaskState.COMPLETED,
    )
    task = session.scalars(wanted.order_by(HumanTask.id).limit(1)).one_or_none()
    if task is None:
        return "", ""
    courier = (result_of(platform.vault, task) or {}).get("courier")
    return task.completed_by or "", str(courier["name"]) if isinstance(courier, dict) else ""
