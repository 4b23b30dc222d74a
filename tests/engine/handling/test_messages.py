"""The unit's messages: receipts and instructions, early, repeated, wrong and foreign ones."""

import pytest
from sqlalchemy import select

from engine.domain.errors import NotFound, NotWaiting
from engine.handling.messages import (
    ReceiptDiffers,
    ReportNotDelivered,
    confirm_receipt,
    give_instruction,
)
from engine.handling.status import status_of
from engine.ports import TemporaryFailure
from engine.store.instances import InboundMessage
from engine.store.outbox import OutboxRow
from engine.store.reports import Report
from tests.builders import a_commission, a_household, an_id_no
from tests.engine.house import UNIT_CODE, House

NUMBER = "第32040020261100001aaf1号"


def receipt(house: House, number: str = NUMBER, unit: str = UNIT_CODE, sha256: str | None = None) -> Report:
    with house.database.transaction() as session:
        known = session.scalars(select(Report).where(Report.number == number)).one_or_none()
        digest = sha256 or (known.file_digest if known else "") or "0" * 64
        body = {"sha256": digest, "received_by": "U001", "received_at": "2026-11-20T10:00:00+08:00"}
        return confirm_receipt(session, house.platform, unit, number, body)


def state(house: House) -> str:
    with house.database.reading() as session:
        return status_of(session, UNIT_CODE, "WT-2026-0001").state


@pytest.mark.clause("M 6.4 c")
def test_the_receipt_closes_the_case(house: House) -> None:
    house.receive(a_commission())
    house.work()
    assert state(house) == "issued"

    receipt(house)
    house.work()

    assert state(house) == "closed"


def test_a_repeated_receipt_returns_the_first(house: House) -> None:
    house.receive(a_commission())
    house.work()
    first = receipt(house)
    house.clock.pass_time(hours=1)

    again = receipt(house)
    house.work()

    assert again.receipt_at == first.receipt_at
    with house.database.reading() as session:
        assert len(session.scalars(select(InboundMessage)).all()) == 1


def test_a_receipt_that_overtakes_our_own_call_is_not_lost(house: House) -> None:
    house.units.failures = [TemporaryFailure("timeout")]  # the unit has the report, we have no answer
    house.receive(a_commission())
    house.work()

    receipt(house)
    house.work()
    assert state(house) != "closed"
    house.clock.pass_time(minutes=1)
    house.work()

    assert state(house) == "closed"


def test_a_receipt_for_another_file_is_refused(house: House) -> None:
    house.receive(a_commission())
    house.work()

    with pytest.raises(ReceiptDiffers):
        receipt(house, sha256="f" * 64)


def test_a_receipt_before_there_is_a_file_is_refused(house: House) -> None:
    house.receive(a_commission())
    while not _numbered(house):
        house.advance_woken()
        if not _numbered(house):
            house.do_outside_work()

    with pytest.raises(ReportNotDelivered):
        receipt(house)


def _numbered(house: House) -> bool:
    with house.database.reading() as session:
        return session.scalars(select(Report)).first() is not None


@pytest.mark.parametrize(
    ("number", "unit"), [(NUMBER, "320402999"), ("第32040020261100009aaf1号", UNIT_CODE)]
)
def test_foreign_and_unknown_numbers_look_the_same(house: House, number: str, unit: str) -> None:
    house.receive(a_commission())
    house.work()

    with pytest.raises(NotFound):
        receipt(house, number, unit)


def marry_somebody_undeclared(house: House) -> None:
    head = a_household().persons[0]
    house.sources["MZ"].records["p1", "MZ02"] = [
        {
            "husband_name": head.name,
            "wife_name": "韩某",
            "registration_date": "2015-05-20",
            "husband_id_no": head.id_no,
            "wife_id_no": an_id_no(20),
            "registration_type": "marriage",
            "registration_office": "甲区民政局",
        }
    ]


def instruct(house: House, instruction: str, answers: str | None = None) -> None:
    told = [callback.message_id for callback in house.units.delivered]
    with house.database.transaction() as session:
        suspension = answers or told[-1]
        give_instruction(session, house.platform, UNIT_CODE, "WT-2026-0001", instruction, suspension)


@pytest.mark.clause("M 6.3 b", "M 6.3 c", "M 6.3 note")
@pytest.mark.parametrize(("instruction", "end"), [("continue", "issued"), ("withdraw", "withdrawn")])
def test_a_suspended_case_goes_on_as_the_unit_instructs(house: House, instruction: str, end: str) -> None:
    marry_somebody_undeclared(house)
    house.receive(a_commission(a_household(members=1)))
    house.work()
    assert state(house) == "suspended"
    (told,) = house.units.bodies("verification.suspended")
    reasons = told["data"]["reasons"]  # type: ignore[index]
    assert [reason["code"] for reason in reasons] == ["undeclared_family_member"]

    instruct(house, instruction)
    house.work()

    assert state(house) == end


def test_the_same_instruction_twice_is_taken_once(house: House) -> None:
    marry_somebody_undeclared(house)
    house.receive(a_commission(a_household(members=1)))
    house.work()

    instruct(house, "continue")
    instruct(house, "continue")
    house.work()

    with house.database.reading() as session:
        assert len(session.scalars(select(InboundMessage)).all()) == 1


def test_two_different_instructions_cannot_both_hold(house: House) -> None:
    marry_somebody_undeclared(house)
    house.receive(a_commission(a_household(members=1)))
    house.work()
    instruct(house, "continue")

    with pytest.raises(NotWaiting):
        instruct(house, "withdraw")


def test_a_repeat_after_the_instruction_was_taken_changes_nothing(house: House) -> None:
    marry_somebody_undeclared(house)
    house.receive(a_commission(a_household(members=1)))
    house.work()
    suspension = house.units.delivered[-1].message_id
    instruct(house, "continue", suspension)
    house.work()

    instruct(house, "continue", suspension)

    with house.database.reading() as session:
        assert len(session.scalars(select(InboundMessage)).all()) == 1


def test_an_instruction_that_overtakes_our_own_call_is_not_lost(house: House) -> None:
    marry_somebody_undeclared(house)
    house.units.failures = [TemporaryFailure("timeout")]  # the unit has been told, we have no answer
    house.receive(a_commission(a_household(members=1)))
    house.work()
    with house.database.reading() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.operation == "notify_suspension")).one()

    instruct(house, "continue", row.key)
    house.clock.pass_time(minutes=1)
    house.work()

    assert state(house) == "issued"


def test_an_instruction_nobody_waits_for_is_refused(house: House) -> None:
    house.receive(a_commission())
    house.work()

    with pytest.raises(NotWaiting):
        instruct(house, "continue", "another-message")
    with pytest.raises(NotFound), house.database.transaction() as session:
        give_instruction(session, house.platform, UNIT_CODE, "WT-unknown", "continue", "x")
