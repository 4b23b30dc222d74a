"""Warn that the time limit is near (期限将至), DB32/T 3319-2017 6.2.2: suspended days do not count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from engine.domain.deadlines import Calendar, working_days_between
from engine.domain.report_number import SHANGHAI
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.holidays import read_calendar
from engine.store.instances import history_of

# From the moment the unit has been told until what it says is taken up, the clock stands still (6.3 c).
STOPS, GOES_ON = "notify_suspension", ("resume_case", "take_supplement")


@dataclass(frozen=True)
class Pause:
    """Days on which the clock began and ceased to stand still."""

    begun_on: date
    ended_on: date


def run(context: CallContext, arguments: Arguments) -> Results:
    return look_at_clock(context, arguments, "warn_days", "deadline_near")


def look_at_clock(context: CallContext, arguments: Arguments, limit: str, action: str) -> Results:
    """Is the limit reached without the suspended days? If not, in how many working days at the earliest."""
    limits = arguments["time_limit"]
    if not isinstance(limits, dict):
        raise TypeError("time_limit")
    days_left = max(0, limits[limit] - _days_used(context, read_calendar(context.session)))
    if days_left == 0 and context.case.is_open:
        facts = {"limit_days": limits[limit], "state": context.case.state}
        record_audit(context.session, context.now, "system", action, context.case.id, facts)
    return {"too_early": context.case.is_open and days_left > 0, "days_left": days_left}


def _days_used(context: CallContext, calendar: Calendar) -> int:
    """Working days after the acceptance up to today."""
    begun_on, today = _day(context.case.accepted_at or context.case.received_at), _day(context.now)
    steps = history_of(context.session, context.case.id)
    paused = sum(
        working_days_between(pause.begun_on, pause.ended_on, calendar) for pause in pauses(steps, today)
    )
    return working_days_between(begun_on, today, calendar) - paused


def pauses(steps: Iterable[Row[Any]], today: date) -> Iterator[Pause]:
    """From the history of a case, in its order; one that has not ended yet lasts until today."""
    begun_on: date | None = None
    for step in steps:
        if step.element_id == STOPS:
            begun_on = _day(step.at)
        elif step.element_id in GOES_ON and begun_on is not None:
            yield Pause(begun_on, _day(step.at))
            begun_on = None
    if begun_on is not None:
        yield Pause(begun_on, today)


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


OPERATION = InsideOperation(run)
