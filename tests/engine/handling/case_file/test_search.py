"""The search for cases: every criterion, page by page, and by a number that is never written down."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.domain.authority import NotAuthorised
from engine.domain.posts import AUDITOR
from engine.handling.case_file import search
from engine.handling.case_file.search import (
    FoundCases,
    Waiting,
    Wanted,
    find_by_id_number,
    find_cases,
    units_to_choose,
)
from engine.store.audit import AuditEvent
from tests.builders import UNIT, a_household
from tests.case_files import CaseFiles
from tests.engine.handling.case_file.conftest import Reading
from tests.engine.house import UNIT_CODE, House
from tests.staff import employ, the_person


def find(house: House, **wanted: object) -> FoundCases:
    with house.database.reading() as session:
        return find_cases(session, house.platform, Wanted(**wanted))  # type: ignore[arg-type]  # by its names


def ids(found: FoundCases) -> list[int]:
    return [case.case_id for case in found.cases]


def test_the_newest_cases_come_first_with_their_last_step_and_what_they_wait_for(
    any_house: House,
) -> None:
    house, files = any_house, CaseFiles(any_house)
    closed, review, half = files.closed(), files.in_review(), files.half_way("GA")

    found = find(house)

    assert ids(found) == [half, review, closed]
    assert [case.waiting_for for case in found.cases] == [
        (Waiting("查询信息共享单位"),),
        (Waiting("第一次审核", "受理岗"),),
        (),
    ]
    assert [case.last_step for case in found.cases][1:] == ["检查申请材料", "核对办结"]
    assert found.cases[2].state_words == "已办结"


def test_each_criterion_finds_its_cases_and_no_others(
    house: House, files: CaseFiles, reading: Reading
) -> None:
    closed = files.closed()
    house.clock.moment += timedelta(days=3)
    review = files.in_review()
    with reading(closed) as file:
        report_no, case_no = file.reports[0].number, file.case.case_no

    assert ids(find(house, case_no=case_no)) == [closed]
    assert ids(find(house, commission_no="WT-CASE-0002")) == [review]
    assert ids(find(house, report_no=report_no)) == [closed]
    assert ids(find(house, state="received")) == [review]
    assert ids(find(house, unit_code=UNIT_CODE)) == [review, closed]
    assert ids(find(house, unit_code="999999999")) == []
    assert ids(find(house, first_day=date(2026, 11, 21))) == [review]
    assert ids(find(house, last_day=date(2026, 11, 20))) == [closed]


def test_a_page_goes_on_where_the_one_before_ended(
    house: House, files: CaseFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    made = [files.in_review() for _ in range(3)]

    first = find(house)
    second = find(house, before=first.next_before)

    assert (ids(first), ids(second)) == ([made[2], made[1]], [made[0]])
    assert second.next_before is None


@pytest.mark.clause("M 5.2 b")
def test_a_person_is_found_by_a_number_that_is_recorded_nowhere(house: House, files: CaseFiles) -> None:
    with_child, without = files.in_review(members=3), files.in_review(members=2)
    number = a_household(members=3).persons[2].id_no

    with house.database.transaction() as session:
        found = find_by_id_number(session, house.platform, the_person(house, "A001"), number)

    assert ids(found) == [with_child]
    assert without not in ids(found)
    with house.database.reading() as session:
        wanted = select(AuditEvent).where(AuditEvent.action == "cases_searched_by_id_number")
        event = session.scalars(wanted).one()
    assert (event.actor, event.facts) == ("A001", {"cases": [with_child]})


def test_who_reads_no_cases_finds_no_person(house: House, files: CaseFiles) -> None:
    files.in_review()
    employ(house, "J001", AUDITOR)

    with house.database.transaction() as session, pytest.raises(NotAuthorised):
        find_by_id_number(session, house.platform, the_person(house, "J001"), "320402198506150010")


def test_units_can_be_chosen_by_name(house: House) -> None:
    with house.database.reading() as session:
        (unit,) = units_to_choose(session)

    assert (unit.code, unit.name) == (UNIT_CODE, UNIT)
