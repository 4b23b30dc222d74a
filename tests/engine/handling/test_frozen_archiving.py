"""A worker that wakes up late with the package of a case that another has filed meanwhile."""

from sqlalchemy import select

from engine.handling.messages import confirm_receipt
from engine.handling.outside_work import ClaimedWork, claim, perform, record
from engine.store.documents import Document
from engine.store.reports import report_of_case
from tests.builders import a_commission
from tests.engine.house import RETRY, UNIT_CODE, House


def claimed(house: House, owner: str) -> ClaimedWork:
    with house.database.transaction() as session:
        (work,) = claim(session, house.platform, owner, 64)
    return work


def confirm(house: House, case_id: int) -> None:
    with house.database.transaction() as session:
        report = report_of_case(session, case_id)
        assert report is not None
        receipt = {"sha256": report.file_digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00Z"}
        confirm_receipt(session, house.platform, UNIT_CODE, report.number, receipt)


def test_the_copy_for_people_stays_the_one_that_was_filed(house: House) -> None:
    case = house.receive(a_commission()).case
    house.work()
    confirm(house, case.id)
    house.advance_woken()
    frozen = claimed(house, "worker-frozen")
    house.clock.pass_time(seconds=2 * RETRY.lease.total_seconds())
    awake = claimed(house, "worker-awake")
    with house.database.transaction() as session:
        record(session, house.platform, [(awake, perform(house.platform, awake))])

    late = perform(house.platform, frozen)
    with house.database.transaction() as session:
        record(session, house.platform, [(frozen, late)])
    house.work()

    assert late.failure is not None
    assert late.failure.code == "publication_overtaken"
    with house.database.reading() as session:
        (filed,) = session.scalars(select(Document).where(Document.kind == "archive"))
    assert house.documents.published[filed.name] == house.documents.contents[filed.digest]
    packages = [content for content in house.documents.contents.values() if content.startswith(b"PK")]
    assert len(packages) == 2  # they do differ
