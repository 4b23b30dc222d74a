"""The views of the inbox: open tasks by lane and what somebody has done, read over partial indexes.

A view is one ordered, limited scan per lane, put together; a million finished tasks are never looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, nulls_last, select, union_all
from sqlalchemy.orm import Session

from engine.domain.json_text import read_json
from engine.ports import Vault
from engine.store.cases import COMMISSION, Case, CommissionRevision
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.units import CommissioningUnit

MOST_COUNTED = 1000

# Written out, so that the planner sees that the partial indexes hold these rows.
_IS_OPEN = HumanTask.state == literal_column("'open'")
_IS_FREE = and_(_IS_OPEN, HumanTask.owner.is_(None))
_HAS_LIMIT = and_(_IS_OPEN, HumanTask.due_at.is_not(None))
BY_URGENCY = (nulls_last(HumanTask.due_at.asc()), HumanTask.created_at, HumanTask.id)
BY_LIMIT = (HumanTask.due_at, HumanTask.id)
BY_END = (HumanTask.completed_at.desc(), HumanTask.id.desc())


class View(StrEnum):
    MINE = "mine"
    FREE = "free"
    SOON = "soon"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    DONE = "done"


@dataclass(frozen=True)
class Reader:
    """Who looks: the account, its lanes, the lanes whose limits it watches, until when a limit is near."""

    name: str
    lanes: tuple[str, ...]
    watched: tuple[str, ...]
    now: datetime
    near: datetime


@dataclass(frozen=True)
class Narrowing:
    """What a view is narrowed to; None leaves it open."""

    service: str | None = None
    unit_code: str | None = None
    lane: str | None = None


@dataclass(frozen=True)
class TaskRow:
    """A task with what the list shows of its case."""

    id: int
    version: int
    case_id: int
    element_id: str
    name: str
    post: str
    state: str
    owner: str | None
    in_place_of: str | None
    suspended: bool
    created_at: datetime
    due_at: datetime | None
    completed_at: datetime | None
    case_no: str
    service: str
    unit_code: str
    unit_name: str


OF_TASK = ("case_no", "service", "unit_code")
COLUMNS: tuple[Any, ...] = tuple(
    CommissioningUnit.name.label("unit_name")
    if column.name == "unit_name"
    else getattr(Case if column.name in OF_TASK else HumanTask, column.name)
    for column in fields(TaskRow)
)


def rows_of_view(
    session: Session, view: View, reader: Reader, narrowing: Narrowing, limit: int, offset: int = 0
) -> list[TaskRow]:
    parts = [part.limit(limit + offset) for part in _parts(view, reader, narrowing)]
    if not parts:
        return []
    chosen = union_all(*(select(part.subquery().c.id) for part in parts)).subquery()
    wanted = _rows().where(HumanTask.id.in_(select(chosen.c.id)))
    order = {View.DONE: BY_END, View.SOON: BY_LIMIT, View.OVERDUE: BY_LIMIT}.get(view, BY_URGENCY)
    found = session.execute(wanted.order_by(*order).limit(limit).offset(offset))
    return [TaskRow(*row) for row in found]


def count_view(session: Session, view: View, reader: Reader) -> int:
    """Up to MOST_COUNTED: nobody reads a larger number, and counting on costs."""
    parts = [part.order_by(None).limit(MOST_COUNTED) for part in _parts(view, reader, Narrowing())]
    if not parts:
        return 0
    ids = union_all(*(select(part.subquery().c.id) for part in parts)).limit(MOST_COUNTED).subquery()
    return session.scalars(select(func.count()).select_from(ids)).one()


def row_of_task(session: Session, task_id: int) -> TaskRow | None:
    found = session.execute(_rows().where(HumanTask.id == task_id)).one_or_none()
    return None if found is None else TaskRow(*found)


def _rows() -> Select[Any]:
    return (
        select(*COLUMNS)
        .join(Case, Case.id == HumanTask.case_id)
        .join(CommissioningUnit, CommissioningUnit.code == Case.unit_code)
    )


def _parts(view: View, reader: Reader, narrowing: Narrowing) -> list[Select[int]]:
    """Each a range of one index, in the order of that index."""
    if view is View.DONE:
        done = and_(HumanTask.completed_by == reader.name, HumanTask.state == TaskState.COMPLETED)
        return [_narrowed(done, BY_END, narrowing)]
    if view in (View.MINE, View.SUSPENDED):
        mine = and_(_IS_OPEN, HumanTask.owner == reader.name)
        is_aside = HumanTask.suspended.is_(view is View.SUSPENDED)
        return [_narrowed(and_(mine, is_aside), BY_URGENCY, narrowing)]
    seen = reader.lanes if view is View.FREE else reader.watched
    lanes = [lane for lane in seen if narrowing.lane in (None, lane)]
    return [_narrowed(_of_lane(view, lane, reader), _order(view), narrowing) for lane in lanes]


def _of_lane(view: View, lane: str, reader: Reader) -> ColumnElement[bool]:
    is_here = HumanTask.post == lane
    if view is View.FREE:
        return and_(_IS_FREE, is_here)
    if view is View.OVERDUE:
        return and_(_HAS_LIMIT, is_here, HumanTask.due_at < reader.now)
    return and_(_HAS_LIMIT, is_here, HumanTask.due_at >= reader.now, HumanTask.due_at <= reader.near)


def _order(view: View) -> tuple[Any, ...]:
    return BY_URGENCY if view is View.FREE else BY_LIMIT


def _narrowed(which: ColumnElement[bool], order: tuple[Any, ...], narrowing: Narrowing) -> Select[int]:
    wanted = select(HumanTask.id).where(which).order_by(*order)
    if narrowing.lane is not None:
        wanted = wanted.where(HumanTask.post == narrowing.lane)
    of_case = {Case.service: narrowing.service, Case.unit_code: narrowing.unit_code}
    asked = [column == value for column, value in of_case.items() if value is not None]
    return wanted.join(Case, Case.id == HumanTask.case_id).where(*asked) if asked else wanted


@dataclass(frozen=True)
class Party:
    """Who a case is about, as a list may show: the head's name and how many persons."""

    head: str = field(repr=False)
    persons: int


def parties_of(session: Session, vault: Vault, case_ids: Iterable[int]) -> dict[int, Party]:
    """From the latest commission of each case; only the two facts are taken out."""
    wanted = sorted(set(case_ids))
    latest = (
        select(CommissionRevision.case_id, func.max(CommissionRevision.revision).label("revision"))
        .where(CommissionRevision.case_id.in_(wanted))
        .group_by(CommissionRevision.case_id)
        .subquery()
    )
    rows = session.execute(
        select(CommissionRevision.case_id, CommissionRevision.revision, CommissionRevision.body).join(
            latest,
            and_(
                latest.c.case_id == CommissionRevision.case_id,
                latest.c.revision == CommissionRevision.revision,
            ),
        )
    )
    return {case_id: _party(vault, case_id, revision, body) for case_id, revision, body in rows}


def _party(vault: Vault, case_id: int, revision: int, body: bytes) -> Party:
    household = read_json(vault.open(COMMISSION.place_of(case_id, revision), body))["household"]
    persons: Sequence[dict[str, Any]] = household["persons"]
    head = next(person["name"] for person in persons if person["ref"] == household["head"])
    return Party(head, len(persons))
