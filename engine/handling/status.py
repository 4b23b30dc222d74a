"""Where a commission stands, as its unit may see it: no personal data."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain.errors import NotFound
from engine.handling.rechecking import valid_report
from engine.store.cases import find_case
from engine.store.human_tasks import TaskState, tasks_of_instance
from engine.store.instances import instance_of_case


@dataclass(frozen=True)
class CommissionStatus:
    commission_no: str
    case_no: str
    service: str
    state: str
    received_at: datetime
    accepted_at: datetime | None
    closed_at: datetime | None
    waiting_for: tuple[str, ...]  # names of open human tasks
    report_no: str | None  # of the report that holds: during a re-check still the disputed one
    report_sha256: str | None


def status_of(session: Session, unit_code: str, commission_no: str) -> CommissionStatus:
    """Raises NotFound, also for another unit's commission."""
    case = find_case(session, unit_code, commission_no)
    if case is None:
        raise NotFound(commission=commission_no)
    report = valid_report(session, case.id)
    tasks = tasks_of_instance(session, instance_of_case(session, case.id))
    return CommissionStatus(
        commission_no=case.commission_no,
        case_no=case.case_no or "",
        service=case.service,
        state=case.state,
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        closed_at=case.closed_at,
        waiting_for=tuple(task.name for task in tasks if task.state == TaskState.OPEN),
        report_no=report.number if report else None,
        report_sha256=report.file_digest if report else None,
    )
