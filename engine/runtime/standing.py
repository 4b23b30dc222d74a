"""Where a stored instance stands: the open elements of its diagrams, to be looked at, not carried on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from SpiffWorkflow import TaskState

from engine.domain.deadlines import WEEKENDS_ONLY
from engine.runtime import state
from engine.runtime.definitions import Definition
from engine.runtime.loops import is_loop, loop_of

OPEN = TaskState.WAITING | TaskState.READY | TaskState.STARTED | TaskState.ERROR


class Stance(StrEnum):
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True)
class Standing:
    """One open element. `of` says of how many repetitions `done` are over; 0 when it is not repeated.

    `task_id` is that of service calls and human tasks. `is_repetition`: one of those counted at its element.
    """

    task_id: str
    process_id: str
    element_id: str
    stance: Stance
    is_repetition: bool
    done: int
    of: int


def standing(definition: Definition, stored: bytes) -> list[Standing]:
    """Nothing is run. Raises BeyondThisRelease and StateRefused as a restore does."""
    top = state.load(definition, stored, _never, lambda: WEEKENDS_ONLY)
    return [
        view for workflow in top.workflows() for task in workflow.open_tasks(OPEN) for view in _views(task)
    ]


def _never() -> datetime:
    """No element is run, so none asks for the time; a date far back would be seen at once."""
    return datetime.min.replace(tzinfo=UTC)


def _views(task: Any) -> Iterator[Standing]:
    spec = task.task_spec
    if not spec.bpmn_id:
        return
    counts = task.internal_data if is_loop(task) else {}
    yield Standing(
        str(task.id),
        str(task.workflow.spec.name),
        str(spec.bpmn_id),
        Stance.FAILED if task.state == TaskState.ERROR else Stance.WAITING,
        loop_of(task) is not None,
        len(counts.get("merged", ())),
        int(counts.get("size", 0)),
    )
