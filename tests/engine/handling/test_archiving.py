"""The package of a case (归档): everything from receipt to closing, checked without the platform."""

import hashlib
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from engine.domain.archive import find_damage
from engine.domain.archive.audit_proof import check_proof
from engine.handling.pinning import pinned_definition
from engine.ports import PermanentFailure
from engine.service_tasks import archive_case
from engine.service_tasks.archiving import PackageSearch
from engine.service_tasks.operation import CallContext
from engine.store.audit import AuditEvent
from engine.store.cases import Case
from engine.store.documents import Document
from engine.store.instances import ProcessInstance
from engine.store.outbox import OutboxRow
from engine.store.reports import Report
from tests.case_files import CaseFiles
from tests.domain.archive.test_page import Tags
from tests.engine.handling.packages import contents, newest_package, plain
from tests.engine.handling.test_rechecking import F, closed, recheck
from tests.engine.house import House

LETTER, ORDER = b"%PDF-letter", b"%PDF-order"


@pytest.fixture
def files(house: House) -> CaseFiles:
    return CaseFiles(house)


def with_scans(house: House, case_id: int) -> list[str]:
    """The material of the case is in the document store, as it is when it comes in by the front desk."""
    digests = [house.documents.put(content) for content in (LETTER, ORDER)]
    with house.database.transaction() as session:
        rows = session.scalars(select(Document).where(Document.case_id == case_id).order_by(Document.id))
        for row, digest in zip(rows, digests, strict=False):
            row.digest = digest
    return digests


def a_staffed_package(files: CaseFiles) -> bytes:
    case_id = files.in_review()
    with_scans(files.house, case_id)
    files.review(case_id)
    files.confirm(case_id)
    return newest_package(files.house)


@pytest.mark.clause("M 6.4 c", "J 6.3.1")
def test_the_package_holds_papers_material_opinions_forms_and_diagrams(files: CaseFiles) -> None:
    package = a_staffed_package(files)

    names = contents(package)
    assert names["documents/001-scan.pdf"] == LETTER
    assert {
        "forms/first_review.form",
        "forms/second_review.form",
        "releases.json",
        "work.json",
    } <= names.keys()
    assert any(name.startswith("papers/") and name.endswith("acceptance_notice.pdf") for name in names)
    assert any(name.endswith("closing_report.pdf") for name in names)
    opinions = [task["result"].get("opinion") for task in plain(package, "tasks.json")["tasks"]]
    assert "材料齐全，与原件一致。" in opinions
    assert plain(package, "evaluations/1-limits.json")["standard_month"]
    assert find_damage(package) == ()


def test_forms_are_filed_byte_for_byte_as_they_are_used(files: CaseFiles) -> None:
    package = a_staffed_package(files)

    source = Path("forms/tasks/first_review.form").read_bytes()
    assert contents(package)["forms/first_review.form"] == source


@pytest.mark.clause("M 6.4 c")
def test_a_browser_shows_the_case_the_history_and_the_calculation(files: CaseFiles) -> None:
    package = a_staffed_package(files)

    page = Tags(contents(package)["目录.html"])
    for text in (
        "材料齐全，与原件一致。",
        "A001",
        "核证岗",
        "工资性收入",
        "家庭人均月收入与当地标准",
        "公安",
    ):
        assert text in page.text


def test_every_link_of_the_page_leads_to_a_file_and_every_case_file_is_linked(files: CaseFiles) -> None:
    package = a_staffed_package(files)
    from_page = {
        str(attributes["href"]) for tag, attributes in Tags(contents(package)["目录.html"]).tags if tag == "a"
    }

    linked = {unquote(address) for address in from_page if not address.startswith("#")}

    about = {"目录.html", "说明.txt", "办结报告.txt", "SHA256SUMS", "manifest.json", "closing_report.json"}
    assert linked == contents(package).keys() - about


