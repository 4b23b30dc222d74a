"""Everything the package of a case says, read and opened in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from engine.domain.archive.audit_proof import PlacedEvent, Strip
from engine.domain.audit_chain import Anchor
from engine.domain.commission import Commission
from engine.domain.json_text import read_json
from engine.domain.parameters import LocalParameters, ParameterInvalid
from engine.domain.plain import from_plain
from engine.domain.report_care import VOID_WORDS, VoidReason
from engine.domain.result import Evaluation
from engine.runtime import Definition, ProcessFault
from engine.service_tasks.evaluate_household import day_of_application, limits_consulted, limits_in_force
from engine.service_tasks.operation import CallContext
from engine.service_tasks.papers import PaperCase
from engine.store import archive_reading as reading
from engine.store.evaluations import read_evaluation
from engine.store.queries import KnownQuery

ARCHIVE, REPORT = "archive", "report"  # kinds of documents that are no working copies


@dataclass(frozen=True)
class OpenedRevision:
    """Of the commission."""

    row: reading.KeptRevision
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class OpenedAnswer:
    """`received` is what came over the wire, `understood` the JSON of our reading as it is stored."""

    row: reading.KeptAnswer
    received: bytes = field(repr=False)
    understood: bytes = field(repr=False)


@dataclass(frozen=True)
class OpenedEvaluation:
    """`limits` are those its rules were computed with; None when the table does not give them any more."""

    row: reading.KeptEvaluation
    body: bytes = field(repr=False)
    limits: LocalParameters | None

    @property
    def evaluation(self) -> Evaluation:
        return read_evaluation(self.body)


@dataclass(frozen=True)
class OpenedReport:
    row: reading.KeptReport
    receipt: bytes | None = field(repr=False)
    void_reason: str = field(repr=False)


@dataclass(frozen=True)
class OpenedTask:
    row: reading.KeptTask
    result: Mapping[str, object] | None = field(repr=False)


@dataclass(frozen=True)
class OpenedComment:
    row: reading.KeptComment
    words: str = field(repr=False)


@dataclass(frozen=True)
class OpenedRelease:
    row: reading.KeptRelease
    reason: str = field(repr=False)


@dataclass(frozen=True)
class AuditPart:
    events: list[PlacedEvent]
    strips: list[Strip]
    newest: Anchor | None


@dataclass(frozen=True)
class CaseHead:
    """What the case row says."""

    case_no: str
    commission_no: str
    unit_code: str
    service: str
    channel: str
    received_at: str
    accepted_at: str | None


@dataclass(frozen=True)
class CaseRecord:
    """Of one case, from receipt to now. Nothing in it changes any more when the files are written."""

    head: CaseHead
    commission: Commission
    revisions: list[OpenedRevision]
    queries: tuple[KnownQuery, ...]
    answers: list[OpenedAnswer]
    evaluations: list[OpenedEvaluation]
    reports: list[OpenedReport]
    releases: list[OpenedRelease]
    history: Sequence[Row[Any]]
    tasks: list[OpenedTask]
    comments: list[OpenedComment]
    messages: list[reading.KeptMessage]
    work: list[reading.KeptWork]
    documents: list[reading.KeptDocument]
    instances: list[reading.KeptInstance]
    definitions: tuple[Definition, ...]
    audit: AuditPart

    @property
    def earlier_packages(self) -> tuple[str, ...]:
        """Digests, newest first."""
        return tuple(one.digest for one in reversed(self.documents) if one.kind == ARCHIVE)

    @property
    def papers(self) -> list[reading.KeptDocument]:
        """Files that came in or went out: all but reports and packages."""
        return [one for one in self.documents if one.kind not in (ARCHIVE, REPORT)]


def read_record(case: PaperCase) -> CaseRecord:
    """Reports that came to nothing and answers of all rounds too."""
    context = case.context
    session, vault, case_id = context.session, context.platform.vault, context.case.id
    revisions = [_revision(context, row) for row in reading.revisions_of(session, case_id)]
    _remember_commission(context, revisions)
    definitions = {one.digest: one for one in case.definitions.values()}
    evaluations = reading.evaluations_of(session, case_id)
    comments = reading.comments_of(session, case_id)
    return CaseRecord(
        head=_head(context),
        commission=context.commission,
        revisions=revisions,
        queries=context.queries,
        answers=[_answer(context, row) for row in reading.answers_of(session, case_id)],
        evaluations=[_evaluation(context, row, definitions) for row in evaluations],
        reports=[_report(context, row) for row in case.reports],
        releases=[_release(context, row) for row in reading.releases_of(session, case_id)],
        history=case.history,
        tasks=[_task(context, row) for row in case.tasks],
        comments=[OpenedComment(row, reading.open_comment(vault, row)) for row in comments],
        messages=reading.messages_of(session, case_id),
        work=case.work,
        documents=case.documents,
        instances=case.instances,
        definitions=tuple(definitions.values()),
        audit=AuditPart(*reading.audit_of(session, case_id)),
    )


def _revision(context: CallContext, row: reading.KeptRevision) -> OpenedRevision:
    return OpenedRevision(row, reading.open_revision(context.platform.vault, context.case.id, row))


def _remember_commission(context: CallContext, revisions: list[OpenedRevision]) -> None:
    """The last revision is the commission: it need not be read and opened once more."""
    if context.memo.commission is None:
        context.memo.commission = from_plain(Commission, read_json(revisions[-1].body))


def _answer(context: CallContext, row: reading.KeptAnswer) -> OpenedAnswer:
    return OpenedAnswer(row, *reading.open_answer(context.platform.vault, row))


def _head(context: CallContext) -> CaseHead:
    case = context.case
    accepted = None if case.accepted_at is None else case.accepted_at.isoformat()
    received = case.received_at.isoformat()
    return CaseHead(
        case.case_no or "", case.commission_no, case.unit_code, case.service, case.channel, received, accepted
    )


def _evaluation(
    context: CallContext, row: reading.KeptEvaluation, definitions: Mapping[str, Definition]
) -> OpenedEvaluation:
    body = reading.open_evaluation(context.platform.vault, context.case.id, row)
    definition = definitions.get(row.definition_digest)
    limits = None if definition is None else _limits(context, definition)
    return OpenedEvaluation(replace(row, body=b""), body, limits)


def _limits(context: CallContext, definition: Definition) -> LocalParameters | None:
    day = day_of_application(context.case.received_at)
    return _limits_of(definition, context.commission.household.area, day.replace(day=1))


@lru_cache(maxsize=256)
def _limits_of(definition: Definition, area: str, month: date) -> LocalParameters | None:
    """The package is made all the same: what it is for is that nothing is lost."""
    try:
        return limits_in_force(definition, limits_consulted(definition), area, month)
    except (ProcessFault, ParameterInvalid, TypeError):
        return None


def _report(context: CallContext, row: reading.KeptReport) -> OpenedReport:
    vault = context.platform.vault
    receipt = reading.open_receipt(vault, row)
    return OpenedReport(
        replace(row, receipt=None), receipt, _void_reason(reading.open_void_reason(vault, row))
    )


def _void_reason(stored: bytes | None) -> str:
    if stored is None:
        return ""
    reason: Mapping[str, str] = read_json(stored)
    return "：".join(filter(None, (VOID_WORDS[VoidReason(reason["code"])], reason["words"])))


def _release(context: CallContext, row: reading.KeptRelease) -> OpenedRelease:
    return OpenedRelease(row, reading.open_release_reason(context.platform.vault, row))


def _task(context: CallContext, row: reading.KeptTask) -> OpenedTask:
    opened = reading.open_result(context.platform.vault, row)
    return OpenedTask(replace(row, result=None), None if opened is None else read_json(opened))
