"""The holiday schedule: loaded once, replaced where it has changed, missed when it is late."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from engine.configuration.holidays import (
    YearUnknown,
    days_of_year,
    known_years,
    load_schedule,
    missing_year,
    published_schedule,
)
from engine.domain.deadlines import Calendar, count_working_days
from engine.store.audit import AuditEvent
from engine.store.holidays import HolidayYear, read_calendar
from engine.store.instances import ProcessInstance
from engine.store.timers import Timer
from tests.builders import a_commission
from tests.engine.house import House
from web.database import Database

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
LATER = datetime(2026, 12, 10, 4, tzinfo=UTC)
PUBLISHED = published_schedule()
# As a notice of December may be: the new year begins on the last day of the old one.
WITH_2027 = replace(
    PUBLISHED,
    free=PUBLISHED.free | {date(2026, 12, 31), date(2027, 1, 1)},
    worked=PUBLISHED.worked | {date(2026, 12, 27)},
    known=PUBLISHED.known | {2027},
)


def load(database: Database, schedule: Calendar, now: datetime = NOW) -> list[int]:
    with database.transaction() as session:
        return load_schedule(session, schedule, now)


def stored(database: Database) -> Calendar:
    with database.reading() as session:
        return read_calendar(session)


def loaded_at(database: Database) -> Mapping[int, datetime]:
    with database.reading() as session:
        return {row.year: row.loaded_at for row in session.scalars(select(HolidayYear))}


@pytest.mark.clause("J 6.2.2 limit")
def test_working_days_are_counted_by_the_loaded_schedule(database: Database) -> None:
    load(database, PUBLISHED)

    deadline = count_working_days(date(2026, 2, 10), 10, stored(database))

    assert (deadline.due_on, deadline.is_provisional) == (date(2026, 3, 2), False)


def test_the_library_knows_every_year_from_2004_on() -> None:
    assert PUBLISHED.known == set(range(2004, max(PUBLISHED.known) + 1))
    assert max(PUBLISHED.known) >= 2026


def test_loading_again_changes_nothing(database: Database) -> None:
    first = load(database, PUBLISHED)

    again = load(database, PUBLISHED, LATER)

    assert (first, again) == (sorted(PUBLISHED.known), [])
    assert stored(database) == PUBLISHED
    assert set(loaded_at(database).values()) == {NOW}


def test_a_new_year_that_moves_the_last_days_of_the_old_one_replaces_both(database: Database) -> None:
    load(database, PUBLISHED)

    changed = load(database, WITH_2027, LATER)

    assert changed == [2026, 2027]
    assert stored(database) == WITH_2027
    assert {year for year, at in loaded_at(database).items() if at == LATER} == {2026, 2027}


def test_a_year_the_library_does_not_know_stays_as_it_is(database: Database) -> None:
    load(database, WITH_2027)

    changed = load(database, PUBLISHED)

    assert changed == [2026]
    with database.reading() as session:
        assert 2027 in known_years(session)
        assert days_of_year(session, 2027) == {date(2027, 1, 1): False}


def test_a_change_of_the_schedule_is_on_record_and_a_repetition_is_not(sqlite_database: Database) -> None:
    load(sqlite_database, PUBLISHED)
    load(sqlite_database, PUBLISHED)
    load(sqlite_database, WITH_2027)

    with sqlite_database.reading() as session:
        wanted = select(AuditEvent).where(AuditEvent.action == "holidays_loaded").order_by(AuditEvent.id)
        years = [event.facts["years"] for event in session.scalars(wanted)]

    assert years == [sorted(PUBLISHED.known), [2026, 2027]]


def test_what_waits_for_a_time_is_looked_at_again_when_the_schedule_changes(house: House) -> None:
    instance_id = house.receive(a_commission()).case.id
    with house.database.transaction() as session:
        session.get_one(ProcessInstance, instance_id).wake = False
        session.add(Timer(instance_id=instance_id, task_id="t", element_id="limit", due_at=LATER))

    load(house.database, PUBLISHED)

    with house.database.reading() as session:
        assert session.get_one(ProcessInstance, instance_id).wake


def test_a_year_that_was_not_loaded_cannot_be_shown(sqlite_database: Database) -> None:
    with sqlite_database.reading() as session, pytest.raises(YearUnknown):
        days_of_year(session, 2026)


@pytest.mark.parametrize(
    ("known", "today", "missing"),
    [
        ([2025, 2026], date(2026, 10, 31), None),
        ([2025, 2026], date(2026, 11, 1), 2027),
        ([2025, 2026, 2027], date(2026, 12, 31), None),
        ([2025, 2026], date(2027, 1, 1), 2027),
        ([], date(2026, 5, 1), 2026),
    ],
)
def test_from_november_on_the_next_year_is_missed(known: list[int], today: date, missing: int | None) -> None:
    assert missing_year(known, today) == missing
