"""Working days (工作日): time limits counted by the State Council's holiday schedule.

Beyond the years whose schedule is known only weekends are free, and the result is provisional.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """`free` are holidays on weekdays, `worked` weekends that are worked instead, `known` years with both."""

    free: frozenset[date]
    worked: frozenset[date]
    known: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        if day in self.worked:
            return True
        return day.weekday() < SATURDAY and day not in self.free


WEEKENDS_ONLY = Calendar(frozenset(), frozenset(), frozenset())


@dataclass(frozen=True)
class Deadline:
    """`is_provisional` when a day of a year without a known schedule was counted: count again later."""

    due_on: date
    is_provisional: bool


def count_working_days(start: date, days: int, calendar: Calendar) -> Deadline:
    """The day on which `days` working days after `start` are over; the day of the start is not counted."""
    if days < 0:
        raise ValueError("days")
    last, is_provisional = start, False
    for day in _days_after(start):
        if days == 0:
            break
        is_provisional = is_provisional or day.year not in calendar.known
        if calendar.is_working_day(day):
            days -= 1
            last = day
    return Deadline(last, is_provisional)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after `start` up to and including `end`; 0 when `end` is not later."""
    spanned = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in spanned)


def _days_after(start: date) -> Iterator[date]:
    day = start
    while True:
        day += timedelta(days=1)
        yield day
