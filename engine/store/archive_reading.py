"""What the archive package of a case holds beside its answers, read with one statement for each table."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, func, or_, select
from sqlalchemy.orm import Session

from engine.domain.archive.audit_proof import PlacedEvent, Strip
from engine.domain.audit_chain import BEGINNING, Anchor, StoredEvent
from engine.ports import Vault
from engine.store.audit import AuditAnchor, AuditEvent, AuditLink
from engine.store.audit_chain import event_columns
from engine.store.cases import COMMISSION, CommissionRevision
from engine.store.comments import COMMENT, CaseComment
from engine.store.documents import Document
from engine.store.evaluations import EVALUATION, EvaluationRecord
from engine.store.human_tasks import RESULT, HumanTask
from engine.store.instances import InboundMessage, ProcessInstance
from engine.store.outbox import OutboxRow
from engine.store.queries import ANSWER_BODY, ANSWER_UNDERSTOOD, Answer
from engine.store.releases import RELEASE_REASON, ReportRelease
from engine.store.reports import RECEIPT, VOID_REASON, Report
from engine.store.together import OfCases, rows_of, select_of_cases

_EVENTS: dict[str, Select[*tuple[Any, ...]]] = {}
MOST_LINKS = 5_000  # of the way to the anchors; without a report for long there may be more between


@dataclass(frozen=True)
class KeptReport:
    id: int
    number: str
    nature: str
    copy: int
    state: str
    handler: str
    issued_at: datetime
    pages: int | None
    file_digest: str | None
    signer: str | None
    sm3: str | None
    detached: bytes | None = field(repr=False)
    receipt_at: datetime | None
    receipt: bytes | None = field(repr=False)
    voided_at: datetime | None
    voided_by: str | None
    void_reason: bytes | None = field(repr=False)


@dataclass(frozen=True)
class KeptRelease:
    number: str  # of the report
    kind: str
    who: str
    at: datetime
    copies: int
    token: str
    reason: bytes | None = field(repr=False)


@dataclass(frozen=True)
class KeptEvaluation:
    id: int
    digest: str
    parameters_version: str
    inputs_digest: str
    definition_digest: str
    computed_at: datetime
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class KeptTask:
    id: int
    instance_id: int
    task_id: str
    element_id: str
    name: str
    post: str
    form: str
    state: str
    created_at: datetime
    completed_at: datetime | None
    completed_by: str | None
    in_place_of: str | None
    due_at: datetime | None
    result: bytes | None = field(repr=False)


@dataclass(frozen=True)
class KeptComment:
    author: str
    at: datetime
    token: str
    documents: list[str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class KeptDocument:
    id: int
    kind: str
    name: str = field(repr=False)
    digest: str
    size: int
    created_at: datetime


@dataclass(frozen=True)
class KeptMessage:
    name: str
    received_at: datetime
    taken_at: datetime | None
    payload: dict[str, object] = field(repr=False)


@dataclass(frozen=True)
class KeptWork:
    id: int
    instance_id: int
    key: str
    operation: str
    state: str
    attempts: int
    failure_code: str | None
    created_at: datetime
    finished_at: datetime | None
    arguments: dict[str, object] = field(repr=False)
    result: dict[str, object] | None = field(repr=False)


@dataclass(frozen=True)
class KeptInstance:
    id: int
    process_id: str
    definition_digest: str
    started_at: datetime
    end_event: str | None


@dataclass(frozen=True)
class KeptRevision:
    revision: int
    digest: str
    recorded_at: datetime
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class KeptAnswer:
    """`understood` is the JSON of our reading as it is stored."""

    query_id: int
    source: str
    attempt: int
    content_type: str
    received_at: datetime
    digest: str
    body: bytes = field(repr=False)
    understood: bytes = field(repr=False)


def _of_cases(kind: type[Any], table: type[Any]) -> OfCases:
    columns = cast(Table, table.__table__).c
    return select_of_cases(columns.case_id, (columns[column.name] for column in fields(kind)))


REPORTS = _of_cases(KeptReport, Report).order_by(Report.id)
EVALUATIONS = _of_cases(KeptEvaluation, EvaluationRecord).order_by(EvaluationRecord.id)
TASKS = _of_cases(KeptTask, HumanTask).order_by(HumanTask.created_at, HumanTask.id)
COMMENTS = _of_cases(KeptComment, CaseComment).order_by(CaseComment.id)
DOCUMENTS = _of_cases(KeptDocument, Document).order_by(Document.id)
MESSAGES = _of_cases(KeptMessage, InboundMessage).order_by(InboundMessage.id)
WORK = _of_cases(KeptWork, OutboxRow).order_by(OutboxRow.id)
INSTANCES = _of_cases(KeptInstance, ProcessInstance).order_by(ProcessInstance.id)
ANSWERS = _of_cases(KeptAnswer, Answer).order_by(Answer.id)
REVISIONS = _of_cases(KeptRevision, CommissionRevision).order_by(CommissionRevision.revision)
_releases = cast(Table, ReportRelease.__table__).c
RELEASES = (
    select_of_cases(
        cast(Table, Report.__table__).c.case_id,
        (Report.number, *(_releases[one.name] for one in fields(KeptRelease)[1:])),
    )
    .join(Report, Report.id == _releases.report_id)
    .order_by(_releases.id)
)


def reports_of(session: Session, case_id: int) -> list[KeptReport]:
    return [KeptReport(*row) for row in rows_of(session, REPORTS, case_id)]


def releases_of(session: Session, case_id: int) -> list[KeptRelease]:
    return [KeptRelease(*row) for row in rows_of(session, RELEASES, case_id)]


def evaluations_of(session: Session, case_id: int) -> list[KeptEvaluation]:
    return [KeptEvaluation(*row) for row in rows_of(session, EVALUATIONS, case_id)]


def tasks_of(session: Session, case_id: int) -> list[KeptTask]:
    return [KeptTask(*row) for row in rows_of(session, TASKS, case_id)]


def comments_of(session: Session, case_id: int) -> list[KeptComment]:
    return [KeptComment(*row) for row in rows_of(session, COMMENTS, case_id)]


def documents_of(session: Session, case_id: int) -> list[KeptDocument]:
    return [KeptDocument(*row) for row in rows_of(session, DOCUMENTS, case_id)]


def messages_of(session: Session, case_id: int) -> list[KeptMessage]:
    return [KeptMessage(*row) for row in rows_of(session, MESSAGES, case_id)]


def work_of(session: Session, case_id: int) -> list[KeptWork]:
    return [KeptWork(*row) for row in rows_of(session, WORK, case_id)]


def instances_of(session: Session, case_id: int) -> list[KeptInstance]:
    return [KeptInstance(*row) for row in rows_of(session, INSTANCES, case_id)]


def revisions_of(session: Session, case_id: int) -> list[KeptRevision]:
    return [KeptRevision(*row) for row in rows_of(session, REVISIONS, case_id)]


def answers_of(session: Session, case_id: int) -> list[KeptAnswer]:
    return [KeptAnswer(*row) for row in rows_of(session, ANSWERS, case_id)]


def open_receipt(vault: Vault, report: KeptReport) -> bytes | None:
    return None if report.receipt is None else vault.open(RECEIPT.place_of(report.number), report.receipt)


def open_void_reason(vault: Vault, report: KeptReport) -> bytes | None:
    """Canonical JSON of code and words."""
    sealed = report.void_reason
    return None if sealed is None else vault.open(VOID_REASON.place_of(report.number), sealed)


def open_release_reason(vault: Vault, release: KeptRelease) -> str:
    sealed = release.reason
    return "" if sealed is None else vault.open(RELEASE_REASON.place_of(release.token), sealed).decode()


def open_evaluation(vault: Vault, case_id: int, evaluation: KeptEvaluation) -> bytes:
    return vault.open(EVALUATION.place_of(case_id, evaluation.digest), evaluation.body)


def open_revision(vault: Vault, case_id: int, revision: KeptRevision) -> bytes:
    return vault.open(COMMISSION.place_of(case_id, revision.revision), revision.body)


def open_answer(vault: Vault, answer: KeptAnswer) -> tuple[bytes, bytes]:
    """What came over the wire, and our reading of it."""
    place = (answer.query_id, answer.attempt)
    body = vault.open(ANSWER_BODY.place_of(*place), answer.body)
    return body, vault.open(ANSWER_UNDERSTOOD.place_of(*place), answer.understood)


def open_result(vault: Vault, task: KeptTask) -> bytes | None:
    place = RESULT.place_of(task.instance_id, task.task_id)
    return None if task.result is None else vault.open(place, task.result)


def open_comment(vault: Vault, comment: KeptComment) -> str:
    return vault.open(COMMENT.place_of(comment.token), comment.body).decode()


def audit_of(session: Session, case_id: int) -> tuple[list[PlacedEvent], list[Strip], Anchor | None]:
    """The events of a case in order, the ways from the first of them to the anchors, the newest anchor."""
    connection, wanted = session.connection(), {"case_id": case_id, "most": MOST_LINKS}
    rows = connection.execute(_events_of(session), {"case_id": case_id})
    events = [PlacedEvent(StoredEvent(*row[:-1]), row[-1]) for row in rows]
    found = connection.execute(WAYS, wanted).all()
    links = {upto: [row[1:] for row in way] for upto, way in groupby(found, itemgetter(0))}
    anchors = {row[0]: Anchor(*row) for row in connection.execute(ANCHORS, {"seqs": list(links)})}
    newest = anchors[max(anchors)] if anchors else None
    strips = [_strip(way, anchors[upto]) for upto, way in links.items() if way[-1][0] == upto]
    return events, strips, newest


def _events_of(session: Session) -> Select[*tuple[Any, ...]]:
    """One statement for each kind of database, kept so that it is compiled once."""
    dialect = session.get_bind().dialect.name
    if dialect not in _EVENTS:
        columns = select(*event_columns(session), AuditLink.seq)
        linked = columns.outerjoin(AuditLink, AuditLink.event_id == AuditEvent.id)
        mine = linked.where(AuditEvent.case_id == bindparam("case_id"))
        _EVENTS[dialect] = mine.order_by(AuditEvent.id)
    return _EVENTS[dialect]


def _strip(way: list[tuple[int, bytes, bytes]], anchor: Anchor) -> Strip:
    """The first link is only there to begin after."""
    if way[0][0] == 1:
        return Strip(1, BEGINNING, tuple(digest for _, digest, _ in way), anchor)
    return Strip(way[0][0] + 1, way[0][2], tuple(digest for _, digest, _ in way[1:]), anchor)


_upto = select(func.min(AuditAnchor.seq)).where(AuditAnchor.seq >= AuditLink.seq).scalar_subquery()
_mine = (
    select(AuditLink.seq, _upto.label("upto"))
    .join(AuditEvent, AuditEvent.id == AuditLink.event_id)
    .where(AuditEvent.case_id == bindparam("case_id"))
    .cte("mine")
)
_groups = (
    select(_mine.c.upto, func.min(_mine.c.seq).label("first"))
    .where(_mine.c.upto.is_not(None))
    .group_by(_mine.c.upto)
    .cte("ways")
)
WAYS = (
    select(_groups.c.upto, AuditLink.seq, AuditLink.digest, AuditLink.chain)
    .join(AuditLink, AuditLink.seq.between(_groups.c.first - 1, _groups.c.upto))
    .order_by(_groups.c.upto, AuditLink.seq)
    .limit(bindparam("most"))
)
ANCHORS = select(
    AuditAnchor.seq, AuditAnchor.chain, AuditAnchor.at, AuditAnchor.key_id, AuditAnchor.signature
).where(
    or_(
        AuditAnchor.seq.in_(bindparam("seqs", expanding=True)),
        AuditAnchor.seq == select(func.max(AuditAnchor.seq)).scalar_subquery(),
    )
)
