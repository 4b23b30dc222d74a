"""The months of the income window (R2), written as the sources write them: "2026-03"."""

from calendar import monthrange
from datetime import date

from engine.domain.household import Period


def income_window(period: Period, months: int) -> tuple[str, ...]:
    """The last `months` full months of the period; all of them when it has fewer."""
    first = _number(period.start) + (period.start.day > 1)
    last = _number(period.end) - (not _ends_a_month(period.end))
    return tuple(_text(number) for number in range(max(first, last - months + 1), last + 1))


def full_months(period: Period) -> int:
    return len(income_window(period, 12 * 200))


def month_of(day: date) -> str:
    return _text(_number(day))


def months_back(day: date, months: int) -> date:
    """The first day of the month that many months ago."""
    year, month = divmod(_number(day) - months, 12)
    return date(year, month + 1, 1)


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _text(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _ends_a_month(day: date) -> bool:
    return day.day == monthrange(day.year, day.month)[1]
