"""Report numbers: gap-free and unique with many allocating at once, some of them rolled back."""

import random
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue

import pytest
from sqlalchemy import create_engine, select

from engine.domain.errors import SerialExhausted
from engine.domain.report_number import LAST_SERIAL, SHANGHAI, parse_number
from engine.handling.pinning import pinned_definition
from engine.handling.progress import PATIENCE, record_failure
from engine.platform import Platform
from engine.service_tasks.number_report import lock_month, take_number
from engine.service_tasks.operation import CallContext
from engine.store.cases import Case
from engine.store.incidents import IncidentKind
from engine.store.instances import ProcessInstance
from engine.store.reports import Report, ReportCounter
from engine.supervision.retrying import retry_incident
from engine.supervision.waiting import incidents
from tests.builders import a_commission
from tests.engine.house import House
from tests.fakes.outside import FakeClock
from web.database import Database

FORK = get_context("fork")
PROCESSES, ROUNDS = 8, 500
FIRST_OF_MONTH = datetime(2026, 12, 1, tzinfo=SHANGHAI)


class DeliberateRollbackError(Exception):
    """Stands for whatever goes wrong after a number was taken."""


def allocate(url: str, platform: Platform, lane: int, figures: SimpleQueue[int]) -> None:
    """In a process of its own: whole transactions of the step, a fifth of them rolled back at the end; how
    many came through. Each numbers copies of a case of its own."""
    dice, done = random.Random(lane), 0
    database = Database(create_engine(url))
    with database.reading() as session:
        case = session.get_one(Case, lane + 1)
        digest = session.scalars(select(ProcessInstance.definition_digest).limit(1)).one()
        definition, now = pinned_definition(session, digest), platform.clock.now()
    for copy in range(1, ROUNDS + 1):
        with suppress(DeliberateRollbackError):
            with database.transaction() as session:
                take_number(CallContext(session, platform, case, definition, None, now), "f", copy)
                if dice.random() < 0.2:
                    raise DeliberateRollbackError
            done += 1
    database.engine.dispose()
    figures.put(done)


@pytest.mark.clause("M B.1 d")
def test_numbers_are_gap_free_however_many_processes_take_them_and_fail(
    database: Database, database_url: str
) -> None:
    house = House(database)
    for number in range(PROCESSES):
        house.receive(a_commission(number=f"WT-{number}"))
    database.engine.dispose()  # no connection is shared with a child

    figures: SimpleQueue[int] = FORK.SimpleQueue()
    lanes = [
        FORK.Process(target=allocate, args=(database_url, house.platform, lane, figures))
        for lane in range(PROCESSES)
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    done = sum(figures.get() for lane in lanes if lane.exitcode == 0)

    with database.reading() as session:
        numbers = [parse_number(number) for number in session.scalars(select(Report.number))]
        counter = session.get_one(ReportCounter, ("320400", "202611"))
    assert sorted(number.serial for number in numbers) == list(range(1, done + 1))
    assert counter.last == done
    assert PROCESSES * ROUNDS * 0.7 < done < PROCESSES * ROUNDS * 0.9


class ClockThatWaited(FakeClock):
    """Before midnight at the first look, after it at every later one: the lock took that long."""

    def now(self) -> datetime:
        moment = self.moment
        self.moment = max(moment, FIRST_OF_MONTH + timedelta(seconds=1))
        return moment


@pytest.mark.clause("M B.1 d")
def test_waiting_over_midnight_takes_the_number_of_the_new_month(database: Database) -> None:
    before_midnight = FIRST_OF_MONTH - timedelta(milliseconds=500)
    with database.transaction() as session:
        session.add(ReportCounter(region="320400", month="202611", last=41))

    with database.transaction() as session:
        counter, issued_at = lock_month(session, "320400", ClockThatWaited(before_midnight))

    assert (counter.month, counter.last) == ("202612", 0)
    assert issued_at.astimezone(SHANGHAI).month == 12
    with database.reading() as session:
        assert session.get_one(ReportCounter, ("320400", "202611")).last == 41


@pytest.mark.clause("M B.1 d")
def test_the_serial_starts_anew_at_midnight_in_beijing_on_the_first(any_house: House) -> None:
    for number, moment in enumerate((FIRST_OF_MONTH - timedelta(milliseconds=1), FIRST_OF_MONTH)):
        any_house.clock.moment = moment
        any_house.receive(a_commission(number=f"WT-{number}"))
        any_house.work()

    assert numbers(any_house) == ["第32040020261100001aaf1号", "第32040020261200001aaf1号"]


@pytest.mark.clause("M B.1 d")
def test_past_the_last_serial_nothing_is_half_done_and_the_next_month_goes_on(any_house: House) -> None:
    house = any_house
    with house.database.transaction() as session:
        session.add(ReportCounter(region="320400", month="202611", last=LAST_SERIAL - 1))
    house.receive(a_commission(number="WT-1"))
    house.work()
    house.receive(a_commission(number="WT-2"))

    with pytest.raises(SerialExhausted, match="流水号已用完"):
        house.work()
    give_up(house)

    assert numbers(house) == ["第32040020261199999aaf1号"]
    with house.database.reading() as session:
        assert session.get_one(ReportCounter, ("320400", "202611")).last == LAST_SERIAL
        (incident,) = incidents(session)
    assert (incident.kind, incident.code) == (IncidentKind.INSTANCE, "SerialExhausted")

    house.clock.moment = FIRST_OF_MONTH
    with house.database.transaction() as session:
        retry_incident(session, incident.kind, incident.id, "S001", house.clock.now())
    house.work()
    assert numbers(house)[-1] == "第32040020261200001aaf1号"


def give_up(house: House) -> None:
    """What the worker writes down after each advance that raised."""
    with house.database.reading() as session:
        stopped = session.scalars(select(ProcessInstance.id).order_by(ProcessInstance.id.desc())).first()
    for _ in range(PATIENCE):
        with house.database.transaction() as session:
            record_failure(session, house.platform, stopped or 0, SerialExhausted.__name__)


def numbers(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Report.number).order_by(Report.id)))
