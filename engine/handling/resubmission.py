"""Take mended or supplemented material (补正、补充材料) into the case it belongs to, as a new revision."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.domain.commission import Commission
from engine.domain.errors import MaterialsIncomplete, NotFound, NotWaiting, RuleViolation
from engine.handling.human_work import complete_task
from engine.handling.messages import expects
from engine.handling.receiving import defects_of
from engine.handling.submission import PaperSubmission, add_papers
from engine.platform import Platform
from engine.store.audit import record_audit
from engine.store.base import append
from engine.store.cases import Case, CaseState, find_case, lock_case, revise_commission
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.instances import (
    InboundMessage,
    untaken_message,
    waiting_for,
    wake_instances,
)
from engine.store.units import CommissioningUnit

RESUBMISSION = "resubmission"
SUPPLEMENT = "supplement"


class OtherCommission(RuleViolation):
    """补正材料的委托编号或者核对项目与原核对申请不一致"""


def resubmit(
    session: Session, platform: Platform, unit_code: str, commission: Commission, digest: str
) -> Case:
    """Material the unit sends again over the line; a repeat changes nothing. The case keeps its number.

    Raises NotFound, NotWaiting (nothing was returned, nothing is to be supplemented), OtherCommission, and
    MaterialsIncomplete for a supplement, which nobody reviews any more.
    """
    found = find_case(session, unit_code, commission.number)
    if found is None:
        raise NotFound(commission=commission.number)
    case = lock_case(session, found.id)
    if case.request_digest == digest:
        return case
    if not _is_waited_for(session, case.id):
        raise NotWaiting(commission=commission.number)
    _revise(session, platform, case, commission, digest, f"unit:{unit_code}")
    now = platform.clock.now()
    message = {"case_id": case.id, "name": RESUBMISSION, "payload": {}, "received_at": now}
    append(session, InboundMessage, [message])
    wake_instances(session, waiting_for(session, case.id, RESUBMISSION))
    return case


def register_supplement(
    session: Session,
    platform: Platform,
    task_id: int,
    paper: PaperSubmission,
    worker: str,
    result: Mapping[str, object],
) -> Case:
    """Material a courier brings: it becomes the new revision, and the task that waited for it is completed
    with the form's `result`. Raises what resubmit and complete_task raise."""
    task = session.get(HumanTask, task_id)
    if task is None or task.element_id != SUPPLEMENT:
        raise NotFound(task=task_id)
    case = lock_case(session, task.case_id)
    session.refresh(task)
    if task.state != TaskState.OPEN or untaken_message(session, case.id, RESUBMISSION) is not None:
        raise NotWaiting(task=task_id)
    _revise(session, platform, case, paper.commission, paper.digest, worker)
    add_papers(session, case, paper.papers, platform.clock.now())
    complete_task(session, platform, task_id, worker, result)
    return case


def _is_waited_for(session: Session, case_id: int) -> bool:
    """And nothing has come yet that the instance has still to take."""
    return expects(session, case_id, RESUBMISSION) and untaken_message(session, case_id, RESUBMISSION) is None


def _revise(
    session: Session, platform: Platform, case: Case, commission: Commission, digest: str, who: str
) -> None:
    if (commission.number, commission.service) != (case.commission_no, case.service):
        raise OtherCommission(case_no=case.case_no)
    now = platform.clock.now()
    if case.state == CaseState.SUSPENDED:
        unit = session.get_one(CommissioningUnit, case.unit_code)
        defects = defects_of(platform, unit, commission, now)
        if defects:
            raise MaterialsIncomplete(defects=defects)
    revision = revise_commission(session, platform.vault, case, commission, now)
    case.request_digest = digest
    facts = {"revision": revision, "digest": digest}
    record_audit(session, now, who, "material_resubmitted", case.id, facts)
