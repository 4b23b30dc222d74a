"""Open a task to work on it: its form and draft, the case around it, and what this person may do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.authority import Person
from engine.domain.errors import NotFound
from engine.form_definitions import FormDefinition
from engine.handling.authority import check_completion
from engine.handling.form_work.drafting import open_draft, task_subject
from engine.handling.form_work.facts import Sight, facts_for
from engine.handling.form_work.opinions import Opinion, opinion_of, opinions_of
from engine.handling.human_work import FormUnknown
from engine.handling.inbox import Line, Possible, colleagues_for, look_at
from engine.handling.pinning import pinned_definition
from engine.platform import Platform
from engine.runtime import documentation_of
from engine.store.cases import Case
from engine.store.documents import Document
from engine.store.drafts import Draft
from engine.store.human_tasks import HumanTask, TaskState, tasks_of_case
from engine.store.instances import digests_of


@dataclass(frozen=True)
class Paper:
    name: str
    digest: str
    kind: str
    size: int


@dataclass(frozen=True)
class OpenTask:
    """`may_fill`: the form is this person's to fill in now. `done`: what was sent, once it has been."""

    line: Line
    possible: Possible
    colleagues: tuple[str, ...]  # who may have it instead
    may_fill: bool
    form: FormDefinition
    instructions: str
    facts: Mapping[str, str] = field(repr=False)
    papers: tuple[Paper, ...]
    opinions: tuple[Opinion, ...]
    draft: Draft | None
    done: Opinion | None


@dataclass(frozen=True)
class Sheet:
    """A form and the draft of it: what is needed to read what a page posts."""

    form: FormDefinition
    draft: Draft | None


def open_task(session: Session, platform: Platform, task_id: int, person: Person) -> OpenTask:
    """To look at; nothing is locked. Raises NotFound, FormUnknown."""
    line, possible = look_at(session, platform, person, task_id)
    task, case = _task(session, task_id), session.get_one(Case, line.task.case_id)
    form = _form(platform, task)
    others = [other for other in tasks_of_case(session, case.id) if other.id != task.id]
    papers = session.scalars(select(Document).where(Document.case_id == case.id).order_by(Document.id))
    may_fill = possible.is_mine and possible.refusal is None and not task.suspended
    return OpenTask(
        line=line,
        possible=possible,
        colleagues=_colleagues(session, platform, task) if possible.may_move else (),
        may_fill=may_fill,
        form=form,
        instructions=_instructions(session, task),
        facts=facts_for(form, Sight(session, platform, case)),
        papers=tuple(Paper(row.name, row.digest, row.kind, row.size) for row in papers),
        opinions=opinions_of(platform, others),
        draft=open_draft(session, platform, person.name, task_subject(task.id), form) if may_fill else None,
        done=opinion_of(platform, task) if task.state == TaskState.COMPLETED else None,
    )


def sheet_of(session: Session, platform: Platform, task_id: int, person: Person) -> Sheet:
    """For somebody who sends the form or keeps a draft: what comes with it is read only from who may.

    Raises what check_completion raises, NotFound, FormUnknown.
    """
    task = _task(session, task_id)
    check_completion(session, task, person)
    form = _form(platform, task)
    return Sheet(form, open_draft(session, platform, person.name, task_subject(task.id), form))


def _task(session: Session, task_id: int) -> HumanTask:
    task = session.get(HumanTask, task_id)
    if task is None:
        raise NotFound(task=task_id)
    return task


def _form(platform: Platform, task: HumanTask) -> FormDefinition:
    form = platform.forms.get(task.form)
    if form is None:
        raise FormUnknown(form=task.form)
    return form


def _colleagues(session: Session, platform: Platform, task: HumanTask) -> tuple[str, ...]:
    return tuple(colleagues_for(session, task.id, platform.clock.now()))


def _instructions(session: Session, task: HumanTask) -> str:
    digest = digests_of(session, [task.instance_id])[task.instance_id]
    return documentation_of(pinned_definition(session, digest)).get((task.element_id, task.name), "")
