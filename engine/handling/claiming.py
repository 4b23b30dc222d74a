"""Claim, give back, transfer, suspend and resume tasks: one at a time, or many with what became of each."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain.authority import NotAuthorised, Person
from engine.domain.errors import NotFound, NotWaiting, RuleViolation
from engine.handling.authority import TaskSuspended, TaskTaken, check_claim, may_move
from engine.store.audit import record_audit
from engine.store.cases import lock_case
from engine.store.grants import person_named
from engine.store.human_tasks import HumanTask, TaskState, change_open_task, task_as_it_is

MOST_AT_ONCE = 200
Opening = Callable[[], AbstractContextManager[Session]]


class TaskChanged(RuleViolation):
    """该事项刚刚有变动，请刷新后再操作"""


class TooManyAtOnce(RuleViolation):
    """一次最多操作 200 项"""


@dataclass(frozen=True)
class Seen:
    """A task as the page showed it: its version then."""

    task_id: int
    version: int


@dataclass(frozen=True)
class Outcome:
    """What became of one of many; `refusal` is None when it was done."""

    task_id: int
    refusal: RuleViolation | None


Act = Callable[[Session, Seen], None]


def claim(session: Session, seen: Seen, person: Person, now: datetime) -> None:
    """Raises NotFound, NotWaiting, NotYourPost, ReviewerMustDiffer, TaskTaken, TaskSuspended, TaskChanged."""
    task = _locked(session, seen)
    power = check_claim(session, task, person)
    if task.owner == person.name:
        return
    if task.owner is not None:
        raise TaskTaken(task=task.id, owner=task.owner)
    if task.suspended:
        raise TaskSuspended(task=task.id)
    _change(session, seen, owner=person.name, claimed_at=now, in_place_of=power.stands_for)
    _record(session, task, person, "task_claimed", now, in_place_of=power.stands_for)


def give_back(session: Session, seen: Seen, person: Person, now: datetime) -> None:
    """Everybody of the post may claim it again. Raises NotFound, NotWaiting, NotAuthorised, TaskChanged."""
    task = _open(session, seen)
    if task.owner is None or not may_move(task, person):
        raise NotAuthorised(task=task.id, person=person.name)
    before = task.owner
    _change(session, seen, owner=None, claimed_at=None, in_place_of=None, transferred_from=before)
    _record(session, task, person, "task_given_back", now, owner=before)


def transfer(session: Session, seen: Seen, person: Person, to: str, now: datetime) -> None:
    """To somebody who might claim it: four eyes hold for them too. Raises as claim, NotAuthorised."""
    task = _open(session, seen)
    if not may_move(task, person):
        raise NotAuthorised(task=task.id, person=person.name)
    power, before = check_claim(session, task, person_named(session, to, now)), task.owner
    _change(
        session,
        seen,
        owner=to,
        claimed_at=now,
        in_place_of=power.stands_for,
        transferred_from=before or person.name,
    )
    _record(session, task, person, "task_transferred", now, owner=before, to=to)


def suspend(session: Session, seen: Seen, person: Person, now: datetime) -> None:
    """The owner sets it aside. The limit of the case goes on. Raises as give_back."""
    _set_suspended(session, seen, person, True, now)


def resume(session: Session, seen: Seen, person: Person, now: datetime) -> None:
    _set_suspended(session, seen, person, False, now)


def _set_suspended(session: Session, seen: Seen, person: Person, suspended: bool, now: datetime) -> None:
    task = _open(session, seen)
    if task.owner is None or not may_move(task, person):
        raise NotAuthorised(task=task.id, person=person.name)
    _change(session, seen, suspended=suspended)
    _record(session, task, person, "task_suspended" if suspended else "task_resumed", now)


def for_each(transaction: Opening, wanted: Iterable[Seen], act: Act) -> list[Outcome]:
    """Each in a transaction of its own: a refusal of one keeps none of the others. Raises TooManyAtOnce.

    `act` is one of the above for a person: `lambda session, seen: claim(session, seen, person, now)`.
    """
    each = list(wanted)
    if len(each) > MOST_AT_ONCE:
        raise TooManyAtOnce
    return [_tried(transaction, seen, act) for seen in each]


def _tried(transaction: Opening, seen: Seen, act: Act) -> Outcome:
    try:
        with transaction() as session:
            act(session, seen)
    except RuleViolation as refusal:
        return Outcome(seen.task_id, refusal)
    return Outcome(seen.task_id, None)


def _locked(session: Session, seen: Seen) -> HumanTask:
    """As it is now, under the lock of its case, so that nobody with the other review comes between."""
    known = session.get(HumanTask, seen.task_id)
    if known is None:
        raise NotFound(task=seen.task_id)
    lock_case(session, known.case_id)
    return task_as_it_is(session, seen.task_id)


def _open(session: Session, seen: Seen) -> HumanTask:
    task = _locked(session, seen)
    if task.state != TaskState.OPEN:
        raise NotWaiting(task=task.id)
    return task


def _change(session: Session, seen: Seen, **values: object) -> None:
    if not change_open_task(session, seen.task_id, seen.version, values):
        raise TaskChanged(task=seen.task_id)


def _record(
    session: Session, task: HumanTask, person: Person, action: str, now: datetime, **facts: object
) -> None:
    record_audit(session, now, person.name, action, task.case_id, {"task": task.id, **facts})
