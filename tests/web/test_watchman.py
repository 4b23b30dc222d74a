"""The watchman of a worker: beats, looks, and is gone when the worker stops."""

import pytest
from sqlalchemy import delete, select, update

from engine.handling.form_work.drafting import Filled, keep_draft
from engine.store.drafts import FormDraft
from engine.store.heartbeats import Heartbeat
from engine.store.incidents import pending_incidents
from engine.store.instances import ExpectedMessage, ProcessInstance
from engine.supervision.watchdog import Watch
from tests.builders import a_commission
from tests.engine.house import House
from web.database import Database
from web.watchman import Watchman

OWNER = "machine-1:4711:abcd"


def beats(house: House) -> list[Heartbeat]:
    with house.database.reading() as session:
        return list(session.scalars(select(Heartbeat)))


def a_watchman(house: House) -> Watchman:
    return Watchman(house.database, house.platform, OWNER)


def test_the_first_call_beats_and_looks(database: Database) -> None:
    house = House(database)

    assert a_watchman(house).tend() == Watch()

    (heartbeat,) = beats(house)
    assert (heartbeat.owner, heartbeat.host, heartbeat.pid) == (OWNER, "machine-1", 4711)


def test_it_beats_every_few_seconds_however_often_it_is_called(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    watchman = a_watchman(house)
    seen = []
    for _ in range(11):
        watchman.tend()
        seen.append(beats(house)[0].seen_at)
        house.clock.pass_time(seconds=1)

    assert len(set(seen)) == 3


def test_it_looks_every_half_minute(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    watchman = a_watchman(house)
    watchman.tend()
    house.receive(a_commission())
    house.work()
    with house.database.transaction() as session:
        session.execute(delete(ExpectedMessage))

    house.clock.pass_time(seconds=29)
    too_early = watchman.tend()
    house.clock.pass_time(seconds=1)
    in_time = watchman.tend()

    assert (too_early, in_time) == (Watch(), Watch(raised=1))
    with house.database.reading() as session:
        assert [row.kind for row in pending_incidents(session)] == ["stuck"]


def test_what_only_sleeps_is_woken(sqlite_database: Database, caplog: pytest.LogCaptureFixture) -> None:
    house = House(sqlite_database)
    house.receive(a_commission())
    house.advance_woken()
    house.do_outside_work()
    with house.database.transaction() as session:
        session.execute(update(ProcessInstance).values(wake=False))

    assert a_watchman(house).tend() == Watch(woken=1)

    assert "watch woken=1 raised=0 settled=0" in caplog.text


def test_who_leaves_is_not_missed_and_may_come_back(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    watchman = a_watchman(house)
    watchman.tend()

    watchman.leave()
    assert beats(house) == []
    watchman.tend()

    assert len(beats(house)) == 1


def test_old_drafts_are_tidied_away_once_an_hour(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    watchman, form = a_watchman(house), house.platform.forms["first_review"]
    watchman.tend()
    with house.database.transaction() as session:
        keep_draft(session, house.platform, "A001", "task:1", form, Filled({}))
    left = []
    for _ in range(2):
        house.clock.pass_time(days=15, hours=1)
        watchman.tend()
        with house.database.reading() as session:
            left.append(len(session.scalars(select(FormDraft)).all()))

    assert left == [1, 0]
