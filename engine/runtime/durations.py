"""Durations as timers use them: of ISO 8601 (`P10D`, `PT30M`, `P1Y2M`, `P2W`), months by the calendar, and of
working days (`P10WD`), which ISO 8601 does not know."""

import re
from calendar import monthrange
from datetime import datetime, timedelta

from engine.runtime.errors import TimerFailed

_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,3})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?",
    re.ASCII,
)
_WORKING_DAYS = re.compile(r"P(\d{1,3})WD", re.ASCII)
MOST_WORKING_DAYS = 999


def after(start: datetime, duration: str) -> datetime:
    """The moment `duration` after `start`; 31 January plus P1M is the end of February. Raises TimerFailed."""
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise TimerFailed(duration=duration)
    parts = {name: int(text or 0) for name, text in match.groupdict().items()}
    months = start.month - 1 + parts.pop("months") + 12 * parts.pop("years")
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day) + timedelta(**parts)


def of_working_days(days: int) -> str:
    return f"P{days}WD"


def working_days_in(duration: str) -> int | None:
    """None when the duration is not of working days."""
    match = _WORKING_DAYS.fullmatch(duration)
    return int(match[1]) if match else None
