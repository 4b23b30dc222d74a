"""The inbox (待办): what waits for a person, by view, and who else may have a task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from engine.domain.authority import Person, Power, Right
from engine.domain.deadlines import Calendar, working_days_between
from engine.domain.errors import NotFound, RuleViolation
from engine.domain.identity import mask_name
from engine.domain.posts import POSTS
from engine.domain.report_number import SHANGHAI
from engine.handling.authority import check_claim, may_move
from engine.platform import Platform
from engine.store.grants import people_of_lane, person_named
from engine.store.holidays import read_calendar
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.inbox import (
    MOST_COUNTED,
    Narrowing,
    Reader,
    TaskRow,
    View,
    count_view,
    parties_of,
    row_of_task,
    rows_of_view,
)

__all__ = ["MOST_COUNTED", "Inbox", "Narrowing", "View", "colleagues_for", "counts_of", "look", "look_at"]

PAGE = 50
LAST_PAGE = 20
NEAR_WORKING_DAYS = 2


@dataclass(frozen=True)
class Limit:
    """`days`: whole working days that are left, or by how many it is overdue."""

    due_on: date
    is_over: bool
    is_near: bool
    days: int


@dataclass(frozen=True)
class Line:
    """A task as a list shows it; the head's name in part."""

    task: TaskRow
    limit: Limit | None
    head: str = field(repr=False)
    persons: int


@dataclass(frozen=True)
class Inbox:
    view: View
    lines: tuple[Line, ...]
    counts: Mapping[View, int]
    page: int
    has_more: bool


@dataclass(frozen=True)
class Possible:
    """What a person may do with a task; `refusal` says why not, when it is free or theirs."""

    is_mine: bool
    may_claim: bool
    may_move: bool
    refusal: RuleViolation | None


def look(
    session: Session, platform: Platform, person: Person, view: View, narrowing: Narrowing, page: int = 1
) -> Inbox:
    """One page of a view, and how many each view holds. Pages beyond the last are the last."""
    now, calendar = platform.clock.now(), read_calendar(session)
    reader = _reader(person, now, calendar)
    page = min(max(page, 1), LAST_PAGE)
    rows = rows_of_view(session, view, reader, narrowing, PAGE + 1, (page - 1) * PAGE)
    lines = _lines(session, platform, rows[:PAGE], now, calendar)
    return Inbox(view, lines, _counts(session, reader), page, len(rows) > PAGE and page < LAST_PAGE)


def counts_of(session: Session, platform: Platform, person: Person) -> Mapping[View, int]:
    now = platform.clock.now()
    return _counts(session, _reader(person, now, read_calendar(session)))


def _counts(session: Session, reader: Reader) -> Mapping[View, int]:
    """What is done is not counted: it only grows."""
    views: list[View] = [view for view in View if view is not View.DONE]
    return {view: count_view(session, view, reader) for view in views}


def look_at(session: Session, platform: Platform, person: Person, task_id: int) -> tuple[Line, Possible]:
    """One task. Raises NotFound, also when the person may not read cases."""
    row = row_of_task(session, task_id)
    if row is None or not person.has(Right.READ_CASES):
        raise NotFound(task=task_id)
    (line,) = _lines(session, platform, [row], platform.clock.now(), read_calendar(session))
    return line, possible_for(session, session.get_one(HumanTask, task_id), person)


def possible_for(session: Session, task: HumanTask, person: Person) -> Possible:
    """Said before they try; the rules are asked again, under the lock, when they do."""
    is_mine = task.owner == person.name and task.state == TaskState.OPEN
    if task.state != TaskState.OPEN or not (is_mine or task.owner is None):
        return Possible(False, False, task.state == TaskState.OPEN and may_move(task, person), None)
    try:
        check_claim(session, task, person)
    except RuleViolation as refusal:
        return Possible(is_mine, False, may_move(task, person), refusal)
    return Possible(is_mine, not is_mine, may_move(task, person), None)


def colleagues_for(session: Session, task_id: int, now: datetime) -> list[str]:
    """Staff numbers of those who might claim the task, its owner left out."""
    task = session.get(HumanTask, task_id)
    if task is None:
        raise NotFound(task=task_id)
    candidates = [name for name in people_of_lane(session, task.post, now) if name != task.owner]
    return [name for name in candidates if _might_claim(session, task, person_named(session, name, now))]


def _might_claim(session: Session, task: HumanTask, person: Person) -> bool:
    try:
        power: Power | None = check_claim(session, task, person)
    except RuleViolation:
        power = None
    return power is not None


def _reader(person: Person, now: datetime, calendar: Calendar) -> Reader:
    """A supervisor watches the limits of every lane."""
    own = tuple(sorted(person.lanes))
    watched = POSTS if person.has(Right.TRANSFER_ANY) else own
    return Reader(person.name, own, watched, now, _near(now, calendar))


def _near(now: datetime, calendar: Calendar) -> datetime:
    """The end of the second working day from today."""
    day, left = now.astimezone(SHANGHAI).date(), NEAR_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)


def _lines(
    session: Session, platform: Platform, rows: list[TaskRow], now: datetime, calendar: Calendar
) -> tuple[Line, ...]:
    parties = parties_of(session, platform.vault, (row.case_id for row in rows))
    return tuple(
        Line(
            row,
            limit_of(row.due_at, now, calendar),
            mask_name(parties[row.case_id].head),
            parties[row.case_id].persons,
        )
        for row in rows
    )


def limit_of(due_at: datetime | None, now: datetime, calendar: Calendar) -> Limit | None:
    """A limit ends with its last working day: the moment after it belongs to the next day."""
    if due_at is None:
        return None
    today = now.astimezone(SHANGHAI).date()
    due_on = (due_at.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()
    is_over = due_at <= now
    first, last = (due_on, today) if is_over else (today, due_on)
    return Limit(
        due_on,
        is_over,
        not is_over and due_at <= _near(now, calendar),
        working_days_between(first, last, calendar),
    )
