"""A person has an incident skipped: the case goes on the way its diagram has for work that was given up, or
the step begins anew with something else."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.errors import NotFound, RuleViolation
from engine.platform import Platform
from engine.runtime import Definition
from engine.service_tasks.operation import CallContext, OutsideOperation, Word
from engine.service_tasks.registry import OPERATIONS
from engine.store.cases import lock_case
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.incidents import IncidentKind, IncidentState
from engine.store.instances import ProcessInstance, wake_instances
from engine.store.outbox import OutboxRow, OutboxState
from engine.supervision.retrying import decide, need_reason, the_symptom
from engine.supervision.symptoms import Symptom

SKIPPED = "skipped"  # the failure code under which skipped work is on record
FindDefinition = Callable[[Session, str], Definition]


class SkipImpossible(RuleViolation):
    """该异常件不能跳过：流程没有放弃这项工作之后的办法，请重新执行或者退回岗位处理"""


def skip_incident(
    session: Session,
    platform: Platform,
    find_definition: FindDefinition,
    kind: str,
    incident_id: int,
    who: str,
    reason: str,
) -> None:
    """Raises NotFound, ReasonMissing, SkipImpossible (then nothing has changed).

    `find_definition` is engine.handling.pinning's: the doors do not know each other, web knows both.
    """
    need_reason(reason)
    symptom = the_symptom(session, kind, incident_id)
    now = platform.clock.now()
    if symptom.kind == IncidentKind.WORK:
        _give_up(session, platform, find_definition, symptom, Word(who, reason))
    elif symptom.kind == IncidentKind.TASK_LEFT:
        _cancel_task(session, symptom)
    else:
        raise SkipImpossible(kind=kind, incident=incident_id)
    decide(session, symptom, IncidentState.SKIPPED, who, now, reason)


def _give_up(
    session: Session, platform: Platform, find_definition: FindDefinition, symptom: Symptom, word: Word
) -> None:
    """As if the last attempt had just failed. Lock order: case, then its rows."""
    case = lock_case(session, symptom.case_id)
    wanted = select(OutboxRow).where(
        OutboxRow.id == symptom.subject_id, OutboxRow.state == OutboxState.INCIDENT
    )
    row = session.scalars(wanted.with_for_update()).one_or_none()
    if row is None:  # somebody else decided first
        raise NotFound(kind=symptom.kind, incident=symptom.subject_id)
    operation = OPERATIONS[row.operation]
    if not isinstance(operation, OutsideOperation):
        raise SkipImpossible(operation=row.operation)
    digest = session.get_one(ProcessInstance, row.instance_id).definition_digest
    definition = find_definition(session, digest)
    context = CallContext(session, platform, case, definition, None, platform.clock.now())
    if operation.begin_anew is not None:
        row.arguments = {**row.arguments, **operation.begin_anew(context, row.arguments, word)}
        row.state, row.due_at, row.forgiven = OutboxState.READY, context.now, row.attempts
    elif operation.give_up is not None:
        row.result = dict(operation.give_up(context, row.arguments, SKIPPED))
        row.state, row.failure_code, row.finished_at = OutboxState.RESULT, SKIPPED, context.now
        session.flush()
        wake_instances(session, {row.instance_id})
    else:
        raise SkipImpossible(operation=row.operation)


def _cancel_task(session: Session, symptom: Symptom) -> None:
    lock_case(session, symptom.case_id)
    task = session.get_one(HumanTask, symptom.subject_id, with_for_update=True)
    task.state = TaskState.CANCELLED
