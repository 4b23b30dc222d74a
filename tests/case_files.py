"""Cases of every kind for the pages of the case file: closed, half way, in review, suspended, broken."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from engine.domain.commission import Commission
from engine.handling.human_work import complete_task
from engine.handling.messages import confirm_receipt
from engine.handling.rechecking import apply_for_recheck
from engine.handling.submission import register_submission
from engine.ports import PermanentFailure, TemporaryFailure
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.reports import Report
from engine.store.units import CommissioningUnit
from tests.builders import a_commission, a_declaration, a_declared_income, a_household, an_id_no, months
from tests.engine.handling.desk import FILLED, FIRST, SECOND, a_paper_submission
from tests.engine.handling.test_rechecking import about
from tests.engine.house import CATALOGUE, UNIT_CODE, House

BALANCE, WAGE = "8731.46", "2613.57"  # of the head, as the departments know them
ACCOUNT_NO = "6222020012345678901"
AS_FOUND = 261357


def record(item: str, **values: object) -> dict[str, object]:
    """As a department answers: fields without a value are null."""
    return {**dict.fromkeys(field.name for field in CATALOGUE.items[item].fields), **values}


@dataclass
class CaseFiles:
    """Makes cases in one house; each method gives the id of its case."""

    house: House
    count: int = 0
    declared: int = AS_FOUND  # wages of the head, in fen

    def __post_init__(self) -> None:
        wages = [
            record("RS01", employer="甲商贸有限公司", net_wage=WAGE, month=month)
            for month in months("2025-11", 12)
        ]
        deposit = record("JR01", bank_name="甲银行", account_no=ACCOUNT_NO, account_balance=BALANCE)
        self.house.sources["RS"].records["p1", "RS01"] = wages
        self.house.sources["JR"].records["p1", "JR01"] = [deposit]

    def issued(self, members: int = 2) -> int:
        """Handled without people, its report delivered, the receipt still awaited."""
        return self._send(self._commission(members))

    def closed(self, members: int = 2) -> int:
        case_id = self.issued(members)
        self.confirm(case_id)
        return case_id

    def half_way(self, *silent: str, members: int = 2) -> int:
        """These departments have not answered yet and are asked again later."""
        for code in silent or ("GA",):
            self.house.sources[code].failures = [TemporaryFailure("timeout")]
        return self._send(self._commission(members))

    def unanswered(self, *silent: str, members: int = 2) -> int:
        """These departments refuse: the exchange post has a task."""
        for code in silent or ("GA",):
            self.house.sources[code].failures = [PermanentFailure("http_403")]
        case_id = self.in_review(members)
        self.review(case_id)
        return case_id

    def broken(self, members: int = 2) -> int:
        """The unit refuses the report for good: an incident."""
        self.house.units.failures = [PermanentFailure("http_410")]
        return self._send(self._commission(members))

    def in_review(self, members: int = 2) -> int:
        """Brought by a courier, waiting for the first review."""
        commission = replace(self._commission(members), reviews=())
        paper = a_paper_submission(replace(commission, received_at=self.house.clock.now()))
        with self.house.database.transaction() as session:
            unit = session.get_one(CommissioningUnit, UNIT_CODE)
            case = register_submission(session, self.house.platform, unit, paper, "F001").case
        self.house.work()
        return case.id

    def disputed(self) -> int:
        """Closed, and a re-check of its report applied for: a second instance."""
        case_id = self.closed()
        with self.house.database.transaction() as session:
            number = session.scalars(select(Report.number).where(Report.case_id == case_id)).one()
            apply_for_recheck(session, self.house.platform, UNIT_CODE, about(number), "A003")
        self.house.work()
        return case_id

    def in_doubt(self, members: int = 2) -> int:
        """The head has declared other wages than the department knows: before the certifying post."""
        self.declared = 310000
        case_id = self.in_review(members)
        self.review(case_id)
        self.declared = AS_FOUND
        return case_id

    def suspended(self, members: int = 2) -> int:
        """A wife the commission does not name."""
        head = a_household().persons[0]
        wedding = record(
            "MZ02",
            husband_name=head.name,
            wife_name="韩某",
            registration_date="2015-05-20",
            husband_id_no=head.id_no,
            wife_id_no=an_id_no(20),
            registration_type="marriage",
            registration_office="甲区民政局",
        )
        self.house.sources["MZ"].records["p1", "MZ02"] = [wedding]
        case_id = self.in_review(members)
        self.review(case_id)
        del self.house.sources["MZ"].records["p1", "MZ02"]
        return case_id

    def review(self, case_id: int) -> None:
        self.do(case_id, "first_review", FIRST, first_passed=True, opinion="材料齐全，与原件一致。")
        self.do(case_id, "second_review", SECOND, second_passed=True)

    def do(self, case_id: int, element: str, worker: str, **result: Any) -> None:
        """Somebody completes the open task of this element."""
        with self.house.database.transaction() as session:
            wanted = select(HumanTask.id).where(
                HumanTask.case_id == case_id,
                HumanTask.element_id == element,
                HumanTask.state == TaskState.OPEN,
            )
            task_id = session.scalars(wanted).one()
            filled: Mapping[str, object] = {**FILLED.get(element, {}), **result}
            complete_task(session, self.house.platform, task_id, worker, filled)
        self.house.work()

    def confirm(self, case_id: int) -> None:
        """The unit confirms the latest report of the case."""
        with self.house.database.transaction() as session:
            wanted = select(Report).where(Report.case_id == case_id).order_by(Report.id.desc()).limit(1)
            report = session.scalars(wanted).one()
            receipt = {
                "sha256": report.file_digest,
                "received_by": "U001",
                "received_at": "2026-11-20T18:00:00Z",
            }
            confirm_receipt(session, self.house.platform, UNIT_CODE, report.number, receipt)
        self.house.work()

    def _commission(self, members: int) -> Commission:
        self.count += 1
        wages = a_declared_income(amount_month_fen=self.declared)
        declaration = a_declaration(wages, financial_assets_fen=873146)
        number = f"WT-CASE-{self.count:04d}"
        return a_commission(a_household(members=members), number=number, declaration=declaration)

    def _send(self, commission: Commission) -> int:
        case_id = self.house.receive(commission).case.id
        self.house.work()
        return case_id
