"""Find cases: by number, unit, state and date, or by the number of a person's document."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from engine.domain.authority import Person, Right
from engine.domain.report_number import SHANGHAI
from engine.handling.case_file.words import MESSAGES, OUTSIDE_WORK, STATES, said
from engine.platform import Platform
from engine.store.audit import record_audit
from engine.store.cases import Case
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.instances import ExpectedMessage, HistoryEvent, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.people_index import cases_of_id_number
from engine.store.reports import Report
from engine.store.units import CommissioningUnit

PAGE = 50
NOT_TOLD = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "callActivity")


@dataclass(frozen=True)
class Wanted:
    """What to look for; empty leaves it open. `before`: go on below this case."""

    case_no: str = ""
    commission_no: str = ""
    report_no: str = ""
    unit_code: str = ""
    state: str = ""
    first_day: date | None = None
    last_day: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class Waiting:
    """`post` where a person is waited for. `has_stopped`: outside work that no attempt helps any more."""

    what: str
    post: str = ""
    has_stopped: bool = False


@dataclass(frozen=True)
class Found:
    case_id: int
    case_no: str
    service: str
    unit: str
    state: str
    state_words: str
    received_at: datetime
    last_step: str
    waiting_for: tuple[Waiting, ...]


@dataclass(frozen=True)
class FoundCases:
    """Newest first; `next_before` leads to the page after this one."""

    cases: tuple[Found, ...]
    next_before: int | None


@dataclass(frozen=True)
class UnitChoice:
    code: str
    name: str


def units_to_choose(session: Session) -> tuple[UnitChoice, ...]:
    rows = session.execute(select(CommissioningUnit.code, CommissioningUnit.name))
    return tuple(sorted((UnitChoice(*row) for row in rows), key=lambda unit: unit.name))


def find_cases(session: Session, platform: Platform, wanted: Wanted) -> FoundCases:
    """A page by the key of the last one: as quick on the hundredth page as on the first."""
    query = _joined().where(*_conditions(wanted)).order_by(Case.id.desc()).limit(PAGE + 1)
    rows = session.execute(query).all()
    shown = rows[:PAGE]
    return FoundCases(_found(session, platform, shown), shown[-1][0].id if len(rows) > PAGE else None)


def find_by_id_number(session: Session, platform: Platform, person: Person, id_no: str) -> FoundCases:
    """All cases of a person. On record, without the number. Raises NotAuthorised."""
    person.need(Right.READ_CASES)
    ids = cases_of_id_number(session, platform.vault, id_no)[-PAGE:]
    rows = session.execute(_joined().where(Case.id.in_(ids)).order_by(Case.id.desc())).all()
    now = platform.clock.now()
    record_audit(session, now, person.name, "cases_searched_by_id_number", None, {"cases": ids})
    return FoundCases(_found(session, platform, rows), None)


def _joined() -> Select[Case, str]:
    joined = select(Case, CommissioningUnit.name)
    return joined.join(CommissioningUnit, CommissioningUnit.code == Case.unit_code)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = {
        Case.case_no: wanted.case_no,
        Case.commission_no: wanted.commission_no,
        Case.unit_code: wanted.unit_code,
        Case.state: wanted.state,
    }
    conditions = [column == value for column, value in exact.items() if value]
    if wanted.report_no:
        conditions.append(Case.id.in_(select(Report.case_id).where(Report.number == wanted.report_no)))
    if wanted.first_day is not None:
        conditions.append(Case.received_at >= _midnight(wanted.first_day))
    if wanted.last_day is not None:
        conditions.append(Case.received_at < _midnight(wanted.last_day + timedelta(days=1)))
    if wanted.before is not None:
        conditions.append(Case.id < wanted.before)
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _found(session: Session, platform: Platform, rows: Iterable[Any]) -> tuple[Found, ...]:
    listed = list(rows)
    ids = [case.id for case, _ in listed]
    steps, waits = _last_steps(session, ids), _waits(session, ids)
    services = platform.catalogue.services
    return tuple(
        Found(
            case_id=case.id,
            case_no=case.case_no or "",
            service=services[case.service].name if case.service in services else case.service,
            unit=unit,
            state=case.state,
            state_words=said(STATES, case.state),
            received_at=case.received_at,
            last_step=steps.get(case.id, ""),
            waiting_for=tuple(dict.fromkeys(waits[case.id])),
        )
        for case, unit in listed
    )


def _last_steps(session: Session, ids: list[int]) -> Mapping[int, str]:
    """The name of the last one that has one, gateways left out."""
    latest = (
        select(func.max(HistoryEvent.id))
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .where(ProcessInstance.case_id.in_(ids), HistoryEvent.name != "", HistoryEvent.kind.not_in(NOT_TOLD))
        .group_by(ProcessInstance.case_id)
    )
    wanted = select(ProcessInstance.case_id, HistoryEvent.name).join(
        HistoryEvent, HistoryEvent.instance_id == ProcessInstance.id
    )
    rows = session.execute(wanted.where(HistoryEvent.id.in_(latest)))
    return {case_id: name for case_id, name in rows}


def _waits(session: Session, ids: list[int]) -> Mapping[int, list[Waiting]]:
    waits: dict[int, list[Waiting]] = defaultdict(list)
    tasks = select(HumanTask.case_id, HumanTask.name, HumanTask.post).where(
        HumanTask.case_id.in_(ids), HumanTask.state == TaskState.OPEN
    )
    for case_id, name, post in session.execute(tasks.order_by(HumanTask.id)):
        waits[case_id].append(Waiting(name, post))
    messages = select(ExpectedMessage.case_id, ExpectedMessage.name).where(ExpectedMessage.case_id.in_(ids))
    for case_id, name in session.execute(messages.order_by(ExpectedMessage.id)):
        waits[case_id].append(Waiting(said(MESSAGES, name)))
    for case_id, work in _outside(session, ids):
        waits[case_id].append(work)
    return waits


def _outside(session: Session, ids: list[int]) -> list[tuple[int, Waiting]]:
    unfinished = (OutboxState.READY, OutboxState.LEASED, OutboxState.INCIDENT)
    wanted = (
        select(OutboxRow.case_id, OutboxRow.operation, OutboxRow.state)
        .where(OutboxRow.case_id.in_(ids), OutboxRow.state.in_(unfinished))
        .distinct()
    )
    return [
        (case_id, Waiting(said(OUTSIDE_WORK, operation), has_stopped=state == OutboxState.INCIDENT))
        for case_id, operation, state in session.execute(wanted)
    ]
