"""The worker with real threads over a scripted outside."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from engine.handling.status import status_of
from engine.store.instances import InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow
from engine.store.queries import ANSWER_BODY, ANSWER_UNDERSTOOD, Answer, Query
from engine.supervision.retrying import retry_incident
from engine.supervision.waiting import incidents
from tests.builders import a_commission
from tests.engine.house import UNIT_CODE, House
from web.database import Database
from web.hall import Hall
from web.serving import running_worker
from web.settings import read_settings
from web.wiring import clean_file
from web.worker import Worker, is_dead, owner_name


def state(house: House, number: str) -> str:
    with house.database.reading() as session:
        return status_of(session, UNIT_CODE, number).state


def test_a_drain_works_until_nothing_is_due(database: Database) -> None:
    house = House(database)
    for number in range(3):
        house.receive(a_commission(number=f"WT-{number}"))

    Worker(database, house.platform, threads=8).drain()

    assert {state(house, f"WT-{number}") for number in range(3)} == {"issued"}
    assert len(house.renderer.rendered) == 3


def test_two_workers_at_once_do_everything_once(database: Database) -> None:
    house = House(database)
    for number in range(4):
        house.receive(a_commission(number=f"WT-{number}"))
    room = Hall(read_settings({}), database, house.platform, clean_file)

    with running_worker(room), running_worker(room):
        drained = Worker(database, house.platform, threads=4)
        while {state(house, f"WT-{number}") for number in range(4)} != {"issued"}:
            drained.drain()

    numbers = sorted(content.number for content in house.renderer.rendered)
    assert numbers == [f"第3204002026110000{n}aaf1号" for n in (1, 2, 3, 4)]
    assert len({callback.message_id for callback in house.units.delivered}) == 4
    assert all(len(source.asked) == 4 for source in house.sources.values())


def test_a_broken_instance_becomes_an_incident_and_others_go_on(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    broken = house.receive(a_commission(number="WT-broken")).case.id
    with house.database.transaction() as session:
        row = session.scalars(select(ProcessInstance).where(ProcessInstance.case_id == broken)).one()
        row.body, whole = b"damaged", row.body
    house.receive(a_commission(number="WT-sound"))
    worker = Worker(sqlite_database, house.platform, threads=4)

    for _ in range(5):
        worker.drain()
        house.clock.pass_time(minutes=5)

    assert state(house, "WT-sound") == "issued"
    with house.database.reading() as session:
        (incident,) = incidents(session)
    assert (incident.kind, incident.attempts) == ("instance", 5)
    with house.database.transaction() as session:
        session.get_one(ProcessInstance, incident.id).body = whole
        retry_incident(session, "instance", incident.id, "U001", house.clock.now())
    worker.drain()
    assert state(house, "WT-broken") == "issued"


def test_an_unexpected_error_in_outside_work_is_tried_again_and_then_an_incident(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    house = House(sqlite_database)
    house.units.failures = [ZeroDivisionError("赵甲") for _ in range(3)]  # type: ignore[list-item]
    house.receive(a_commission())
    worker = Worker(sqlite_database, house.platform, threads=4)

    for _ in range(3):
        worker.drain()
        house.clock.pass_time(minutes=5)

    with house.database.reading() as session:
        (incident,) = incidents(session)
    assert incident.code == "unexpected_ZeroDivisionError"
    assert "赵甲" not in caplog.text


def test_what_a_killed_process_had_under_way_is_taken_over_at_once(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.receive(a_commission())
    house.advance_woken()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with house.database.transaction() as session:
        for row in session.scalars(select(OutboxRow)):
            row.state, row.owner, row.attempts = "leased", owner_name(gone.pid), 1
            row.leased_until = house.clock.now().replace(year=2030)
    worker = Worker(sqlite_database, house.platform, threads=4)

    worker.stop()
    worker.run(lambda seconds: None)
    Worker(sqlite_database, house.platform, threads=4).drain()

    assert state(house, "WT-2026-0001") == "issued"


def test_only_processes_of_this_machine_can_be_known_to_be_dead() -> None:
    assert not is_dead(owner_name(os.getpid()))
    assert not is_dead("another-machine:1:abcd")
    assert not is_dead(f"{socket.gethostname()[:50]}:1:abcd")


def test_a_finished_instance_is_left_alone(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.receive(a_commission())
    with house.database.transaction() as session:
        row = session.scalars(select(ProcessInstance)).one()
        row.state = InstanceState.FINISHED

    assert Worker(sqlite_database, house.platform, threads=4).drain() == 0


def test_one_record_that_cannot_be_written_does_not_stop_the_worker(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.receive(a_commission())
    house.advance_woken()
    with house.database.transaction() as session:
        query = session.scalars(select(Query).where(Query.source == "JR")).one()
        session.add(_an_answer_in_the_way(house, query))
    worker = Worker(sqlite_database, house.platform, threads=8)

    worker.drain()
    house.clock.pass_time(minutes=1)
    worker.drain()

    assert state(house, "WT-2026-0001") == "issued"
    assert len(house.sources["JR"].asked) == 2


def _an_answer_in_the_way(house: House, query: Query) -> Answer:
    """Takes the place of the first attempt's answer, so that writing that one breaks a constraint."""
    answer = Answer(
        query_id=query.id,
        case_id=query.case_id,
        source="JR",
        attempt=1,
        digest="0" * 64,
        content_type="",
        received_at=query.planned_at,
    )
    ANSWER_BODY.seal(house.platform.vault, answer, b"")
    ANSWER_UNDERSTOOD.seal(house.platform.vault, answer, b"[]")
    return answer


def test_a_worker_whose_database_is_away_stays_and_waits(tmp_path: Path, sqlite_database: Database) -> None:
    house = House(sqlite_database)
    nowhere = create_engine(f"sqlite:///{tmp_path / 'missing' / 'x.db'}")
    worker = Worker(Database(nowhere), house.platform, threads=2)
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            worker.stop()

    worker.run(pause)

    assert len(waited) == 3


def test_work_that_kills_its_worker_again_and_again_becomes_a_failure(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.receive(a_commission())
    house.advance_woken()
    with house.database.transaction() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.lane == "source:XG")).one()
        row.state, row.owner, row.attempts = "leased", "another-machine:1:abcd", 6
        row.leased_until = house.clock.now()

    Worker(sqlite_database, house.platform, threads=8).drain()

    assert house.sources["XG"].asked == []
    with house.database.reading() as session:
        query = session.scalars(select(Query).where(Query.source == "XG")).one()
    assert (query.state, query.failure_code) == ("failed", "worker_lost")
