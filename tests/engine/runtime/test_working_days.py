"""Timers counted in working days: over holidays, over a year end, again when the schedule becomes known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest

from engine.domain.deadlines import WEEKENDS_ONLY, Calendar
from engine.runtime import ExpressionFailed, Instance, Timer, evaluate
from tests.engine.runtime.diagrams import (
    boundary,
    catch,
    define,
    end,
    message_event,
    node,
    start,
    timer,
    user,
)

KNOWN = Calendar(
    frozenset(chinese_calendar.constants.holidays),
    frozenset(chinese_calendar.constants.workdays),
    frozenset({2025, 2026}),
)
NEW_YEAR = frozenset({date(2027, 1, 1), date(2027, 1, 4)})  # as the schedule of 2027 might say
KNOWN_2027 = replace(KNOWN, free=KNOWN.free | NEW_YEAR, known=KNOWN.known | {2027})
WAITING = define(start(), catch("limit", timer("working_days(days)")), end(), flows="start -> limit -> done")


class Case:
    """An instance that lives through restores, by a clock and a schedule of its own."""

    def __init__(self, now: datetime, calendar: Calendar = KNOWN, days: int = 10) -> None:
        self.now, self.calendar, self.asked = now, calendar, 0
        instance = Instance.start(WAITING, {"days": days}, lambda: self.now, self.holidays)
        instance.run()
        self.body = instance.dump()

    def holidays(self) -> Calendar:
        self.asked += 1
        return self.calendar

    def restored(self) -> Instance:
        return Instance.restore(WAITING, self.body, lambda: self.now, self.holidays)

    def timer(self) -> Timer:
        (only,) = self.restored().timers()
        return only

    def wait_until(self, now: datetime) -> bool:
        """Whether the limit is over then."""
        self.now = now
        instance = self.restored()
        instance.fire_timers(now)
        instance.run()
        self.body = instance.dump()
        return instance.finished


def in_china(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.mark.clause("J 6.2.2 limit")
@pytest.mark.parametrize(
    ("begin", "days", "due"),
    [
        (in_china(2026, 2, 10, 9), 10, in_china(2026, 3, 3)),  # over the Spring Festival: the end of 2 March
        (in_china(2026, 2, 13, 23, 59), 1, in_china(2026, 2, 15)),  # Saturday the 14th is worked
        (in_china(2026, 2, 14, 0, 1), 1, in_china(2026, 2, 25)),  # the next working day is the 24th
        (in_china(2026, 11, 20, 9), 0, in_china(2026, 11, 21)),
    ],
)
def test_a_limit_ends_with_its_last_working_day_in_china(begin: datetime, days: int, due: datetime) -> None:
    case = Case(begin, days=days)

    assert case.timer().due_at == due
    assert not case.timer().is_provisional


@pytest.mark.clause("J 6.2.2 limit")
def test_a_limit_over_the_spring_festival_is_not_over_before_the_day_is() -> None:
    case = Case(in_china(2026, 2, 10, 9))

    assert not case.wait_until(in_china(2026, 3, 2, 23, 59))
    assert case.wait_until(in_china(2026, 3, 3))


def test_a_limit_into_a_year_without_a_schedule_is_provisional() -> None:
    case = Case(in_china(2026, 12, 25, 9), days=6)

    assert case.timer().is_provisional
    assert case.timer().due_at == in_china(2027, 1, 5)


def test_a_limit_is_counted_again_when_the_schedule_of_the_next_year_is_known() -> None:
    case = Case(in_china(2026, 12, 25, 9), days=6)
    case.now = in_china(2026, 12, 28)

    case.calendar = KNOWN_2027

    assert not case.timer().is_provisional
    assert case.timer().due_at == in_china(2027, 1, 7)
    assert not case.wait_until(in_china(2027, 1, 5))
    assert case.wait_until(in_china(2027, 1, 7))


def test_a_limit_counts_from_its_beginning_however_often_it_is_stored() -> None:
    case = Case(in_china(2026, 2, 10, 9))

    for day in range(11, 20):
        assert not case.wait_until(in_china(2026, 2, day))

    assert case.timer().due_at == in_china(2026, 3, 3)


def test_without_a_schedule_only_weekends_are_free_and_the_limit_is_provisional() -> None:
    case = Case(in_china(2026, 2, 10, 9), WEEKENDS_ONLY)

    assert case.timer().due_at == in_china(2026, 2, 25)
    assert case.timer().is_provisional


def test_the_schedule_is_asked_once_in_the_life_of_an_instance_and_never_without_need() -> None:
    case = Case(in_china(2026, 2, 10, 9))
    case.asked = 0
    other = define(start(), catch("limit", timer('"P10D"')), end(), flows="start -> limit -> done")
    plain = Instance.start(other, {}, lambda: case.now, case.holidays)
    plain.run()

    plain.timers()
    assert case.asked == 0
    instance = case.restored()
    instance.timers()
    instance.fire_timers(case.now)
    instance.timers()

    assert case.asked == 1


def test_working_days_count_at_the_boundary_of_a_task_and_at_an_event_gateway() -> None:
    definition = define(
        start(),
        user("review"),
        boundary("late", "review", timer("working_days(3)"), cancel=False),
        node("eventBasedGateway", "whichever"),
        catch("told", message_event("instruction")),
        catch("overdue", timer("working_days(5)")),
        end("reminded"),
        end(),
        flows="start -> review -> whichever\n late -> reminded\n whichever -> told -> done\n"
        "whichever -> overdue -> done",
        messages=["instruction"],
    )
    instance = Instance.start(definition, {}, lambda: in_china(2026, 9, 24, 9), lambda: KNOWN)
    instance.run()

    at_the_task = [item.due_at for item in instance.timers()]
    instance.complete_human(instance.human_tasks()[0].task_id, {})
    instance.run()

    assert at_the_task == [in_china(2026, 10, 1)]
    assert [item.due_at for item in instance.timers()] == [in_china(2026, 10, 10)]


@pytest.mark.parametrize("days", ["-1", "1000", "1.5", "true", '"10"', "null"])
def test_another_number_of_working_days_is_refused_in_words(days: str) -> None:
    with pytest.raises(ExpressionFailed, match="working_days 需要 0 到 999 的整数"):
        evaluate(f"working_days({days})", {})
