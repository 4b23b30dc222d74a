"""The papers of a case: what there is, and a file that opens only in its own case and on record."""

import pytest
from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.handling.case_file.papers import (
    DocumentUnreadable,
    content_of,
    document_to_open,
    papers_of,
    record_opening,
)
from engine.store.audit import AuditEvent
from tests.case_files import CaseFiles
from tests.engine.handling.case_file.conftest import Reading
from tests.engine.house import House
from tests.staff import the_person


def test_a_closed_case_has_its_report_with_the_receipt_and_its_archive(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.closed()

    with reading(case_id) as file:
        papers = papers_of(file)

    assert [paper.kind for paper in papers.papers] == ["归档包", "核对报告"]
    (report,) = papers.reports
    assert report.receipt is not None
    assert (report.state, report.receipt.received_by) == ("已收到回执", "U001")
    assert [revision.number for revision in papers.revisions] == [1]


def test_scanned_material_is_among_the_papers(files: CaseFiles, reading: Reading) -> None:
    case_id = files.in_review()

    with reading(case_id) as file:
        papers = papers_of(file)

    assert {(paper.kind, paper.name) for paper in papers.papers} == {
        ("递交材料", "核对授权书.pdf"),
        ("递交材料", "核对委托书.pdf"),
    }


def test_a_report_opens_as_what_it_is_and_the_opening_is_on_record(
    house: House, files: CaseFiles, reading: Reading
) -> None:
    case_id = files.closed()
    with reading(case_id) as file:
        digest = papers_of(file).reports[0].digest or ""

    with house.database.transaction() as session:
        document = document_to_open(session, case_id, digest)
        record_opening(session, document, the_person(house, "A001"), house.clock.now())
    paper = content_of(house.platform, document)

    assert (paper.media_type, paper.content[:5]) == ("application/pdf", b"%PDF-")
    with house.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "document_opened")).one()
    assert (event.actor, event.case_id, event.facts["digest"]) == ("A001", case_id, digest)


def test_a_file_of_another_case_does_not_open(house: House, files: CaseFiles, reading: Reading) -> None:
    case_id, other_id = files.closed(), files.in_review()
    with reading(case_id) as file:
        digest = papers_of(file).reports[0].digest or ""

    with house.database.reading() as session, pytest.raises(NotFound):
        document_to_open(session, other_id, digest)


def test_a_file_that_is_gone_is_told_in_words(house: House, files: CaseFiles) -> None:
    case_id = files.in_review()  # its scans were never put into the store

    with house.database.reading() as session:
        document = document_to_open(session, case_id, "a" * 64)

    with pytest.raises(DocumentUnreadable):
        content_of(house.platform, document)
