"""Make the report's file (生成核对报告), MZ/T 072-2016 6.4 a)."""

from dataclasses import dataclass

from engine.domain.report import ReportContent
from engine.domain.report_content import Issue, compose_report
from engine.platform import Platform
from engine.service_tasks.operation import Arguments, CallContext, OutsideOperation, Results
from engine.store.audit import record_audit
from engine.store.audit_chain import make_anchor, seal_events
from engine.store.documents import Document
from engine.store.queries import queries_of
from engine.store.reports import Report, ReportState, evaluation_of, latest_evaluation

SEALED_AT_ONCE = 1_000


@dataclass(frozen=True)
class ReportFile:
    digest: str
    size: int
    pages: int


def content_of(context: CallContext, report: Report) -> ReportContent:
    """Raises ReportIncomplete when an item of Annex C is missing."""
    evaluation = latest_evaluation(context.session, context.case.id)
    if evaluation is None:
        raise LookupError("evaluation")
    organisation = context.platform.organisation
    queries = queries_of(context.session, context.case.id)
    issue = Issue(
        number=report.number,
        title=organisation.report_title,
        legal_basis=organisation.legal_basis,
        handler=report.handler,
        verification_unit=organisation.name,
        issued_at=report.issued_at,
        asked=frozenset((person, item) for query in queries for person, item, _ in query.rows),
    )
    return compose_report(
        context.commission,
        context.platform.catalogue,
        context.findings,
        evaluation_of(context.platform.vault, evaluation),
        issue,
    )


def prepare(context: CallContext, arguments: Arguments) -> ReportContent:
    return content_of(context, context.session.get_one(Report, arguments["report_id"]))


def perform(platform: Platform, key: str, content: ReportContent) -> ReportFile:
    rendered = platform.renderer.render(content)
    return ReportFile(platform.documents.put(rendered.pdf), len(rendered.pdf), rendered.pages)


def record(context: CallContext, arguments: Arguments, file: ReportFile, attempt: int) -> Results:
    report = context.session.get_one(Report, arguments["report_id"])
    report.state, report.file_digest, report.pages = ReportState.RENDERED, file.digest, file.pages
    context.session.add(
        Document(
            case_id=context.case.id,
            kind="report",
            name=f"{report.number}.pdf",
            digest=file.digest,
            size=file.size,
            created_at=context.now,
        )
    )
    facts = {"number": report.number, "digest": file.digest}
    record_audit(context.session, context.now, "system", "report_rendered", context.case.id, facts)
    _anchor_issue(context)
    return {}


def _anchor_issue(context: CallContext) -> None:
    """The report goes out with a signed state of the audit log that holds its own making."""
    seal_events(context.session, SEALED_AT_ONCE)
    make_anchor(context.session, context.platform.notary, context.now)


OPERATION = OutsideOperation(
    lane=lambda case, arguments: "report",
    retry=lambda platform: platform.house_retry,
    prepare=prepare,
    perform=perform,
    record=record,
    arguments=("report_id",),
)
