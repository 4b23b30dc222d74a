"""The holiday schedule (放假安排) that working days are counted by."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.deadlines import Calendar
from engine.store.base import Base, UtcDateTime, append


class Holiday(Base):
    """A day that is not what its weekday says: free on a weekday, or worked at a weekend."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_worked: Mapped[bool]


class HolidayYear(Base):
    """A year whose schedule the State Council has published; others are provisional."""

    __tablename__ = "holiday_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


def read_calendar(session: Session) -> Calendar:
    """Everything that has been loaded."""
    days = {day: is_worked for day, is_worked in session.execute(select(Holiday.day, Holiday.is_worked))}
    free = frozenset(day for day, is_worked in days.items() if not is_worked)
    known = frozenset(session.scalars(select(HolidayYear.year)))
    return Calendar(free, frozenset(days) - free, known)


def replace_years(session: Session, calendar: Calendar, years: Iterable[int], now: datetime) -> None:
    """Put these years of `calendar` in place of what is stored of them."""
    wanted = frozenset(years)
    stored = [day for day in session.scalars(select(Holiday.day)) if day.year in wanted]
    session.execute(delete(Holiday).where(Holiday.day.in_(stored)))
    session.execute(delete(HolidayYear).where(HolidayYear.year.in_(wanted)))
    days = [(day, False) for day in calendar.free] + [(day, True) for day in calendar.worked]
    rows = [{"day": day, "is_worked": is_worked} for day, is_worked in sorted(days) if day.year in wanted]
    append(session, Holiday, rows)
    append(session, HolidayYear, [{"year": year, "loaded_at": now} for year in sorted(wanted)])
