"""File all documents of the case (工作归档), MZ/T 072-2016 6.4 c), DB32/T 3319-2017 6.2.3."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, count

from engine.domain.archive import ClosingReport, build_package
from engine.domain.report_number import NATURES, SHANGHAI, parse_number
from engine.domain.report_text import print_moment
from engine.domain.uploads import SIGNATURES
from engine.domain.zip_file import Packed
from engine.platform import Platform
from engine.ports import PermanentFailure
from engine.service_tasks.archiving import (
    CaseRecord,
    Contents,
    PackageSearch,
    data_files,
    index_page,
    read_record,
)
from engine.service_tasks.archiving.index import INDEX
from engine.service_tasks.archiving.record import ARCHIVE
from engine.service_tasks.operation import Arguments, CallContext, OutsideOperation, Results
from engine.service_tasks.papers import CasePaper, PaperCase, case_papers, closing_report
from engine.store.archive_reading import KeptDocument, KeptReport
from engine.store.audit import record_audit
from engine.store.documents import add_document

Files = dict[str, bytes | Packed]
# Packing waits for nothing: threads that do it side by side only take the interpreter from each other.
ONE_PACKS = threading.Lock()


@dataclass(frozen=True)
class ArchiveOrder:
    attempt: int
    closing: ClosingReport
    record: CaseRecord = field(repr=False)
    papers: tuple[CasePaper, ...]


@dataclass(frozen=True)
class ArchiveFile:
    digest: str
    size: int
    name: str
    missing: tuple[str, ...]  # digests of files that were nowhere any more


def prepare(context: CallContext, arguments: Arguments) -> ArchiveOrder:
    case = PaperCase(context)
    record = read_record(case)
    report = next(one for one in case.reports if one.id == arguments["report_id"])
    papers = (*case_papers(case), closing_report(case))
    return ArchiveOrder(context.attempt, _closing(context, report, record), record, papers)


def _closing(context: CallContext, report: KeptReport, record: CaseRecord) -> ClosingReport:
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
        supersedes=next(iter(record.earlier_packages), ""),
    )


def _shown(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def perform(platform: Platform, key: str, order: ArchiveOrder) -> ArchiveFile:
    """A paper that was lost before does not keep the rest from being filed: the package names the gap.

    Packages of two attempts differ, they tell of the attempts too. The copy for people is that of the later.
    """
    with ONE_PACKS:
        files: Files = data_files(order.record, platform.forms)
    search = PackageSearch(platform.documents, order.record.earlier_packages)
    reports = _add_reports(files, order.record, search)
    papers = _add_papers(files, platform, order.papers)
    documents, missing = _add_documents(files, order.record.papers, search)
    closing = replace(order.closing, missing=tuple(one.digest for one in missing))
    with ONE_PACKS:
        files[INDEX] = index_page(platform, closing, order.record, Contents(reports, papers, documents))
        package = build_package(closing, files)
    digest = platform.documents.put(package)
    name = platform.documents.publish(digest, _name(order), order.attempt)
    return ArchiveFile(digest, len(package), name, closing.missing)


def _add_reports(files: Files, record: CaseRecord, search: PackageSearch) -> dict[str, str]:
    """Raises PermanentFailure: without its reports nothing is filed."""
    paths: dict[str, str] = {}
    for one in record.reports:
        if one.row.file_digest is not None:
            paths[one.row.number] = path = f"report/{one.row.number}.pdf"
            files[path] = search.content(one.row.file_digest)
    return paths


def _add_papers(
    files: Files, platform: Platform, papers: tuple[CasePaper, ...]
) -> tuple[tuple[str, str], ...]:
    """Printed in one go."""
    printed = platform.printer.print_sheets(tuple(paper.sheet for paper in papers))
    added = []
    for number, (paper, pdf) in enumerate(zip(papers, printed, strict=True), start=1):
        path = f"papers/{number:02d}-{paper.key}.pdf"
        files[path] = pdf.pdf
        added.append((path, f"{paper.title} {paper.number}".strip()))
    return tuple(added)


def _add_documents(
    files: Files, papers: list[KeptDocument], search: PackageSearch
) -> tuple[tuple[tuple[str, str, str, str], ...], list[KeptDocument]]:
    """Under numbers: what people call a file often is a person's name, and names of files are not sealed."""
    added, missing = [], []
    for number, paper in enumerate(papers, start=1):
        at, path = print_moment(paper.created_at), ""
        try:
            content = search.content(paper.digest)
        except PermanentFailure:
            missing.append(paper)
        else:
            path = f"documents/{number:03d}-{paper.kind}.{_ending(content)}"
            files[path] = content
        added.append((path, paper.kind, paper.name, at))
    return tuple(added), missing


def _ending(content: bytes) -> str:
    return next((kind.value for sign, kind in SIGNATURES.items() if content.startswith(sign)), "bin")


def _name(order: ArchiveOrder) -> str:
    """The package of a re-check lies beside the first one of its case; none takes the place of another."""
    closing, taken = order.closing, {one.name for one in order.record.documents if one.kind == ARCHIVE}
    nature = parse_number(closing.number).nature
    stem = closing.case_no if nature == NATURES[0] else f"{closing.case_no}-{nature}"
    names = (f"{stem}{further}.zip" for further in chain([""], (f"-{number}" for number in count(2))))
    return next(name for name in names if name not in taken)


def record(context: CallContext, arguments: Arguments, file: ArchiveFile, attempt: int) -> Results:
    add_document(context.session, context.case.id, "archive", file.name, file, context.now)
    facts: dict[str, object] = {"digest": file.digest}
    if file.missing:
        facts["missing"] = list(file.missing)
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
