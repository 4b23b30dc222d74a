"""The course of a case (办理经过) as one table: who did what when, in which post, with what conclusion."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row as StoredRow

from engine.domain.archive.page import Row, Table
from engine.domain.case_words import ARRIVED, INSTRUCTIONS, said
from engine.domain.report_text import print_moment
from engine.form_definitions import told_in
from engine.platform import Platform
from engine.runtime import StepState
from engine.service_tasks.archiving.record import CaseRecord, OpenedTask

HEAD = ("时间", "事项", "经手", "岗位", "结论", "意见")
SYSTEM = "系统"
REPEATED = ("multiInstance", "loop")
ENDED = {StepState.CANCELLED: "不再需要", StepState.FAILED: "失败"}
TOLD_OTHERWISE = ("userTask", "callActivity", "subProcess")
Entry = tuple[datetime, Row]


def course_table(platform: Platform, record: CaseRecord) -> Table:
    entries = [*_messages(record), *_steps(record), *_tasks(platform, record), *_comments(record)]
    return Table(tuple(row for _, row in sorted(entries, key=lambda entry: entry[0])), HEAD)  # stable


def _steps(record: CaseRecord) -> Iterator[Entry]:
    """Without gateways; a repeated element once; what people did is told by their tasks."""
    repeated = {(step.process_id, step.element_id) for step in record.history if step.kind in REPEATED}
    for step in record.history:
        if _is_worth_telling(step, repeated):
            end = ENDED.get(StepState(step.outcome), "")
            yield step.at, (print_moment(step.at), step.name, SYSTEM, step.lane or "", end, "")


def _is_worth_telling(step: StoredRow[Any], repeated: set[tuple[str, str]]) -> bool:
    if not step.name or step.kind.endswith("Gateway") or step.kind in TOLD_OTHERWISE:
        return False
    if step.kind == "boundaryEvent" and step.outcome == StepState.CANCELLED:
        return False
    return step.kind in REPEATED or (step.process_id, step.element_id) not in repeated


def _tasks(platform: Platform, record: CaseRecord) -> Iterator[Entry]:
    for task in record.tasks:
        if task.row.completed_at is not None:
            yield task.row.completed_at, _task(platform, task, print_moment(task.row.completed_at))


def _task(platform: Platform, task: OpenedTask, at: str) -> Row:
    form = platform.forms.get(task.row.form)
    told = ("", "") if form is None or task.result is None else told_in(form, task.result)
    absent = task.row.in_place_of
    who = (task.row.completed_by or "") + (f"（代 {absent}）" if absent else "")
    return at, task.row.name, who, task.row.post, *told


def _messages(record: CaseRecord) -> Iterator[Entry]:
    for message in record.messages:
        at = message.received_at
        instruction = said(INSTRUCTIONS, str(message.payload.get("instruction", "")))
        yield (
            at,
            (print_moment(at), said(ARRIVED, message.name), "委托单位", "", instruction, ""),
        )


def _comments(record: CaseRecord) -> Iterator[Entry]:
    for comment in record.comments:
        at = comment.row.at
        yield at, (print_moment(at), "备注", comment.row.author, "", "", comment.words)
