"""Time limits (办理期限) of cases in people's hands: working days, a warning, then the supervisor."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.configuration.holidays import published_schedule
from engine.ports import PermanentFailure
from tests.builders import a_commission, a_household
from tests.engine.handling.desk import Desk
from tests.engine.house import House

ACCEPTED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # a Friday
A_MINUTE = timedelta(minutes=1)


def midnight(month: int, day: int) -> datetime:
    """The end of that day in China."""
    return datetime(2026, month, day, 16, tzinfo=UTC)


@pytest.fixture
def desk(house: House) -> Desk:
    """Public security does not answer: the case stays with the exchange post."""
    desk = Desk(house)
    desk.load(published_schedule())
    house.sources["GA"].failures = [PermanentFailure("http_403")] * 9
    return desk


@pytest.mark.clause("J 6.2.2 limit", "J 4.3-3")
def test_the_warning_comes_after_seven_working_days_and_two_weekends(desk: Desk) -> None:
    desk.bring()
    desk.review()

    desk.wait_until(midnight(12, 1) - A_MINUTE)
    early = desk.audited("deadline_near")
    desk.wait_until(midnight(12, 1))

    assert early == []
    (warned,) = desk.audited("deadline_near")
    assert warned.facts == {"limit_days": 7, "state": "accepted"}
    assert desk.audited("deadline_passed") == []


@pytest.mark.clause("J 6.2.2 limit", "J 4.3-3")
def test_the_supervisor_is_told_when_the_limit_is_over_and_the_work_goes_on(desk: Desk) -> None:
    desk.bring()
    desk.review()

    desk.wait_until(midnight(12, 4) - A_MINUTE)
    early = desk.audited("deadline_passed")
    desk.wait_until(midnight(12, 4))

    assert early == []
    assert len(desk.audited("deadline_passed")) == 1
    assert desk.path().count("escalate_deadline") == 1
    desk.do("contact_source", "E001", exchange_decision="proceed")
    assert desk.state == "issued"


@pytest.mark.clause("J 6.2.2 limit")
def test_material_over_the_line_has_a_limit_of_its_own(desk: Desk) -> None:
    desk.send()
    desk.review()

    desk.wait_until(midnight(11, 27) - A_MINUTE)
    early = desk.audited("deadline_near")
    desk.wait_until(midnight(11, 27))

    assert (early, len(desk.audited("deadline_near"))) == ([], 1)


def test_the_limit_begins_with_the_acceptance_not_with_the_reception(desk: Desk) -> None:
    desk.bring()
    desk.wait_until(ACCEPTED + timedelta(days=5))
    desk.review()

    desk.wait_until(midnight(12, 3))
    early = desk.audited("deadline_near")
    desk.wait_until(midnight(12, 4))

    assert (early, len(desk.audited("deadline_near"))) == ([], 1)


def test_a_case_that_is_closed_in_time_is_never_warned_about(desk: Desk) -> None:
    desk.bring()
    desk.review()
    desk.do("contact_source", "E001", exchange_decision="proceed")
    desk.confirm()

    desk.wait_until(midnight(12, 20))

    assert desk.audited("deadline_near") == desk.audited("deadline_passed") == []
    assert desk.ends() == [("finished", "verification_closed")]


def suspended(desk: Desk) -> Desk:
    desk.house.sources["GA"].failures = []
    desk.marry_somebody_undeclared()
    desk.send(a_commission(a_household(members=1), reviews=()))
    desk.review()
    assert desk.state == "suspended"
    return desk


@pytest.mark.clause("M 6.3 c", "J 6.2.2 limit")
def test_the_clock_stands_still_while_the_unit_is_asked(desk: Desk) -> None:
    suspended(desk)

    desk.wait_until(midnight(12, 20))

    assert desk.audited("deadline_near") == desk.audited("deadline_passed") == []


@pytest.mark.clause("M 6.3 c", "J 6.2.2 limit")
def test_the_days_of_a_suspension_are_added_to_the_limit(desk: Desk) -> None:
    suspended(desk)
    desk.wait_until(datetime(2026, 11, 25, 2, tzinfo=UTC))  # three working days later
    desk.house.sources["GA"].failures = [PermanentFailure("http_403")] * 9
    desk.instruct("supplement")
    desk.send_again(a_commission(a_household(members=2)))
    assert desk.task("contact_source").post == "信息交换岗"

    desk.wait_until(midnight(11, 27))  # five working days, three of them suspended
    desk.wait_until(midnight(12, 2) - A_MINUTE)
    early = desk.audited("deadline_near")
    desk.wait_until(midnight(12, 2))

    assert (early, len(desk.audited("deadline_near"))) == ([], 1)


def test_a_case_may_end_while_its_postponed_warning_still_waits(desk: Desk) -> None:
    suspended(desk)
    desk.wait_until(midnight(11, 27))

    desk.instruct("continue")
    desk.confirm()

    assert desk.ends() == [("finished", "verification_closed")]
    with desk.house.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM timer").scalar_one() == 0
