"""The timeline of a case by day: steps of its diagrams, what people did and said, messages, incidents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select

from engine.form_definitions import told_in
from engine.handling.case_file.reading import CaseFile, day_of
from engine.handling.case_file.words import ARRIVED, EVENTS, INSTRUCTIONS, said
from engine.runtime import StepState
from engine.store.comments import comments_of
from engine.store.human_tasks import HumanTask, TaskState, result_of
from engine.store.incidents import IncidentRow, IncidentState
from engine.store.instances import InboundMessage

REPEATED = ("multiInstance", "loop")
TOLD_OTHERWISE = ("userTask", "callActivity", "subProcess")
COMING_IN = frozenset({"commission_received", "material_resubmitted"})
FACTS = ("number", "to")  # of an audit event, worth telling
INCIDENTS: Mapping[str, str] = {
    IncidentState.RETRIED: "已重试",
    IncidentState.SKIPPED: "已跳过",
    IncidentState.RETURNED: "已转交岗位",
    IncidentState.SETTLED: "已自行消除",
}


class EntryKind(StrEnum):
    STEP = "step"
    TASK = "task"
    MESSAGE = "message"
    INCIDENT = "incident"
    COMMENT = "comment"
    EVENT = "event"


@dataclass(frozen=True)
class File:
    name: str = field(repr=False)
    digest: str


@dataclass(frozen=True)
class Entry:
    """`who` is a staff number, a unit, or empty for the system. `conclusion` and `words` are of people."""

    kind: EntryKind
    at: datetime
    what: str
    who: str
    where: str  # post or process
    conclusion: str
    words: str = field(repr=False)
    files: tuple[File, ...] = ()
    is_bad: bool = False
    in_place_of: str = ""


@dataclass(frozen=True)
class Day:
    day: date
    entries: tuple[Entry, ...]


def timeline_of(file: CaseFile, *, newest_first: bool) -> tuple[Day, ...]:
    """In one moment: what came in, what was done in its order, what followed from it."""
    came = [*_events(file, COMING_IN), *_messages(file)]
    entries = [*came, *_steps(file), *_events(file, EVENTS.keys() - COMING_IN), *_incidents(file)]
    entries = sorted([*entries, *_comments(file)], key=lambda entry: entry.at)  # stable
    if newest_first:
        entries.reverse()
    return tuple(Day(day, tuple(some)) for day, some in groupby(entries, key=lambda entry: day_of(entry.at)))


def _steps(file: CaseFile) -> Iterator[Entry]:
    """Without gateways, a repeated element once; where a person was at it, what the person did."""
    repeated = {(step.process_id, step.element_id) for step in file.history if step.kind in REPEATED}
    roots = {instance.process_id for instance in file.instances}
    tasks = _done_tasks(file)
    for step in file.history:
        done = tasks.get((step.instance_id, step.element_id))
        if done and step.outcome == StepState.COMPLETED:
            yield _task(file, done.pop(0))
        elif _is_worth_telling(step, repeated, roots):
            yield _step(step)


def _step(step: Row[Any]) -> Entry:
    end = {StepState.CANCELLED: "不再需要", StepState.FAILED: "失败"}.get(StepState(step.outcome), "")
    is_bad = step.outcome == StepState.FAILED
    return Entry(EntryKind.STEP, step.at, step.name, "", step.lane or "", end, "", (), is_bad)


def _done_tasks(file: CaseFile) -> dict[tuple[int, str], list[HumanTask]]:
    """By instance and element, in the order in which they were done."""
    done: dict[tuple[int, str], list[HumanTask]] = defaultdict(list)
    tasks = [task for task in file.tasks if task.state == TaskState.COMPLETED and task.completed_at]
    for task in sorted(tasks, key=lambda task: (task.completed_at, task.id)):
        done[task.instance_id, task.element_id].append(task)
    return done


def _is_worth_telling(step: Row[Any], repeated: set[tuple[str, str]], roots: set[str]) -> bool:
    if not step.name or step.kind.endswith("Gateway"):
        return False
    if step.kind in TOLD_OTHERWISE and step.outcome != StepState.FAILED:
        return False
    if step.kind in ("startEvent", "endEvent"):
        return step.process_id in roots
    if step.kind == "boundaryEvent" and step.outcome == StepState.CANCELLED:
        return False
    return step.kind in REPEATED or (step.process_id, step.element_id) not in repeated


def _task(file: CaseFile, task: HumanTask) -> Entry:
    conclusion, words = said_in(file, task)
    return Entry(
        kind=EntryKind.TASK,
        at=task.completed_at or task.created_at,
        what=task.name,
        who=task.completed_by or "",
        where=task.post,
        conclusion=conclusion,
        words=words,
        in_place_of=task.in_place_of or "",
    )


def said_in(file: CaseFile, task: HumanTask) -> tuple[str, str]:
    """What somebody concluded, in the words of the form, and what they wrote beside it."""
    form, result = file.platform.forms.get(task.form), result_of(file.platform.vault, task)
    if form is None or result is None:
        return "", ""
    return told_in(form, result)


def _messages(file: CaseFile) -> Iterator[Entry]:
    wanted = select(InboundMessage).where(InboundMessage.case_id == file.case.id)
    for message in file.session.scalars(wanted.order_by(InboundMessage.id)):
        instruction = str(message.payload.get("instruction", ""))
        what, conclusion = said(ARRIVED, message.name), said(INSTRUCTIONS, instruction)
        yield Entry(EntryKind.MESSAGE, message.received_at, what, file.unit_name, "", conclusion, "")


def _incidents(file: CaseFile) -> Iterator[Entry]:
    wanted = select(IncidentRow).where(IncidentRow.case_id == file.case.id).order_by(IncidentRow.id)
    for row in file.session.scalars(wanted):
        yield Entry(EntryKind.INCIDENT, row.found_at, row.words, "", row.code, "", "", (), True)
        if row.decided_at is not None:
            who = "" if row.decided_by in (None, "system") else str(row.decided_by)
            decision, where = said(INCIDENTS, row.state), row.post or ""
            yield Entry(
                EntryKind.INCIDENT, row.decided_at, "处理异常件", who, where, decision, row.reason or ""
            )


def _comments(file: CaseFile) -> Iterator[Entry]:
    names = {document.digest: document.name for document in file.documents}
    for comment in comments_of(file.session, file.platform.vault, file.case.id):
        files = tuple(File(names.get(digest, digest[:12]), digest) for digest in comment.documents)
        yield Entry(EntryKind.COMMENT, comment.at, "备注", comment.author, "", "", comment.words, files)


def _events(file: CaseFile, actions: Set[str]) -> Iterator[Entry]:
    for event in file.audit:
        if event.action in actions:
            facts = (event.facts.get(name) for name in FACTS)
            conclusion = " ".join(str(fact) for fact in facts if fact)
            yield Entry(
                EntryKind.EVENT, event.at, EVENTS[event.action], _who(file, event.actor), "", conclusion, ""
            )


def _who(file: CaseFile, actor: str) -> str:
    if actor == "system":
        return ""
    return file.unit_name if actor.startswith("unit:") else actor
