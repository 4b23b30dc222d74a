"""The access log of a case: one record for a sitting, reasons of unmasking, and who may read it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.domain.authority import NotAuthorised
from engine.domain.posts import AUDITOR, CERTIFICATION, SUPERVISOR
from engine.domain.unmasking import FieldKind, MaskedField, Reason, ReasonCode
from engine.handling.case_file.access import access_of, note_opening
from engine.handling.unmasking import unmask
from engine.store.audit import AuditEvent
from tests.case_files import CaseFiles
from tests.engine.handling.case_file.conftest import Reading
from tests.engine.house import House
from tests.staff import employ, the_person


def opens(house: House, who: str, case_id: int) -> None:
    database = house.database
    note_opening(database.reading, database.transaction, the_person(house, who), case_id, house.clock.now())


def openings(house: House, case_id: int) -> int:
    with house.database.reading() as session:
        wanted = select(func.count()).select_from(AuditEvent).where(AuditEvent.case_id == case_id)
        return session.scalars(wanted.where(AuditEvent.action == "case_opened")).one()


@pytest.mark.clause("J 5.2.2.1.2")
def test_opening_a_case_is_recorded_once_for_each_person_case_and_sitting(
    house: House, files: CaseFiles
) -> None:
    case_id, other_id = files.in_review(), files.in_review()

    for who, case in (("A001", case_id), ("A001", case_id), ("A002", case_id), ("A001", other_id)):
        opens(house, who, case)

    assert (openings(house, case_id), openings(house, other_id)) == (2, 1)


def test_after_half_an_hour_it_is_another_sitting(any_house: House) -> None:
    house, case_id = any_house, CaseFiles(any_house).in_review()
    opens(house, "A001", case_id)
    house.clock.moment += timedelta(minutes=29)
    opens(house, "A001", case_id)
    before = openings(house, case_id)
    house.clock.moment += timedelta(minutes=2)
    opens(house, "A001", case_id)

    assert (before, openings(house, case_id)) == (1, 2)


def test_who_saw_a_number_in_full_stands_there_with_the_reason_in_words(
    house: House, files: CaseFiles, reading: Reading
) -> None:
    case_id = files.in_review()
    employ(house, "S001", SUPERVISOR)
    opens(house, "A001", case_id)
    reason = Reason(ReasonCode.IDENTITY, "与户口簿原件核对")
    field, now = MaskedField(FieldKind.ID_NUMBER, "p1"), house.clock.now()
    with house.database.transaction() as session:
        unmask(session, house.platform.vault, the_person(house, "A001"), case_id, field, reason, now)

    with reading(case_id) as file:
        unmasked, opened = access_of(file, the_person(house, "S001"))

    assert (opened.what, opened.who) == ("打开案卷", "A001")
    assert (unmasked.what, unmasked.kind, unmasked.subject) == ("查看完整信息", "证件号码", "赵甲")
    assert (unmasked.reason, unmasked.words) == ("核对身份", "与户口簿原件核对")


def test_the_log_is_read_by_auditors_supervisors_and_who_works_on_the_case(
    house: House, files: CaseFiles, reading: Reading
) -> None:
    case_id = files.in_review()
    employ(house, "S001", SUPERVISOR)
    employ(house, "J001", AUDITOR)

    with reading(case_id) as file:
        seen = [access_of(file, the_person(house, who)) for who in ("S001", "J001", "A001", "F001")]

    assert seen == [(), (), (), ()]


def test_others_do_not_read_the_log(house: House, files: CaseFiles, reading: Reading) -> None:
    case_id = files.in_review()
    employ(house, "C009", CERTIFICATION)

    with reading(case_id) as file, pytest.raises(NotAuthorised):
        access_of(file, the_person(house, "C009"))
