"""A house with people in it: what a courier brings, what staff do with their tasks, what the unit answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from engine.configuration.holidays import load_schedule
from engine.domain.commission import Commission
from engine.domain.deadlines import Calendar
from engine.handling.human_work import complete_task
from engine.handling.messages import confirm_receipt, give_instruction
from engine.handling.progress import ring_timers
from engine.handling.receiving import Reception
from engine.handling.resubmission import register_supplement, resubmit
from engine.handling.status import status_of
from engine.handling.submission import (
    Courier,
    PaperSubmission,
    ScannedPaper,
    register_submission,
    submit_commission,
)
from engine.store.audit import AuditEvent
from engine.store.cases import Case
from engine.store.human_tasks import HumanTask, open_tasks
from engine.store.instances import HistoryEvent, ProcessInstance
from engine.store.reports import Report
from engine.store.units import CommissioningUnit
from tests.builders import a_commission, a_household, an_id_no
from tests.engine.house import CATALOGUE, UNIT_CODE, House

COURIER = Courier("沈送件", "13900000000", "U900")
FRONT, FIRST, SECOND, CERTIFIER = "F001", "A001", "A002", "C001"

# What the forms ask besides the decision.
FILLED: Mapping[str, Mapping[str, object]] = {
    "return_application": {"returned_on": "2026-11-20", "return_way": "system"},
    "supplement": {
        "received_on": "2026-11-20",
        "supplement_way": "courier",
        "courier_name": COURIER.name,
        "courier_phone": COURIER.phone,
        "materials": [{"name": "核对授权书", "copies": 1, "scan": ["a" * 64]}],
    },
    "suspension_instruction": {"instructed_on": "2026-11-20", "instructed_by": "沈经办"},
    "peer_review": {
        "peer_name": "乙市居民家庭经济状况核对中心",
        "peer_region": "320500",
        "request_no": "乙核〔2026〕7号",
        "contact_person": "周核对",
        "contact_phone": "13900000001",
    },
}


def a_paper_submission(commission: Commission | None = None, digest: str = "d" * 64) -> PaperSubmission:
    papers = (ScannedPaper("核对授权书.pdf", "a" * 64, 1200), ScannedPaper("核对委托书.pdf", "b" * 64, 900))
    return PaperSubmission(commission or a_commission(reviews=()), COURIER, papers, digest)


@dataclass
class Desk:
    house: House
    number: str = "WT-2026-0001"

    def bring(self, paper: PaperSubmission | None = None, worker: str = FRONT) -> Reception:
        """A courier brings material to the front desk."""
        paper = paper or a_paper_submission()
        dated = replace(paper.commission, received_at=self.house.clock.now())
        with self.house.database.transaction() as session:
            unit = session.get_one(CommissioningUnit, UNIT_CODE)
            platform = self.house.platform
            reception = register_submission(session, platform, unit, replace(paper, commission=dated), worker)
        self.house.work()
        return reception

    def send(self, commission: Commission | None = None, digest: str = "d" * 64) -> Reception:
        """The unit sends material over the line."""
        dated = replace(commission or a_commission(reviews=()), received_at=self.house.clock.now())
        with self.house.database.transaction() as session:
            unit = session.get_one(CommissioningUnit, UNIT_CODE)
            reception = submit_commission(session, self.house.platform, unit, dated, digest)
        self.house.work()
        return reception

    def send_again(self, commission: Commission, digest: str = "e" * 64) -> None:
        with self.house.database.transaction() as session:
            resubmit(session, self.house.platform, UNIT_CODE, commission, digest)
        self.house.work()

    def bring_again(self, commission: Commission, digest: str = "e" * 64) -> None:
        task, paper = self.task("supplement"), a_paper_submission(commission, digest)
        with self.house.database.transaction() as session:
            register_supplement(session, self.house.platform, task.id, paper, FRONT, FILLED["supplement"])
        self.house.work()

    def task(self, element: str) -> HumanTask:
        """The one open task, which must be of this element."""
        with self.house.database.reading() as session:
            (task,) = open_tasks(session)
        assert task.element_id == element
        return task

    def task_owner(self, element: str) -> str | None:
        """Who has completed the task of this element."""
        with self.house.database.reading() as session:
            wanted = select(HumanTask.completed_by).where(HumanTask.element_id == element)
            return session.scalars(wanted).one()

    def do(self, element: str, worker: str, **result: object) -> HumanTask:
        """Somebody completes the one open task."""
        task = self.task(element)
        filled = {**FILLED.get(element, {}), **result}
        with self.house.database.transaction() as session:
            complete_task(session, self.house.platform, task.id, worker, filled)
        self.house.work()
        return task

    def review(self, first: bool = True, second: bool = True) -> None:
        self.do("first_review", FIRST, first_passed=first)
        self.do("second_review", SECOND, second_passed=second)

    def refuse(self, *reasons: str) -> None:
        """The second reviewer does not agree, and says why."""
        self.review(second=False)
        self.do("return_application", SECOND, reasons=list(reasons))

    def instruct(self, instruction: str) -> None:
        """The unit answers the suspension over the line."""
        told = [callback.message_id for callback in self.house.units.delivered]
        with self.house.database.transaction() as session:
            give_instruction(session, self.house.platform, UNIT_CODE, self.number, instruction, told[-1])
        self.house.work()

    def confirm(self) -> str:
        """The unit confirms the report it has got last; its number."""
        data = self.house.units.bodies("report.issued")[-1]["data"]
        assert isinstance(data, dict)
        number = str(data["report_no"])
        with self.house.database.transaction() as session:
            report = session.scalars(select(Report).where(Report.number == number)).one()
            receipt = {
                "sha256": report.file_digest,
                "received_by": "U001",
                "received_at": "2026-11-20T18:00:00Z",
            }
            confirm_receipt(session, self.house.platform, UNIT_CODE, number, receipt)
        self.house.work()
        return number

    def wait_until(self, moment: datetime) -> None:
        """Time passes; what rings on the way has rung when it is over."""
        self.house.clock.moment = moment
        with self.house.database.transaction() as session:
            ring_timers(session, self.house.platform)
        self.house.work()

    def load(self, schedule: Calendar) -> None:
        with self.house.database.transaction() as session:
            load_schedule(session, schedule, self.house.clock.now())

    def marry_somebody_undeclared(self) -> None:
        """The register of marriages knows a wife the commission does not name: a suspension situation."""
        head = a_household().persons[0]
        self.house.sources["MZ"].records["p1", "MZ02"] = [
            {
                "husband_name": head.name,
                "wife_name": "韩某",
                "registration_date": "2015-05-20",
                "husband_id_no": head.id_no,
                "wife_id_no": an_id_no(20),
                "registration_type": "marriage",
                "registration_office": "甲区民政局",
            }
        ]

    def employ_the_head(self) -> None:
        """The register of employment knows a job nobody has declared. Fields without a value are null."""
        fields = dict.fromkeys(field.name for field in CATALOGUE.items["RS01"].fields)
        job = {**fields, "employer": "甲商贸有限公司", "net_wage": "2600.00", "month": "2026-10"}
        self.house.sources["RS"].records["p1", "RS01"] = [job]

    @property
    def state(self) -> str:
        with self.house.database.reading() as session:
            return status_of(session, UNIT_CODE, self.number).state

    def case(self) -> Case:
        with self.house.database.reading() as session:
            return session.scalars(select(Case)).one()

    def ends(self) -> list[tuple[str, str | None]]:
        """Of every instance: its state and where it ended."""
        with self.house.database.reading() as session:
            instances = session.scalars(select(ProcessInstance).order_by(ProcessInstance.id))
            return [(instance.state, instance.end_event) for instance in instances]

    def path(self) -> list[str]:
        with self.house.database.reading() as session:
            steps = session.scalars(select(HistoryEvent).order_by(HistoryEvent.instance_id, HistoryEvent.seq))
            return [step.element_id for step in steps]

    def audited(self, action: str) -> list[AuditEvent]:
        with self.house.database.reading() as session:
            wanted = select(AuditEvent).where(AuditEvent.action == action)
            return list(session.scalars(wanted.order_by(AuditEvent.id)))
