"""Report numbers: gap-free and unique with many allocating at once, some of them rolled back."""

import random
import threading
from datetime import datetime, timedelta

import pytest

from engine.domain.report_number import SHANGHAI
from engine.service_tasks.number_report import lock_month
from engine.store.reports import ReportCounter, take_serial
from tests.fakes.outside import FakeClock
from web.database import Database

WORKERS, ROUNDS = 6, 40


class DeliberateRollbackError(Exception):
    """Stands for whatever goes wrong after a number was taken."""


@pytest.mark.clause("M B.1 d")
def test_numbers_are_gap_free_however_many_take_them_and_fail(database: Database) -> None:
    taken: list[int] = []
    clock = FakeClock()

    def allocate(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(ROUNDS):
            try:
                with database.transaction() as session:
                    counter, _ = lock_month(session, "320400", clock)
                    serial = take_serial(session, counter)
                    if dice.random() < 0.2:
                        raise DeliberateRollbackError
            except DeliberateRollbackError:
                continue
            taken.append(serial)

    threads = [threading.Thread(target=allocate, args=(seed,)) for seed in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == list(range(1, len(taken) + 1))
    assert len(taken) < WORKERS * ROUNDS


class ClockThatWaited(FakeClock):
    """Before midnight at the first look, after it at every later one: the lock took that long."""

    def now(self) -> datetime:
        moment = self.moment
        self.moment = max(moment, datetime(2026, 12, 1, 0, 0, 1, tzinfo=SHANGHAI))
        return moment


@pytest.mark.clause("M B.1 d")
def test_waiting_over_midnight_takes_the_number_of_the_new_month(database: Database) -> None:
    before_midnight = datetime(2026, 12, 1, tzinfo=SHANGHAI) - timedelta(milliseconds=500)
    with database.transaction() as session:
        session.add(ReportCounter(region="320400", month="202611", last=41))

    with database.transaction() as session:
        counter, issued_at = lock_month(session, "320400", ClockThatWaited(before_midnight))

    assert (counter.month, counter.last) == ("202612", 0)
    assert issued_at.astimezone(SHANGHAI).month == 12
    with database.reading() as session:
        assert session.get_one(ReportCounter, ("320400", "202611")).last == 41
