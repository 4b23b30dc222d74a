"""Working days by the State Council's schedule; provisional where it is not known yet."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.deadlines import Calendar, count_working_days, working_days_between

KNOWN = Calendar(
    frozenset(chinese_calendar.constants.holidays),
    frozenset(chinese_calendar.constants.workdays),
    frozenset({2025, 2026}),
)


@pytest.mark.clause("J 6.2.2 limit")
@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 2, 10), 10, date(2026, 3, 2)),  # over the Spring Festival
        (date(2026, 9, 24), 10, date(2026, 10, 15)),  # over Mid-Autumn and National Day
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # a Saturday that is worked
        (date(2026, 4, 30), 20, date(2026, 6, 1)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
    ],
)
def test_holidays_are_free_and_their_substitutes_are_worked(start: date, days: int, due: date) -> None:
    deadline = count_working_days(start, days, KNOWN)

    assert (deadline.due_on, deadline.is_provisional) == (due, False)


def test_a_limit_that_reaches_an_unknown_year_is_provisional_and_counts_weekends_only() -> None:
    deadline = count_working_days(date(2026, 12, 18), 30, KNOWN)

    assert deadline.is_provisional
    assert deadline.due_on == date(2027, 1, 29)


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="days"):
        count_working_days(date(2026, 1, 1), -1, KNOWN)


@given(st.dates(date(2025, 1, 1), date(2026, 6, 1)), st.integers(0, 120))
def test_counting_forth_and_measuring_back_agree(start: date, days: int) -> None:
    deadline = count_working_days(start, days, KNOWN)

    assert working_days_between(start, deadline.due_on, KNOWN) == days
    assert days == 0 or KNOWN.is_working_day(deadline.due_on)
    assert working_days_between(start, deadline.due_on - timedelta(days=1), KNOWN) <= max(days - 1, 0)
