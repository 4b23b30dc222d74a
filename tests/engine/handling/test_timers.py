"""Timers of diagrams: found by their due time, rung once, also after a long absence."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.handling.progress import ring_timers, save_new_instance
from engine.runtime import Instance
from engine.store.instances import ProcessInstance
from engine.store.timers import Timer, next_timer
from tests.builders import a_commission
from tests.engine.house import House
from tests.engine.runtime.diagrams import catch, define, end, start, timer


def wait_two_hours(house: House) -> int:
    """An instance that waits for a timer and is then over; returns its id."""
    waiting = define(start(), catch("pause", timer('"PT2H"')), end(), flows="start -> pause -> done")
    case = house.receive(a_commission()).case
    instance = Instance.start(waiting, {"case_id": case.id}, house.clock.now)
    with house.database.transaction() as session:
        row = save_new_instance(session, case, instance, waiting, house.clock.now())
        instance_id = row.id
    house.advance_woken()
    return instance_id


def ring(house: House) -> int:
    with house.database.transaction() as session:
        return ring_timers(session, house.platform)


def due(house: House) -> list[datetime]:
    with house.database.reading() as session:
        return list(session.scalars(select(Timer.due_at)))


def state_of(house: House, instance_id: int) -> str:
    with house.database.reading() as session:
        return session.get_one(ProcessInstance, instance_id).state


def test_a_waiting_timer_is_on_record_with_its_due_time(any_house: House) -> None:
    wait_two_hours(any_house)

    assert due(any_house) == [any_house.clock.now() + timedelta(hours=2)]
    with any_house.database.reading() as session:
        assert next_timer(session) == any_house.clock.now() + timedelta(hours=2)


def test_a_timer_is_not_rung_before_its_time(any_house: House) -> None:
    instance_id = wait_two_hours(any_house)
    any_house.clock.pass_time(hours=1, minutes=59)

    assert ring(any_house) == 0

    assert state_of(any_house, instance_id) == "running"


@pytest.mark.parametrize("absence", [{"hours": 2}, {"days": 30}])
def test_a_due_timer_is_rung_once_however_late(any_house: House, absence: dict[str, float]) -> None:
    instance_id = wait_two_hours(any_house)
    any_house.clock.pass_time(**absence)

    rung = (ring(any_house), ring(any_house))
    any_house.advance_woken()

    assert rung == (1, 0)
    assert due(any_house) == []
    assert state_of(any_house, instance_id) == "finished"
