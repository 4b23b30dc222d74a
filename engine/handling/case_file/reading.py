"""What is read of one case: each thing once, however many parts of a page ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from engine.domain.commission import Commission
from engine.domain.deadlines import Calendar
from engine.domain.errors import NotFound
from engine.domain.findings import Findings
from engine.domain.report_number import SHANGHAI
from engine.handling.pinning import pinned_definition
from engine.platform import Platform
from engine.runtime import Definition
from engine.store.audit import AuditEvent
from engine.store.cases import Case, commission_of
from engine.store.documents import Document
from engine.store.holidays import read_calendar
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.instances import ExpectedMessage, ProcessInstance, history_of
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.queries import KnownQuery, findings_of, queries_of
from engine.store.reports import Report
from engine.store.units import CommissioningUnit

UNFINISHED = (OutboxState.READY, OutboxState.LEASED, OutboxState.RESULT, OutboxState.INCIDENT)


@dataclass
class CaseFile:
    """Lives as long as the transaction it reads in."""

    session: Session
    platform: Platform
    case: Case
    unit_name: str
    now: datetime

    @property
    def today(self) -> date:
        return day_of(self.now)

    @cached_property
    def commission(self) -> Commission:
        return commission_of(self.session, self.platform.vault, self.case.id)

    @cached_property
    def tasks(self) -> Sequence[HumanTask]:
        wanted = select(HumanTask).where(HumanTask.case_id == self.case.id)
        return self.session.scalars(wanted.order_by(HumanTask.created_at, HumanTask.id)).all()

    @property
    def open_tasks(self) -> list[HumanTask]:
        return [task for task in self.tasks if task.state == TaskState.OPEN]

    @cached_property
    def instances(self) -> Sequence[ProcessInstance]:
        wanted = select(ProcessInstance).where(ProcessInstance.case_id == self.case.id)
        return self.session.scalars(wanted.order_by(ProcessInstance.id)).all()

    @cached_property
    def history(self) -> Sequence[Row[Any]]:
        return history_of(self.session, self.case.id)

    @cached_property
    def queries(self) -> list[KnownQuery]:
        return queries_of(self.session, self.case.id)

    @cached_property
    def findings(self) -> Findings:
        return findings_of(self.session, self.platform.vault, self.case.id, self.queries)

    @cached_property
    def reports(self) -> Sequence[Report]:
        wanted = select(Report).where(Report.case_id == self.case.id)
        return self.session.scalars(wanted.order_by(Report.id)).all()

    @cached_property
    def documents(self) -> Sequence[Document]:
        wanted = select(Document).where(Document.case_id == self.case.id)
        return self.session.scalars(wanted.order_by(Document.id)).all()

    @cached_property
    def outside_work(self) -> Sequence[OutboxRow]:
        """What the instances have not yet taken over."""
        wanted = select(OutboxRow).where(OutboxRow.case_id == self.case.id, OutboxRow.state.in_(UNFINISHED))
        return self.session.scalars(wanted.order_by(OutboxRow.id)).all()

    @cached_property
    def expected(self) -> Sequence[ExpectedMessage]:
        wanted = select(ExpectedMessage).where(ExpectedMessage.case_id == self.case.id)
        return self.session.scalars(wanted.order_by(ExpectedMessage.id)).all()

    @cached_property
    def audit(self) -> Sequence[AuditEvent]:
        wanted = select(AuditEvent).where(AuditEvent.case_id == self.case.id)
        return self.session.scalars(wanted.order_by(AuditEvent.id)).all()

    @cached_property
    def calendar(self) -> Calendar:
        return read_calendar(self.session)

    def definition(self, instance: ProcessInstance) -> Definition:
        return pinned_definition(self.session, instance.definition_digest)

    def person_name(self, ref: str | None) -> str:
        """Of a member or supporter; a ref nobody has is shown as it is."""
        persons = self.commission.household.persons
        return next((person.name for person in persons if person.ref == ref), ref or "")

    def department_name(self, code: str) -> str:
        department = self.platform.catalogue.departments.get(code)
        return department.name if department is not None else code

    def item_name(self, code: str) -> str:
        item = self.platform.catalogue.items.get(code)
        return item.name if item is not None else code


def read_case_file(session: Session, platform: Platform, case_id: int) -> CaseFile:
    """Raises NotFound."""
    wanted = select(Case, CommissioningUnit.name).join(
        CommissioningUnit, CommissioningUnit.code == Case.unit_code
    )
    found = session.execute(wanted.where(Case.id == case_id)).one_or_none()
    if found is None:
        raise NotFound(case=case_id)
    return CaseFile(session, platform, found[0], found[1], platform.clock.now())


def day_of(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
