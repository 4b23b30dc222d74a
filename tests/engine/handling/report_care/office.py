"""The people who look after reports: the report post, two supervisors, and what they do."""

from dataclasses import dataclass, field

from sqlalchemy import select

from engine.domain.posts import REPORT, SUPERVISOR
from engine.domain.report_care import Voiding, VoidReason
from engine.handling.rechecking import valid_report
from engine.handling.report_care.copying import request_copy
from engine.handling.report_care.voiding import propose_voiding
from engine.store.audit import AuditEvent
from engine.store.releases import ReportRelease
from engine.store.reports import KnownReport, reports_of_case
from tests.builders import a_commission
from tests.engine.handling.desk import Desk
from tests.engine.house import House
from tests.staff import employ, the_person

REPORTER, SUPERVISOR_1, SUPERVISOR_2 = "R001", "S001", "S002"
WORDS = "印章盖住了日期"
F1, F2, F3 = (f"第3204002026110000{n}aaf1号" for n in (1, 2, 3))


@dataclass
class Office:
    """One case whose report has been sent, and confirmed unless `is_open`."""

    house: House
    is_open: bool = False
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        for name, post in ((REPORTER, REPORT), (SUPERVISOR_1, SUPERVISOR), (SUPERVISOR_2, SUPERVISOR)):
            employ(self.house, name, post)
        self.desk = Desk(self.house)
        self.house.receive(a_commission())
        self.house.work()
        if not self.is_open:
            self.desk.confirm()

    def propose(
        self, *, reissue: bool = True, who: str = REPORTER, number: str | None = None, words: str = WORDS
    ) -> None:
        report = self.report(number)
        voiding = Voiding(VoidReason.LAYOUT, words, reissue)
        with self.house.database.transaction() as session:
            person = the_person(self.house, who)
            propose_voiding(session, self.house.platform, person, report.case_id, report.id, voiding)
        self.house.work()

    def decide(self, *, agreed: bool = True, who: str = SUPERVISOR_1) -> None:
        self.desk.do("confirm_void", who, void_confirmed=agreed)

    def void(self, *, reissue: bool = True, number: str | None = None) -> None:
        self.propose(reissue=reissue, number=number)
        self.decide()

    def copy(self, words: str = "当事人另需一份", who: str = REPORTER, number: str | None = None) -> int:
        report = self.report(number or self.valid())
        with self.house.database.transaction() as session:
            person = the_person(self.house, who)
            copy = request_copy(session, self.house.platform, person, report.case_id, report.id, words)
        self.house.work()
        return copy

    def reports(self) -> list[KnownReport]:
        """Oldest first."""
        case_id = self.desk.case().id
        with self.house.database.reading() as session:
            return reports_of_case(session, case_id)[::-1]

    def report(self, number: str | None = None) -> KnownReport:
        """The newest, or the one of this number."""
        return next(one for one in reversed(self.reports()) if number in (None, one.number))

    def states(self) -> dict[str, str]:
        return {report.number: report.state for report in self.reports()}

    def valid(self) -> str | None:
        with self.house.database.reading() as session:
            report = valid_report(session, self.desk.case().id)
        return report.number if report else None

    def told(self, kind: str) -> list[dict[str, object]]:
        """The data of the callbacks of a kind."""
        bodies = [body["data"] for body in self.house.units.bodies(kind)]
        return [data for data in bodies if isinstance(data, dict)]

    def audited(self, action: str) -> list[AuditEvent]:
        with self.house.database.reading() as session:
            return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))

    def releases(self) -> list[ReportRelease]:
        with self.house.database.reading() as session:
            return list(session.scalars(select(ReportRelease).order_by(ReportRelease.id)))
