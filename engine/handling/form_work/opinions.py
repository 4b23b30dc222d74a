"""What was decided in a case before: who did which task when, with the answers given, to read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.form_definitions import FormDefinition
from engine.form_definitions.components import Component, Field, Group, Repetition
from engine.platform import Platform
from engine.store.human_tasks import HumanTask, TaskState, result_of


@dataclass(frozen=True)
class Opinion:
    """`form` has only the fields that were answered; it is None when nothing of its form was."""

    name: str
    worker: str
    in_place_of: str | None
    at: datetime
    form: FormDefinition | None
    answers: Mapping[str, object] = field(repr=False)


def opinions_of(platform: Platform, tasks: Iterable[HumanTask]) -> tuple[Opinion, ...]:
    """The latest first."""
    done = [task for task in tasks if task.state == TaskState.COMPLETED]
    done.sort(key=lambda task: (task.completed_at or task.created_at, task.id), reverse=True)
    return tuple(opinion_of(platform, task) for task in done)


def opinion_of(platform: Platform, task: HumanTask) -> Opinion:
    answers = result_of(platform.vault, task) or {}
    form = platform.forms.get(task.form)
    return Opinion(
        name=task.name,
        worker=task.completed_by or "",
        in_place_of=task.in_place_of,
        at=task.completed_at or task.created_at,
        form=None if form is None else _answered(form, answers),
        answers=answers,
    )


def _answered(form: FormDefinition, answers: Mapping[str, object]) -> FormDefinition | None:
    parts = tuple(_kept(form.components, answers))
    return replace(form, components=parts, _schemas={}) if parts else None


def _kept(components: Sequence[Component], answers: Mapping[str, object]) -> Iterator[Component]:
    for part in components:
        if isinstance(part, Group):
            inner = tuple(_kept(part.components, answers))
            if inner:
                yield replace(part, components=inner, hidden_when=None)
        elif isinstance(part, Field | Repetition) and _is_answered(part, answers.get(part.key)):
            yield replace(part, hidden_when=None)


def _is_answered(part: Field | Repetition, value: object) -> bool:
    """No as a decision is an answer; a box that is not ticked is none."""
    if value is False:
        return isinstance(part, Field) and part.decision
    return value not in (None, "", [])
