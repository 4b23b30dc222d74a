"""File all documents of the case (工作归档), MZ/T 072-2016 6.4 c), DB32/T 3319-2017 6.3."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from engine.domain.archive import ClosingReport, build_package
from engine.domain.plain import canonical_json
from engine.domain.report_number import NATURES, SHANGHAI, parse_number
from engine.domain.zip_file import Packed, pack
from engine.platform import Platform
from engine.runtime import Source
from engine.service_tasks.operation import Arguments, CallContext, OutsideOperation, Results
from engine.store.audit import record_audit
from engine.store.cases import commission_revisions
from engine.store.documents import add_document
from engine.store.instances import history_of
from engine.store.queries import answers_of
from engine.store.reports import KnownReport, evaluation_body, latest_evaluation, receipt_of, report_by_id


@dataclass(frozen=True)
class ArchiveOrder:
    closing: ClosingReport
    files: dict[str, bytes | Packed] = field(repr=False)
    report_digest: str
    report_name: str


@dataclass(frozen=True)
class ArchiveFile:
    digest: str
    size: int
    name: str


def prepare(context: CallContext, arguments: Arguments) -> ArchiveOrder:
    report = report_by_id(context.session, arguments["report_id"])
    files: dict[str, bytes | Packed] = {**_papers(context), **_answers(context), **_diagrams(context)}
    files["receipt.json"] = receipt_of(context.platform.vault, report)
    return ArchiveOrder(_closing(context, report), files, report.file_digest or "", f"{report.number}.pdf")


def _closing(context: CallContext, report: KnownReport) -> ClosingReport:
    services = context.platform.catalogue.services
    service = services.get(context.case.service)
    return ClosingReport(
        category=service.name if service else context.case.service,
        number=report.number,
        case_no=context.case.case_no or "",
        commission_no=context.case.commission_no,
        received_at=_shown(context.case.received_at),
        issued_at=_shown(report.issued_at),
        receipt_at=_shown(report.receipt_at or context.now),
        retention=context.platform.organisation.retention,
    )


def _shown(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _papers(context: CallContext) -> dict[str, bytes]:
    vault = context.platform.vault
    files = {
        f"commission/{paper.revision}.json": paper.body
        for paper in commission_revisions(context.session, vault, context.case.id)
    }
    evaluation = latest_evaluation(context.session, context.case.id)
    if evaluation is not None:
        files["evaluation.json"] = evaluation_body(vault, evaluation)
    steps = history_of(context.session, context.case.id)
    files["history.json"] = canonical_json(
        [
            {"at": step.at.isoformat(), "element": step.element_id, "name": step.name, "post": step.lane}
            for step in steps
        ]
    )
    return files


def _answers(context: CallContext) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for answer in answers_of(context.session, context.platform.vault, context.case.id):
        stem = f"answers/{answer.source}-{answer.query_id}-{answer.attempt}"
        files[f"{stem}.received"] = answer.body
        files[f"{stem}.json"] = canonical_json(
            {
                "source": answer.source,
                "received_at": answer.received_at.isoformat(),
                "content_type": answer.content_type,
                "sha256": answer.digest,
                "understood": answer.understood,
            }
        )
    return files


def _diagrams(context: CallContext) -> dict[str, Packed]:
    return {f"diagrams/{source.name}": _packed(source) for source in context.definition.sources}


@lru_cache(maxsize=64)  # the files of some definitions: they are most of every archive and never change
def _packed(source: Source) -> Packed:
    return pack(source.content)


def perform(platform: Platform, key: str, order: ArchiveOrder) -> ArchiveFile:
    report = platform.documents.get(order.report_digest)
    package = build_package(order.closing, {**order.files, f"report/{order.report_name}": report})
    digest = platform.documents.put(package)
    name = platform.documents.publish(digest, f"{_stem(order.closing)}.zip")
    return ArchiveFile(digest, len(package), name)


def _stem(closing: ClosingReport) -> str:
    """The archive of a re-check lies beside the first one of its case."""
    nature = parse_number(closing.number).nature
    return closing.case_no if nature == NATURES[0] else f"{closing.case_no}-{nature}"


def record(context: CallContext, arguments: Arguments, file: ArchiveFile, attempt: int) -> Results:
    add_document(context.session, context.case.id, "archive", file.name, file, context.now)
    facts = {"digest": file.digest}
    record_audit(context.session, context.now, "system", "case_archived", context.case.id, facts)
    return {}


OPERATION = OutsideOperation(
    lane=lambda case, arguments: "archive",
    retry=lambda platform: platform.house_retry,
    prepare=prepare,
    perform=perform,
    record=record,
    arguments=("report_id",),
)
