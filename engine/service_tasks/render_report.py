"""Make the report's file (生成核对报告), MZ/T 072-2016 6.4 a)."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.domain.report import ReportContent
from engine.domain.report_care import Voiding, VoidReason
from engine.domain.report_check import check_address
from engine.domain.report_content import Issue, compose_report
from engine.paper_definitions import REPORT
from engine.platform import Platform
from engine.ports import CheckMark, SignedFile
from engine.service_tasks.number_report import take_number
from engine.service_tasks.operation import Arguments, CallContext, OutsideOperation, Results, Word
from engine.service_tasks.papers import pinned_paper
from engine.service_tasks.void_report import void
from engine.store.audit import record_audit
from engine.store.audit_chain import make_anchor, seal_events
from engine.store.base import do_at_end
from engine.store.documents import add_document
from engine.store.evaluations import evaluation_of, latest_evaluation
from engine.store.reports import (
    KnownReport,
    mark_rendered,
    report_by_id,
    report_of,
)

SEALED_AT_ONCE = 1_000
ANCHOR = "anchor"  # one for all reports of a transaction


@dataclass(frozen=True)
class ReportOrder:
    content: ReportContent
    mark: CheckMark
    template: str = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class ReportFile:
    number: str
    digest: str
    size: int
    pages: int
    signed: SignedFile


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


def prepare(context: CallContext, arguments: Arguments) -> ReportOrder:
    report = report_of(context.session, context.case.id, arguments["report_id"])
    code = report.check_code or ""
    address = check_address(context.platform.organisation.check_page, report.number, code)
    template = pinned_paper(context.platform, context.definition, REPORT).source
    return ReportOrder(content_of(context, report), CheckMark(address, code), template, report.issued_at)


def perform(platform: Platform, key: str, order: ReportOrder) -> ReportFile:
    """Signed last: whatever is done to a signed file breaks its signature."""
    rendered = platform.renderer.render(order.content, order.mark, order.template)
    signed = platform.signer.sign(rendered.pdf, order.at)
    digest, size = platform.documents.put(signed.content), len(signed.content)
    return ReportFile(order.content.number, digest, size, rendered.pages, replace(signed, content=b""))


def record(context: CallContext, arguments: Arguments, file: ReportFile, attempt: int) -> Results:
    mark_rendered(context.session, arguments["report_id"], file.digest, file.pages, file.signed)
    add_document(context.session, context.case.id, "report", f"{file.number}.pdf", file, context.now)
    facts = {"number": file.number, "digest": file.digest, "sm3": file.signed.sm3}
    record_audit(context.session, context.now, "system", "report_rendered", context.case.id, facts)
    do_at_end(context.session, ANCHOR, lambda: _anchor_issue(context))
    return {"report_id": arguments["report_id"]}  # another than was numbered first, after begin_anew


def begin_anew(context: CallContext, arguments: Arguments, word: Word) -> Arguments:
    """No report came of this number: it is voided, and the report is made under the next one, dated anew."""
    report = report_by_id(context.session, arguments["report_id"])
    void(context, report, Voiding(VoidReason.NOT_ISSUED, word.reason, True), word.who)
    return {"report_id": take_number(context, report.nature, report.copy)}


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
    begin_anew=begin_anew,
    arguments=("report_id",),
)
