"""The first page of a case file: what it is about, where it stands, what it waits for, what came of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from engine.domain.household import Person, Role
from engine.domain.identity import mask_id, mask_name
from engine.domain.report_number import parse_number
from engine.handling.case_file.limit import CaseLimit, limit_of
from engine.handling.case_file.reading import CaseFile
from engine.handling.case_file.words import (
    CHANNELS,
    INSTRUCTIONS,
    MESSAGES,
    NATURES,
    OUTSIDE_WORK,
    REPORT_STATES,
    STATES,
    said,
)
from engine.handling.messages import INSTRUCTION
from engine.store.cases import CaseState
from engine.store.instances import messages_of
from engine.store.outbox import OutboxRow, OutboxState, latest_work

SUSPENDING = "notify_suspension"
RELATION_LIST = "GB/T 4761"


@dataclass(frozen=True)
class CaseHead:
    """The bar that names the case on each of its pages; `head` is the head of household, in part."""

    case_id: int
    case_no: str
    head: str = field(repr=False)
    unit: str
    service: str
    state: str  # its code
    state_words: str
    limit: CaseLimit | None


@dataclass(frozen=True)
class Member:
    """`id_no` in part, unless it was asked for with a reason."""

    ref: str
    name: str = field(repr=False)
    relation: str
    role: str
    id_type: str
    id_no: str = field(repr=False)


@dataclass(frozen=True)
class OpenTask:
    id: int
    name: str
    post: str
    owner: str | None
    since: datetime
    due_at: datetime | None
    is_suspended: bool


@dataclass(frozen=True)
class Awaited:
    """Something from outside, and how it goes. `has_stopped`: a person must look at it."""

    what: str
    since: datetime
    has_stopped: bool
    sources: tuple[str, ...] = ()
    attempts: int = 0


@dataclass(frozen=True)
class ReportLine:
    number: str
    nature: str
    state: str
    issued_at: datetime
    pages: int | None
    receipt_at: datetime | None
    digest: str | None


@dataclass(frozen=True)
class Suspension:
    """`reasons` as the unit was told them, `answer` what it asked for."""

    since: datetime
    reasons: tuple[str, ...]
    answer: str
    is_over: bool


@dataclass(frozen=True)
class Overview:
    commission_no: str
    channel: str
    purpose: str
    received_at: datetime
    accepted_at: datetime | None
    closed_at: datetime | None
    period: tuple[date, date] | None
    members: tuple[Member, ...]
    tasks: tuple[OpenTask, ...]
    awaited: tuple[Awaited, ...]
    reports: tuple[ReportLine, ...]
    suspension: Suspension | None
    is_moving: bool  # worth looking at again

    @property
    def names(self) -> Mapping[str, str]:
        """Of the persons by their refs."""
        return {member.ref: member.name for member in self.members}


def head_of(file: CaseFile) -> CaseHead:
    household = file.commission.household
    service = file.platform.catalogue.services.get(file.case.service)
    return CaseHead(
        case_id=file.case.id,
        case_no=file.case.case_no or "",
        head=mask_name(household.person(household.head).name),
        unit=file.unit_name,
        service=service.name if service is not None else file.case.service,
        state=file.case.state,
        state_words=said(STATES, file.case.state),
        limit=limit_of(file),
    )


def overview_of(file: CaseFile, shown: str | None = None) -> Overview:
    """`shown` is the person whose document number is written in full: the caller has recorded why."""
    case, letter = file.case, file.commission.letter
    tasks, awaited = tuple(map(_task, file.open_tasks)), tuple(_awaited(file))
    return Overview(
        commission_no=case.commission_no,
        channel=said(CHANNELS, case.channel),
        purpose=file.commission.purpose,
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        closed_at=case.closed_at,
        period=None if letter is None else (letter.period.start, letter.period.end),
        members=tuple(_member(file, person, shown) for person in file.commission.household.persons),
        tasks=tasks,
        awaited=awaited,
        reports=tuple(_report(file, number) for number in range(len(file.reports))),
        suspension=_suspension(file),
        is_moving=bool(tasks or awaited),
    )


def _member(file: CaseFile, person: Person, shown: str | None) -> Member:
    catalogue = file.platform.catalogue
    is_supporter = person.role is Role.SUPPORTER
    return Member(
        ref=person.ref,
        name=person.name,
        relation=catalogue.decode(RELATION_LIST, person.relation),
        role="赡养、抚养、扶养义务人" if is_supporter else "家庭成员",
        id_type=catalogue.decode("id_type", person.id_type),
        id_no=person.id_no if person.ref == shown else mask_id(person.id_no),
    )


def _task(task: object) -> OpenTask:
    names = ("id", "name", "post", "owner", "created_at", "due_at", "suspended")
    return OpenTask(*attrgetter(*names)(task))


def _awaited(file: CaseFile) -> Iterator[Awaited]:
    for message in file.expected:
        yield Awaited(said(MESSAGES, message.name), message.since, has_stopped=False)
    under_way = (row for row in file.outside_work if row.state != OutboxState.RESULT)
    work = sorted(under_way, key=_kind_of_work)
    for (operation, has_stopped), rows in groupby(work, _kind_of_work):
        same = list(rows)
        codes = (str(row.arguments["source"]) for row in same if "source" in row.arguments)
        yield Awaited(
            what=said(OUTSIDE_WORK, operation),
            since=min(row.created_at for row in same),
            has_stopped=has_stopped,
            sources=tuple(map(file.department_name, codes)),
            attempts=max(row.attempts for row in same),
        )


def _kind_of_work(row: OutboxRow) -> tuple[str, bool]:
    return row.operation, row.state == OutboxState.INCIDENT


def _report(file: CaseFile, place: int) -> ReportLine:
    report = file.reports[place]
    return ReportLine(
        number=report.number,
        nature=said(NATURES, parse_number(report.number).nature),
        state=said(REPORT_STATES, report.state),
        issued_at=report.issued_at,
        pages=report.pages,
        receipt_at=report.receipt_at,
        digest=report.file_digest,
    )


def _suspension(file: CaseFile) -> Suspension | None:
    """The latest; its reasons as they went to the unit."""
    if not any(step.element_id == SUSPENDING for step in file.history):
        return None
    work = latest_work(file.session, file.case.id, SUSPENDING)
    if work is None:
        return None
    given = work.arguments.get("suspension_reasons") or []
    reasons = (row["reason"] for row in given if isinstance(row, Mapping)) if isinstance(given, list) else ()
    answers = [
        said(INSTRUCTIONS, str(message.payload.get("instruction", "")))
        for message in messages_of(file.session, file.case.id, INSTRUCTION)
        if message.payload.get("answers") == work.key
    ]
    return Suspension(
        since=work.finished_at or work.created_at,
        reasons=tuple(map(str, reasons)) or ("核证岗认为需要委托单位补充或者说明",),
        answer=answers[-1] if answers else "",
        is_over=file.case.state != CaseState.SUSPENDED,
    )
