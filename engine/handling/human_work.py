"""Complete a human task: four-eyes, the result and the advance in one transaction."""

from collections.abc import Mapping
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.authority import Person, Power
from engine.domain.errors import NotFound, RuleViolation
from engine.form_definitions import FormDefinition
from engine.handling.authority import check_completion
from engine.handling.pinning import pinned_definition
from engine.handling.progress import run_until_waiting
from engine.handling.saving import recorded, save
from engine.platform import Platform
from engine.runtime import Instance
from engine.service_tasks.operation import CallContext
from engine.store.audit import record_audit
from engine.store.cases import lock_case
from engine.store.grants import person_named
from engine.store.holidays import read_calendar
from engine.store.human_tasks import HumanTask, TaskState, keep_result
from engine.store.instances import wait_for_instance


class ResultNotAllowed(RuleViolation):
    """提交的办理结果不是该事项允许的结果"""


class FormUnknown(RuleViolation):
    """没有该事项的表单"""


def complete_task(
    session: Session, platform: Platform, task_id: int, worker: str, result: Mapping[str, object]
) -> None:
    """Raises NotFound, NotWaiting (already done), NotYourPost, TaskTaken, TaskSuspended, ReviewerMustDiffer,
    ResultNotAllowed, BeyondThisRelease."""
    known = session.get(HumanTask, task_id)
    if known is None:
        raise NotFound(task=task_id)
    case = lock_case(session, known.case_id)
    row = wait_for_instance(session, known.instance_id)
    wanted = select(HumanTask).where(HumanTask.id == task_id)
    task = session.scalars(wanted.execution_options(populate_existing=True)).one()
    form = platform.forms.get(task.form)
    if form is None:
        raise FormUnknown(form=task.form)
    power = _check(session, task, form, person_named(session, worker, platform.clock.now()), result)
    definition = pinned_definition(session, row.definition_digest)
    instance = Instance.restore(definition, row.body, platform.clock.now, partial(read_calendar, session))
    context = CallContext(session, platform, case, definition, None, platform.clock.now())
    before = recorded(session, {row.id: instance})[row.id]
    instance.complete_human(task.task_id, form.decisions_in(result))
    task.state, task.completed_by, task.completed_at = TaskState.COMPLETED, worker, context.now
    task.owner, task.in_place_of, task.version = worker, power.stands_for, task.version + 1
    keep_result(platform.vault, task, result)
    session.flush()
    run_until_waiting(context, row, instance)
    save(context, row, instance, before)
    instance.release()
    facts = {"element": task.element_id, "result": form.decisions_in(result)}
    record_audit(session, context.now, worker, "task_completed", case.id, facts)


def _check(
    session: Session, task: HumanTask, form: FormDefinition, person: Person, result: Mapping[str, object]
) -> Power:
    power = check_completion(session, task, person)
    problems = form.problems_in(result)
    if problems:
        raise ResultNotAllowed(task=task.id, problems=problems)
    return power
