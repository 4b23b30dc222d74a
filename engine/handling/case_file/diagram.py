"""The live diagram of a case: the pinned drawings of its instances with the state of each element."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from engine.domain.errors import NotFound
from engine.handling.case_file.reading import CaseFile
from engine.runtime import StateRefused, StepState
from engine.runtime.layout import Box, Drawing, Edge, Frame, Node, drawings_of
from engine.runtime.standing import Stance, Standing, standing
from engine.store.human_tasks import TaskState
from engine.store.instances import InstanceState, ProcessInstance
from engine.store.outbox import OutboxState

__all__ = ["Box", "Edge", "Frame", "LiveDiagram", "Node", "Progress", "Step", "Tab", "diagram_of"]

REPEATED = ("multiInstance", "loop")


class Progress(StrEnum):
    """Of an element. DROPPED: it was begun, and then not needed any more."""

    NOT_REACHED = "not_reached"
    DONE = "done"
    WAITING = "waiting"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Step:
    """`times` it was finished; of its repetitions in progress `done` are over out of `of`."""

    node: Node
    progress: Progress
    times: int
    done: int
    of: int
    at: datetime | None  # when it was last finished, or begun while it waits for people
    who: str

    @property
    def is_reached(self) -> bool:
        return self.progress is not Progress.NOT_REACHED


@dataclass(frozen=True)
class Tab:
    """One diagram of one instance; `progress` of what is in it."""

    instance_id: int
    process_id: str
    name: str
    is_called: bool
    progress: Progress


@dataclass(frozen=True)
class LiveDiagram:
    """`steps` are in the order they were first reached, those never reached at the end."""

    tabs: tuple[Tab, ...]
    chosen: Tab
    drawing: Drawing
    steps: tuple[Step, ...]
    is_position_known: bool

    def step(self, node_id: str) -> Step:
        return next(step for step in self.steps if step.node.id == node_id)


@dataclass(frozen=True)
class _Run:
    """One instance with what is known of it."""

    instance: ProcessInstance
    drawings: Mapping[str, Drawing]
    over: Mapping[tuple[str, str], list[Row[Any]]]
    open: Mapping[tuple[str, str], list[Standing]]
    is_position_known: bool


def diagram_of(file: CaseFile, instance_id: int | None = None, process_id: str | None = None) -> LiveDiagram:
    """The named sheet, or the one on which the case stands. Raises NotFound."""
    runs = [_run(file, instance) for instance in file.instances]
    tabs = tuple(tab for run in runs for tab in _tabs(file, run))
    wanted = [
        tab for tab in tabs if instance_id in (None, tab.instance_id) and process_id in (None, tab.process_id)
    ]
    if not wanted:
        raise NotFound(instance=instance_id, process=process_id)
    chosen = max(wanted, key=lambda tab: (_interest(tab), wanted.index(tab)))
    run = next(run for run in runs if run.instance.id == chosen.instance_id)
    drawing = run.drawings[chosen.process_id]
    steps = sorted((_step(file, run, chosen.process_id, node) for node in drawing.nodes), key=_order(run))
    return LiveDiagram(tabs, chosen, drawing, tuple(steps), run.is_position_known)


def _run(file: CaseFile, instance: ProcessInstance) -> _Run:
    definition = file.definition(instance)
    over: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for row in file.history:
        if row.instance_id == instance.id:
            over[row.process_id, row.element_id].append(row)
    open_now: dict[tuple[str, str], list[Standing]] = defaultdict(list)
    is_known = True
    if instance.state != InstanceState.FINISHED:
        try:
            for view in standing(definition, instance.body):
                open_now[view.process_id, view.element_id].append(view)
        except StateRefused:
            is_known = False
    return _Run(instance, drawings_of(definition), over, open_now, is_known)


def _tabs(file: CaseFile, run: _Run) -> Iterator[Tab]:
    """Of called diagrams only those that have been reached."""
    for process_id, drawing in run.drawings.items():
        is_called = process_id != run.instance.process_id
        progress = _progress_of_sheet(file, run, process_id)
        if not is_called or progress is not Progress.NOT_REACHED:
            yield Tab(run.instance.id, process_id, drawing.name, is_called, progress)


def _progress_of_sheet(file: CaseFile, run: _Run, process_id: str) -> Progress:
    """Waiting is where a leaf waits: an activity that only waits for the diagram it calls does not."""
    calls = {node.id for node in run.drawings[process_id].nodes if node.calls or node.kind == "boundaryEvent"}
    here = [view for (process, _), views in run.open.items() if process == process_id for view in views]
    if any(_has_failed(file, view) for view in here):
        return Progress.FAILED
    if any(view.element_id not in calls for view in here):
        return Progress.WAITING
    is_reached = any(process == process_id for process, _ in run.over) or bool(here)
    return Progress.DONE if is_reached else Progress.NOT_REACHED


def _interest(tab: Tab) -> int:
    order = (Progress.NOT_REACHED, Progress.DROPPED, Progress.DONE, Progress.WAITING, Progress.FAILED)
    return (
        order.index(tab.progress) if tab.progress in (Progress.WAITING, Progress.FAILED) else -tab.is_called
    )


def _step(file: CaseFile, run: _Run, process_id: str, node: Node) -> Step:
    over, views = run.over.get((process_id, node.id), []), run.open.get((process_id, node.id), [])
    finished = [row for row in over if row.outcome == StepState.COMPLETED]
    whole = [row for row in finished if row.kind in REPEATED] or ([] if node.loop else finished)
    repeated = next((view for view in views if view.of), None)
    who, since = _person(file, run, node, views)
    return Step(
        node=node,
        progress=_progress(file, over, views),
        times=len(whole),
        done=repeated.done + _results(file, views) if repeated is not None else 0,
        of=repeated.of if repeated is not None else 0,
        at=since or (finished[-1].at if finished else None),
        who=who,
    )


def _results(file: CaseFile, views: list[Standing]) -> int:
    """Repetitions whose result has come and is not yet taken over."""
    come = {row.task_id for row in file.outside_work if row.state == OutboxState.RESULT}
    return sum(view.task_id in come for view in views if view.is_repetition)


def _progress(file: CaseFile, over: Iterable[Row[Any]], views: list[Standing]) -> Progress:
    if views:
        return Progress.FAILED if any(_has_failed(file, view) for view in views) else Progress.WAITING
    outcomes = {row.outcome for row in over}
    if StepState.COMPLETED in outcomes:
        return Progress.DONE
    if StepState.FAILED in outcomes:
        return Progress.FAILED
    return Progress.DROPPED if outcomes else Progress.NOT_REACHED


def _has_failed(file: CaseFile, view: Standing) -> bool:
    """In the engine, or outside after the last attempt."""
    stopped = {row.task_id for row in file.outside_work if row.state == OutboxState.INCIDENT}
    return view.stance is Stance.FAILED or view.task_id in stopped


def _person(file: CaseFile, run: _Run, node: Node, views: list[Standing]) -> tuple[str, datetime | None]:
    """Who has the task now and since when, or who did it last."""
    mine = [t for t in file.tasks if (t.instance_id, t.element_id) == (run.instance.id, node.id)]
    waiting = {view.task_id for view in views}
    for task in mine:
        if task.state == TaskState.OPEN and task.task_id in waiting:
            return task.owner or task.post, task.created_at
    done = [task for task in mine if task.state == TaskState.COMPLETED]
    return (done[-1].completed_by or "", None) if done else ("", None)


def _order(run: _Run) -> Any:
    """By the first mention in the history, then what is open, then the rest, from left to right."""
    firsts: dict[tuple[str, str], int] = {}
    for place, key in enumerate([*run.over, *run.open]):
        firsts.setdefault(key, place)
    elements: dict[str, int] = {}
    for (_, element_id), place in firsts.items():
        elements[element_id] = min(place, elements.get(element_id, place))
    return lambda step: (
        not step.is_reached,
        elements.get(step.node.id, len(firsts)),
        step.node.box.x,
        step.node.box.y,
    )
