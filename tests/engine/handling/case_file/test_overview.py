"""The overview of a case: facts, persons in part, what it waits for, its limit."""

from datetime import date, timedelta

import pytest

from engine.configuration.holidays import load_schedule
from engine.domain.deadlines import Calendar
from engine.domain.errors import NotFound
from engine.handling.case_file.limit import limit_of
from engine.handling.case_file.overview import head_of, overview_of
from engine.handling.case_file.reading import read_case_file
from tests.builders import UNIT, a_household
from tests.case_files import CaseFiles
from tests.engine.handling.case_file.conftest import Reading
from tests.engine.house import House

YEAR_2026 = Calendar(frozenset(), frozenset(), frozenset({2026}))


def test_the_head_of_a_case_shows_the_name_in_part_and_the_state_in_words(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.in_review()

    with reading(case_id) as file:
        head = head_of(file)

    assert (head.head, head.unit, head.service) == ("赵*", UNIT, "最低生活保障")
    assert (head.state, head.state_words, head.limit) == ("received", "已收件", None)


@pytest.mark.clause("M 5.2 b")
def test_document_numbers_are_masked_but_for_the_one_that_was_asked_for(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.in_review(members=3)
    numbers = [person.id_no for person in a_household(members=3).persons]

    with reading(case_id) as file:
        masked = [member.id_no for member in overview_of(file).members]
        shown = [member.id_no for member in overview_of(file, shown="p2").members]

    assert all("*" in number for number in masked)
    assert shown == [masked[0], numbers[1], masked[2]]


def test_open_tasks_lead_to_who_has_them(files: CaseFiles, reading: Reading) -> None:
    case_id = files.in_review()

    with reading(case_id) as file:
        (task,) = overview_of(file).tasks

    assert (task.name, task.post, task.owner) == ("第一次审核", "受理岗", None)


def test_outside_work_that_goes_on_is_named_with_the_departments_it_asks(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.half_way("GA", "RS")

    with reading(case_id) as file:
        (awaited,) = overview_of(file).awaited

    assert (awaited.what, awaited.has_stopped) == ("查询信息共享单位", False)
    assert (awaited.sources, awaited.attempts) == (("公安部门", "人社部门"), 1)


def test_work_that_has_stopped_is_said_to_have(files: CaseFiles, reading: Reading) -> None:
    case_id = files.broken()

    with reading(case_id) as file:
        awaited = [one for one in overview_of(file).awaited if one.has_stopped]

    assert [one.what for one in awaited] == ["向委托单位发送核对报告"]


def test_an_issued_report_waits_for_its_receipt(files: CaseFiles, reading: Reading) -> None:
    case_id = files.issued()

    with reading(case_id) as file:
        overview = overview_of(file)

    assert [one.what for one in overview.awaited] == ["委托单位的报告回执"]
    (report,) = overview.reports
    assert (report.nature, report.state, report.pages) == ("首次核对", "已发送", 7)


def test_a_closed_case_waits_for_nothing_and_has_no_limit(files: CaseFiles, reading: Reading) -> None:
    case_id = files.closed()

    with reading(case_id) as file:
        overview, head = overview_of(file), head_of(file)

    assert (overview.tasks, overview.awaited, overview.is_moving, head.limit) == ((), (), False, None)


@pytest.mark.clause("M 6.3 c")
def test_a_suspended_case_tells_the_reasons_the_unit_was_given(files: CaseFiles, reading: Reading) -> None:
    case_id = files.suspended()

    with reading(case_id) as file:
        suspension = overview_of(file).suspension

    assert suspension is not None
    assert not suspension.is_over
    assert any("家庭成员" in reason for reason in suspension.reasons)


@pytest.mark.clause("J 6.2.2 limit")
def test_the_limit_counts_working_days_from_the_acceptance(
    house: House, files: CaseFiles, reading: Reading
) -> None:
    with house.database.transaction() as session:
        load_schedule(session, YEAR_2026, house.clock.now())
    case_id = files.unanswered()  # accepted on Friday 2026-11-20, ten working days

    with reading(case_id) as file:
        at_first = limit_of(file)
    house.clock.moment += timedelta(days=17)  # Monday 2026-12-07
    with reading(case_id) as file:
        later = limit_of(file)

    assert at_first is not None
    assert later is not None
    assert (at_first.due_on, at_first.days, at_first.is_over) == (date(2026, 12, 4), 10, False)
    assert (later.due_on, later.days, later.is_over) == (date(2026, 12, 4), 1, True)


def test_days_of_a_suspension_are_not_counted(house: House, files: CaseFiles, reading: Reading) -> None:
    case_id = files.suspended()
    house.clock.moment += timedelta(days=7)

    with reading(case_id) as file:
        limit = limit_of(file)

    assert limit is not None
    assert (limit.stands_still, limit.days, limit.due_on) == (True, 10, date(2026, 12, 11))


def test_a_case_handled_without_people_has_no_limit(files: CaseFiles, reading: Reading) -> None:
    case_id = files.half_way()

    with reading(case_id) as file:
        assert limit_of(file) is None


def test_a_case_that_is_not_there_is_not_found(house: House) -> None:
    with house.database.reading() as session, pytest.raises(NotFound):
        read_case_file(session, house.platform, 999)
