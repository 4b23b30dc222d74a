"""Load the holiday schedule: from the library that follows the notices of the State Council, year by year."""

from datetime import date, datetime

from chinese_calendar.constants import holidays, workdays
from sqlalchemy.orm import Session

from engine.domain.deadlines import SATURDAY, Calendar
from engine.domain.errors import RuleViolation
from engine.store.audit import record_audit
from engine.store.holidays import read_calendar, replace_years
from engine.store.timers import wake_all_waiting_for_timers

NATIONAL_DAY = (10, 1)
ANNOUNCED_FROM = 11  # the month from which the schedule of the next year is to be expected


class YearUnknown(RuleViolation):
    """该年度的放假安排尚未载入"""


def published_schedule() -> Calendar:
    """What the installed library knows. A year is known when all of it is, up to National Day: a schedule may
    already move the last days of the year before it."""
    return Calendar(
        free=frozenset(day for day in holidays if day.weekday() < SATURDAY),
        worked=frozenset(day for day in workdays if day.weekday() >= SATURDAY),
        known=frozenset(day.year for day in holidays if (day.month, day.day) == NATIONAL_DAY),
    )


def load_schedule(session: Session, schedule: Calendar, now: datetime) -> list[int]:
    """Years that were new or different. Where working days are counted already, they are counted again."""
    stored = read_calendar(session)
    changed = [year for year in sorted(schedule.known) if _days(stored, year) != _days(schedule, year)]
    if changed:
        replace_years(session, schedule, changed, now)
        wake_all_waiting_for_timers(session)
        record_audit(session, now, "hedui", "holidays_loaded", None, {"years": changed})
    return changed


def _days(calendar: Calendar, year: int) -> tuple[bool, list[date], list[date]]:
    free, worked = (
        sorted(day for day in days if day.year == year) for days in (calendar.free, calendar.worked)
    )
    return year in calendar.known, free, worked


def days_of_year(session: Session, year: int) -> dict[date, bool]:
    """The days that are not what their weekday says: is it worked? Raises YearUnknown."""
    is_known, free, worked = _days(read_calendar(session), year)
    if not is_known:
        raise YearUnknown(year=year)
    return dict(sorted({**dict.fromkeys(free, False), **dict.fromkeys(worked, True)}.items()))


def known_years(session: Session) -> list[int]:
    return sorted(read_calendar(session).known)


def missing_year(known: list[int], today: date) -> int | None:
    """The year whose schedule should be there by now: this one, and from November on the next."""
    expected = [today.year] + ([today.year + 1] if today.month >= ANNOUNCED_FROM else [])
    return next((year for year in expected if year not in known), None)
