"""The papers of a case: files, revisions of the commission, reports with receipts; and one to open."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.authority import Person
from engine.domain.errors import NotFound, RuleViolation
from engine.domain.report_number import parse_number
from engine.domain.uploads import MEDIA_TYPES, SIGNATURES
from engine.handling.case_file.reading import CaseFile
from engine.handling.case_file.words import DOCUMENT_KINDS, NATURES, REPORT_STATES, said
from engine.handling.papers import FORMS, ListedPaper, PaperKind, list_papers, paper_kinds
from engine.platform import Platform
from engine.ports import OutsideFailure
from engine.service_tasks.archiving import PackageSearch
from engine.store.audit import record_audit
from engine.store.cases import CommissionRevision
from engine.store.cleaning import packages_of
from engine.store.documents import Document
from engine.store.reports import RECEIPT, Report

ANY_BYTES = "application/octet-stream"


class DocumentUnreadable(RuleViolation):
    """保存的文件打不开，请报告系统管理岗"""


@dataclass(frozen=True)
class Paper:
    kind: str
    name: str = field(repr=False)
    digest: str
    size: int
    at: datetime


@dataclass(frozen=True)
class Revision:
    """Of the commission; `digest` is of its plain content."""

    number: int
    digest: str
    at: datetime


@dataclass(frozen=True)
class Receipt:
    at: datetime
    received_by: str = field(repr=False)


@dataclass(frozen=True)
class ReportPaper:
    number: str
    nature: str
    state: str
    handler: str
    issued_at: datetime
    pages: int | None
    digest: str | None
    receipt: Receipt | None


@dataclass(frozen=True)
class Papers:
    """`made`: what the steps of the case have brought about; `forms` can be printed with what is known."""

    made: tuple[ListedPaper, ...]
    forms: tuple[PaperKind, ...]
    papers: tuple[Paper, ...]
    revisions: tuple[Revision, ...]
    reports: tuple[ReportPaper, ...]


@dataclass(frozen=True)
class OpenedPaper:
    """`media_type` by its first bytes, whatever it is called."""

    name: str = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


def papers_of(file: CaseFile) -> Papers:
    """Newest first."""
    wanted = select(CommissionRevision.revision, CommissionRevision.digest, CommissionRevision.recorded_at)
    mine = wanted.where(CommissionRevision.case_id == file.case.id)
    revisions = file.session.execute(mine.order_by(CommissionRevision.revision.desc()))
    return Papers(
        list_papers(file.session, file.platform, file.case.id),
        tuple(kind for kind in paper_kinds(file.platform) if kind.key in FORMS),
        tuple(
            Paper(said(DOCUMENT_KINDS, row.kind), row.name, row.digest, row.size, row.created_at)
            for row in reversed(file.documents)
        ),
        tuple(Revision(*row) for row in revisions),
        tuple(_report(file, report) for report in reversed(file.reports)),
    )


def _report(file: CaseFile, report: Report) -> ReportPaper:
    return ReportPaper(
        number=report.number,
        nature=said(NATURES, parse_number(report.number).nature),
        state=said(REPORT_STATES, report.state),
        handler=report.handler,
        issued_at=report.issued_at,
        pages=report.pages,
        digest=report.file_digest,
        receipt=_receipt(file, report),
    )


def _receipt(file: CaseFile, report: Report) -> Receipt | None:
    if report.receipt is None or report.receipt_at is None:
        return None
    said_there: Mapping[str, object] = json.loads(RECEIPT.open(file.platform.vault, report))
    return Receipt(report.receipt_at, str(said_there.get("received_by", "")))


def document_to_open(session: Session, case_id: int, digest: str) -> Document:
    """Raises NotFound, for files of other cases too."""
    wanted = select(Document).where(Document.case_id == case_id, Document.digest == digest)
    document = session.scalars(wanted.order_by(Document.id).limit(1)).one_or_none()
    if document is None:
        raise NotFound(case=case_id)
    return document


def packages_with(session: Session, document: Document) -> list[str]:
    """The packages of its case, newest first."""
    return packages_of(session, document.case_id)


def record_opening(session: Session, document: Document, person: Person, now: datetime) -> None:
    """Before its content is handed out."""
    facts = {"document": document.id, "kind": document.kind, "digest": document.digest}
    record_audit(session, now, person.name, "document_opened", document.case_id, facts)


def content_of(platform: Platform, document: Document, packages: Sequence[str] = ()) -> OpenedPaper:
    """Outside of any transaction. `packages`: where it is to be found when working copies have been cleaned.
    Raises DocumentUnreadable."""
    try:
        content = PackageSearch(platform.documents, packages).content(document.digest)
    except OutsideFailure as failure:
        raise DocumentUnreadable(document=document.id, code=failure.code) from failure
    kind = next((kind for sign, kind in SIGNATURES.items() if content.startswith(sign)), None)
    return OpenedPaper(document.name, MEDIA_TYPES[kind] if kind is not None else ANY_BYTES, content)
