"""Limits in working days on record: by the loaded schedule, and again when the next one is loaded."""

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select

from engine.configuration.holidays import load_schedule, published_schedule
from engine.domain.deadlines import Calendar
from engine.handling.progress import ring_timers, save_new_instance
from engine.runtime import Instance
from engine.store.instances import ProcessInstance
from engine.store.timers import Timer
from tests.builders import a_commission
from tests.engine.house import House
from tests.engine.runtime.diagrams import catch, define, end, start, timer

SIX_DAYS = define(start(), catch("limit", timer("working_days(6)")), end(), flows="start -> limit -> done")
PUBLISHED = published_schedule()
CHRISTMAS = datetime(2026, 12, 25, 1, tzinfo=UTC)
NEW_YEAR = frozenset({date(2027, 1, 1), date(2027, 1, 4)})  # as the schedule of 2027 might say
WITH_2027 = replace(
    PUBLISHED,
    free=frozenset(day for day in PUBLISHED.free if day.year < 2027) | NEW_YEAR,
    worked=frozenset(day for day in PUBLISHED.worked if day.year < 2027),
    known=PUBLISHED.known | {2027},
)
UNTIL_2026 = replace(WITH_2027, free=WITH_2027.free - NEW_YEAR, known=WITH_2027.known - {2027})


def load(house: House, schedule: Calendar) -> None:
    with house.database.transaction() as session:
        load_schedule(session, schedule, house.clock.now())


def wait_six_days(house: House) -> int:
    house.clock.moment = CHRISTMAS
    case = house.receive(a_commission()).case
    with house.database.transaction() as session:
        instance = Instance.start(SIX_DAYS, {}, house.clock.now)
        instance_id = save_new_instance(session, case, instance, SIX_DAYS, house.clock.now()).id
    house.advance_woken()
    return instance_id


def due(house: House) -> datetime:
    with house.database.reading() as session:
        return session.scalars(select(Timer.due_at).where(Timer.element_id == "limit")).one()


def test_a_limit_is_on_record_by_the_loaded_schedule(any_house: House) -> None:
    load(any_house, WITH_2027)

    wait_six_days(any_house)

    assert due(any_house) == datetime(2027, 1, 6, 16, tzinfo=UTC)


def test_a_limit_on_record_moves_when_the_schedule_of_the_next_year_is_loaded(any_house: House) -> None:
    house = any_house
    load(house, UNTIL_2026)
    wait_six_days(house)
    assert due(house) == datetime(2027, 1, 4, 16, tzinfo=UTC)

    load(house, WITH_2027)
    house.advance_woken()

    assert due(house) == datetime(2027, 1, 6, 16, tzinfo=UTC)


def test_a_limit_that_is_over_lets_its_instance_go_on(house: House) -> None:
    load(house, WITH_2027)
    instance_id = wait_six_days(house)
    house.clock.moment = datetime(2027, 1, 6, 16, tzinfo=UTC)

    with house.database.transaction() as session:
        ring_timers(session, house.platform)
    house.advance_woken()

    with house.database.reading() as session:
        assert session.get_one(ProcessInstance, instance_id).end_event == "done"
