"""A worker that is told to stop: finishes what it can, gives the rest back, and is not missed."""

import threading
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.handling.outside_work import claim
from engine.ports import SourceReply, SourceRequest
from engine.store.heartbeats import Heartbeat
from engine.store.outbox import OutboxRow, OutboxState
from tests.builders import a_commission
from tests.engine.house import House
from tests.fakes.outside import FakeSource
from web.database import Database
from web.worker import Worker

PATIENCE = 60.0  # of the test, for what should be there in a moment


@dataclass
class SlowSource(FakeSource):
    """Answers when the test lets it."""

    is_asked: threading.Event = field(default_factory=threading.Event)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def ask(self, request: SourceRequest, key: str) -> SourceReply:
        self.is_asked.set()
        assert self.may_answer.wait(PATIENCE)
        return super().ask(request, key)


def a_house_with_a_slow_source(database: Database) -> tuple[House, SlowSource]:
    house = House(database)
    slow = SlowSource(house.clock)
    house.sources["GA"] = slow
    house.receive(a_commission())
    return house, slow


def running(worker: Worker) -> threading.Thread:
    thread = threading.Thread(target=worker.run, args=(lambda seconds: None,))
    thread.start()
    return thread


def rows(house: House, state: OutboxState) -> list[OutboxRow]:
    with house.database.reading() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.state == state)))


def heartbeats(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Heartbeat.owner)))


def test_what_is_under_way_is_finished_and_kept(database: Database) -> None:
    house, slow = a_house_with_a_slow_source(database)
    worker = Worker(database, house.platform, threads=32)
    thread = running(worker)
    assert slow.is_asked.wait(PATIENCE)
    assert len(heartbeats(house)) == 1

    worker.stop()
    slow.may_answer.set()
    thread.join(PATIENCE)

    assert not thread.is_alive()
    assert not worker.has_left_work
    assert rows(house, OutboxState.LEASED) == []
    assert {row.attempts for row in rows(house, OutboxState.RESULT)} <= {1}
    assert heartbeats(house) == []


def test_what_hangs_longer_than_the_limit_is_given_back_at_once(database: Database) -> None:
    house, slow = a_house_with_a_slow_source(database)
    worker = Worker(database, house.platform, threads=32, stop_within=0.05)
    thread = running(worker)
    assert slow.is_asked.wait(PATIENCE)

    worker.stop()
    thread.join(PATIENCE)
    with house.database.transaction() as session:
        claimed = claim(session, house.platform, "another:1:abcd", 64)
    slow.may_answer.set()

    assert worker.has_left_work
    assert ("query_source", 2) in {(work.operation, work.attempt) for work in claimed}
    assert heartbeats(house) == []


def test_a_drain_that_is_told_to_stop_gives_back_too(sqlite_database: Database) -> None:
    house, slow = a_house_with_a_slow_source(sqlite_database)
    worker = Worker(sqlite_database, house.platform, threads=32, stop_within=0.05)
    thread = threading.Thread(target=worker.drain)
    thread.start()
    assert slow.is_asked.wait(PATIENCE)

    worker.stop()
    thread.join(PATIENCE)

    assert not thread.is_alive()
    assert all(row.leased_until == house.clock.now() for row in rows(house, OutboxState.LEASED))
    assert heartbeats(house) == []
    slow.may_answer.set()
