"""ISO 8601 durations as timers use them (`P10D`, `PT30M`, `P1Y2M`, `P2W`), months by the calendar."""

import re
from calendar import monthrange
from datetime import datetime, timedelta

from engine.runtime.errors import TimerFailed

_DURATION = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,3})Y)?(?:(?P<months>\d{1,3})M)?(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?",
    re.ASCII,
)


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