@pytest.mark.clause("M 6.4 c", "J 6.3.1")
def test_an_unpacked_package_passes_sha256sum(files: CaseFiles, tmp_path: Path) -> None:
    package, program = a_staffed_package(files), shutil.which("sha256sum")
    assert program is not None
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        archive.extractall(folder)

    checked = subprocess.run(
        [program, "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False
    )

    assert checked.returncode == 0
    assert (
        len(checked.stdout.splitlines())
        == len(list(path for path in folder.rglob("*") if path.is_file())) - 1
    )


@pytest.mark.clause("M 5.2 d")
def test_audit_events_are_proved_by_an_anchor_on_both_databases(any_house: House) -> None:
    closed(any_house)

    proved = check_proof(contents(newest_package(any_house))["audit.json"])

    assert proved.fault is None
    assert proved.proved >= 8
    for anchor in proved.anchors:
        assert any_house.notary.is_genuine(anchor.key_id, anchor.statement, anchor.signature)


@pytest.mark.clause("M 6.4 c", "M 6.5")
def test_a_recheck_makes_a_package_of_the_whole_case_and_keeps_the_earlier_one(house: House) -> None:
    desk = closed(house)
    first = newest_package(house)

    recheck(desk, F)

    second = newest_package(house)
    digest = hashlib.sha256(first).hexdigest()
    assert plain(second, "closing_report.json")["supersedes"] == digest
    assert house.documents.get(digest) == first
    names = contents(second)
    assert {"evaluations/1.json", "evaluations/2.json", f"report/{F}.pdf"} <= names.keys()
    assert sum(name.endswith(".pdf") and name.startswith("report/") for name in names) == 2
    assert {"diagrams/automatic_handling.bpmn", "diagrams/recheck.bpmn"} <= names.keys()
    assert find_damage(second) == ()


def test_a_scan_that_was_lost_is_named_as_a_gap(files: CaseFiles) -> None:
    case_id = files.in_review()  # its scans were never put into the store
    files.review(case_id)
    files.confirm(case_id)

    package = newest_package(files.house)

    assert plain(package, "closing_report.json")["missing"] == ["a" * 64, "b" * 64]
    assert "缺件" in contents(package)["办结报告.txt"].decode()
    with files.house.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "case_archived")).one()
    assert event.facts["missing"] == ["a" * 64, "b" * 64]


def test_without_its_report_nothing_is_filed(house: House, files: CaseFiles) -> None:
    case_id = files.issued()
    with house.database.reading() as session:
        digest = session.scalars(select(Document.digest).where(Document.kind == "report")).one()
    house.documents.contents.pop(digest)

    files.confirm(case_id)

    assert house.documents.published == {}
    with house.database.reading() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.operation == "archive_case")).one()
    assert (row.state, row.failure_code) == ("incident", "document_missing")


def test_filing_the_same_again_gives_the_same_bytes(house: House, files: CaseFiles) -> None:
    case_id = files.issued()
    with house.database.transaction() as session:
        report = session.scalars(select(Report).where(Report.case_id == case_id)).one()
        context = CallContext(
            session,
            house.platform,
            session.get_one(Case, case_id),
            pinned_definition(session, session.scalars(select(ProcessInstance.definition_digest)).one()),
            None,
            house.clock.now(),
        )
        order = archive_case.prepare(context, {"report_id": report.id})

    first, second = (archive_case.perform(house.platform, "key", order) for _ in range(2))

    assert first == second


def test_a_file_is_taken_out_of_the_package_when_the_store_has_it_no_more(files: CaseFiles) -> None:
    package = a_staffed_package(files)
    documents = files.house.documents
    digest, lost = hashlib.sha256(LETTER).hexdigest(), "0" * 64
    documents.contents.pop(digest)
    search = PackageSearch(documents, [lost, hashlib.sha256(package).hexdigest()])

    assert search.content(digest) == LETTER
    with pytest.raises(PermanentFailure, match="document_missing"):
        search.content(lost)
