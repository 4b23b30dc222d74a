"""Who may take and complete a task: post, stand-in, owner, four eyes; under the lock of the case."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.domain.authority import Doing, Person, Power, Right, is_second_pair
from engine.domain.errors import NotWaiting, ReviewerMustDiffer, RuleViolation
from engine.handling.pinning import pinned_definition
from engine.runtime import kept_apart
from engine.store.human_tasks import HumanTask, TaskState, doings_of
from engine.store.instances import ProcessInstance

# The two reviews (6.1 b), also of instances whose diagram is from before `hedui:apart`.
FOUR_EYES: Mapping[str, frozenset[str]] = {
    "first_review": frozenset({"second_review"}),
    "second_review": frozenset({"first_review"}),
}


class TaskTaken(RuleViolation):
    """该事项已由他人领取"""


class TaskSuspended(RuleViolation):
    """该事项已挂起，恢复后才能办理"""


def check_claim(session: Session, task: HumanTask, person: Person) -> Power:
    """The power by which the person may have the task. The case must be locked.

    Raises NotWaiting, NotYourPost, ReviewerMustDiffer.
    """
    if task.state != TaskState.OPEN:
        raise NotWaiting(task=task.id)
    power = person.power_for(task.post)
    apart = _apart_from(session, task)
    doing = Doing(task.element_id, person.name, power.stands_for)
    if apart and not is_second_pair(doing, doings_of(session, task.case_id, apart), apart):
        raise ReviewerMustDiffer(task=task.id)
    return power


def _apart_from(session: Session, task: HumanTask) -> frozenset[str]:
    """As the diagram says that the instance is pinned to."""
    digest = session.get_one(ProcessInstance, task.instance_id).definition_digest
    drawn = kept_apart(pinned_definition(session, digest)).get(task.element_id, frozenset())
    return drawn | FOUR_EYES.get(task.element_id, frozenset())


def check_completion(session: Session, task: HumanTask, person: Person) -> Power:
    """As check_claim: what was right at the claim may have changed. Raises TaskTaken, TaskSuspended too."""
    power = check_claim(session, task, person)
    if task.owner is not None and task.owner != person.name:
        raise TaskTaken(task=task.id, owner=task.owner)
    if task.suspended:
        raise TaskSuspended(task=task.id)
    return power


def may_move(task: HumanTask, person: Person) -> bool:
    """Hand on what somebody has: the owner, who stands in for the owner in this lane, or a supervisor."""
    stands_in = any(
        power.stands_for == task.owner and task.post in power.lanes
        for power in person.powers
        if power.stands_for is not None
    )
    return task.owner == person.name or stands_in or person.has(Right.TRANSFER_ANY)
