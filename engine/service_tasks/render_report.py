"""Make the report's file (生成核对报告), MZ/T 072-2016 6.4 a)."""

from dataclasses import dataclass

from engine.domain.report import ReportContent
from engine.domain.report_content import Issue, compose_report
from engine.platform import Platform
from engine.service_tasks.operation import Arguments, CallContext, OutsideOperation, Results
from engine.store.audit import record_audit
from engine.store.audit_chain import make_anchor, seal_events
from engine.store.base import do_at_end
from engine.store.documents import add_document
from engine.store.reports import (
    KnownReport,
    evaluation_of,
    latest_evaluation,
    mark_rendered,
    report_by_id,
)

SEALED_AT_ONCE = 1_000
ANCHOR = "anchor"  # one for all reports of a transaction


@dataclass(frozen=True)
class ReportFile:
    number: str
    digest: str
    size: int
    pages: int


def content_of(context: CallContext, report: KnownReport) -> ReportContent:
    """Raises ReportIncomplete when an item of Annex C is missing."""
    evaluation = latest_evaluation(context.session, context.case.id)
    if evaluation is None:
        raise LookupError("evaluation")
    organisation = context.platform.organisation
    issue = Issue(
        number=report.number,
        title=organisation.report_title,
        legal_basis=organisation.legal_basis,
        handler=report.handler,
        verification_unit=organisation.name,
        issued_at=report.issued_at,
        asked=frozenset((person, item) for query in context.queries for person, item, _ in query.rows),
    )
    return compose_report(
        context.commission,
        context.platform.catalogue,
        context.findings,
        evaluation_of(context.platform.vault, evaluation),
        issue,
    )


def prepare(context: CallContext, arguments: Arguments) -> ReportContent:
    return content_of(context, report_by_id(context.session, arguments["report_id"]))


def perform(platform: Platform, key: str, content: ReportContent) -> ReportFile:
    rendered = platform.renderer.render(content)
    return ReportFile(content.number, platform.documents.put(rendered.pdf), len(rendered.pdf), rendered.pages)


def record(context: CallContext, arguments: Arguments, file: ReportFile, attempt: int) -> Results:
    mark_rendered(context.session, arguments["report_id"], file.digest, file.pages)
    add_document(context.session, context.case.id, "report", f"{file.number}.pdf", file, context.now)
    facts = {"number": file.number, "digest": file.digest}
    record_audit(context.session, context.now, "system", "report_rendered", context.case.id, facts)
    do_at_end(context.session, ANCHOR, lambda: _anchor_issue(context))
    return {}


def _anchor_issue(context: CallContext) -> None:
    """Reports go out with a signed state of the audit log that holds their own making."""
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
