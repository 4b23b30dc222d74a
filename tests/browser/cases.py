"""Cases brought to the stage past the pages, for what a page shows of them."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from engine.domain.commission import Commission
from engine.handling.human_work import complete_task
from engine.handling.receiving import receive_commission
from engine.handling.submission import Courier, PaperSubmission, ScannedPaper, register_submission
from engine.store.cases import Case
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.units import CommissioningUnit
from tests.browser.application import COURIER, COURIER_PHONE, UNIT_CODE, Application, a_scan, an_application
from tests.browser.stage import Stage
from web.exchange.schemas import CommissionSchema

FRONT_DESK_WORKER = "F100"
PAPERS = ("核对委托书", "核对授权书", "身份证件复印件", "家庭经济状况自行申报表")


@dataclass(frozen=True)
class Brought:
    """A case as its papers are at the front desk."""

    stage: Stage
    application: Application
    case_id: int
    case_no: str

    def open_task(self) -> HumanTask | None:
        with self.stage.database.reading() as session:
            wanted = select(HumanTask).where(
                HumanTask.case_id == self.case_id, HumanTask.state == TaskState.OPEN
            )
            return session.scalars(wanted).one_or_none()

    def complete(self, worker: str, **result: Any) -> None:
        """The one open task, past its page."""
        task = self.open_task()
        assert task is not None
        with self.stage.database.transaction() as session:
            complete_task(session, self.stage.platform, task.id, worker, result)
        self.stage.platform.wake_up.wake()


def an_application_to(stage: Stage, household: str, number: str) -> Application:
    centre = stage.hall.settings.organisation_name
    return an_application(stage.surroundings.world, household, number, centre)


def bring(stage: Stage, household: str, number: str) -> Brought:
    application = an_application_to(stage, household, number)
    now = stage.clock.now()
    commission: Commission = CommissionSchema(now).load({**application.content, "reviews": []})
    papers = tuple(_scanned(stage, title) for title in PAPERS)
    digest = hashlib.sha256(number.encode()).hexdigest()
    paper = PaperSubmission(commission, Courier(COURIER, COURIER_PHONE), papers, digest)
    with stage.database.transaction() as session:
        unit = session.get_one(CommissioningUnit, UNIT_CODE)
        dated = replace(paper, commission=replace(commission, received_at=now))
        case: Case = register_submission(session, stage.platform, unit, dated, FRONT_DESK_WORKER).case
        brought = Brought(stage, application, case.id, case.case_no)
    stage.platform.wake_up.wake()
    return brought


def send(stage: Stage, household: str, number: str, unit_code: str = UNIT_CODE) -> Case:
    """Over the line, to be handled without people."""
    now = stage.clock.now()
    content = an_application_to(stage, household, number).content
    commission: Commission = CommissionSchema(now).load(dict(content))
    with stage.database.transaction() as session:
        unit = session.get_one(CommissioningUnit, unit_code)
        case = receive_commission(session, stage.platform, unit, commission, "d" * 64).case
    stage.platform.wake_up.wake()
    return case


def shared_case(stage: Stage, household: str) -> int:
    """Sent at the first call."""
    if household not in stage.cases:
        stage.cases[household] = send(stage, household, f"WT-SHARED-{household}").id
    return stage.cases[household]


def _scanned(stage: Stage, title: str) -> ScannedPaper:
    scan = a_scan(title)
    content: bytes = scan["buffer"]
    return ScannedPaper(scan["name"], stage.platform.documents.put(content), len(content))
