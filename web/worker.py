"""The worker: advances woken instances, does outside work side by side, picks up what was left behind."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from engine.handling.outside_work import (
    ClaimedWork,
    Outcome,
    claim,
    perform,
    record,
    take_over,
    unexpected,
)
from engine.handling.progress import advance, record_failure, woken
from engine.platform import Platform
from web.database import Database

log = logging.getLogger(__name__)

ADVANCES_AT_ONCE = 50
SWEEP_SECONDS = 1.0


def owner_name(pid: int) -> str:
    return f"{socket.gethostname()[:50]}:{pid}:{secrets.token_hex(4)}"


def is_dead(owner: str) -> bool:
    """True when the owner was a process of this machine that is no more."""
    host, pid, _ = owner.split(":")
    if host != socket.gethostname()[:50]:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Worker:
    """One coordinator thread talks to the database; a pool of threads waits for the outside.

    Nothing is kept in memory that the database does not know: killing it at any moment loses nothing,
    its leases run out and its rows are taken over.
    """

    def __init__(self, database: Database, platform: Platform, threads: int) -> None:
        self._database = database
        self._platform = platform
        self._threads = threads
        self._owner = owner_name(os.getpid())
        self._stopping = threading.Event()
        self._draining = threading.Lock()
        self._busy: set[Future[None]] = set()

    def run(self, pause: Callable[[float], None]) -> None:
        """Until stop(): work while there is any, then `pause`, which returns early when the bell rings."""
        self._take_over()
        with ThreadPoolExecutor(self._threads, thread_name_prefix="outside") as pool:
            while not self._stopping.is_set():
                if not self._round(pool):
                    pause(SWEEP_SECONDS)

    def drain(self) -> int:
        """Work until nothing is due any more; returns the number of rounds that found work.

        One drain at a time: the one that runs looks again before it ends, so a second has nothing to add.
        """
        if not self._draining.acquire(blocking=False):
            return 0
        try:
            return self._drain()
        finally:
            self._draining.release()

    def _drain(self) -> int:
        rounds = 0
        with ThreadPoolExecutor(self._threads, thread_name_prefix="outside") as pool:
            while self._round(pool) or self._busy:
                rounds += 1
                if self._busy:
                    wait(self._busy, return_when=FIRST_COMPLETED)
        return rounds

    def _take_over(self) -> None:
        """What a process of this machine had under way when it was killed."""
        with self._database.transaction() as session:
            take_over(session, self._platform, is_dead)

    def stop(self) -> None:
        """Takes nothing new; what is under way is finished by run()'s pool."""
        self._stopping.set()
        self._platform.wake_up.wake()

    def _round(self, pool: ThreadPoolExecutor) -> bool:
        """True when there was something to do."""
        try:
            advanced = self._advance_woken()
            claimed = self._claim()
        except Exception as error:  # the outer door of the worker: the database may be away for a while
            log.error("worker_round_failed error=%s", type(error).__name__)
            return False
        for work in claimed:
            future = pool.submit(self._do, work)
            self._busy.add(future)
            future.add_done_callback(self._finished)
        return bool(advanced or claimed)

    def _finished(self, future: Future[None]) -> None:
        self._busy.discard(future)
        self._platform.wake_up.wake()

    def _advance_woken(self) -> int:
        with self._database.reading() as session:
            waiting = woken(session, self._platform, ADVANCES_AT_ONCE)
        for instance_id in waiting:
            self._advance(instance_id)
        return len(waiting)

    def _advance(self, instance_id: int) -> None:
        try:
            with self._database.transaction() as session:
                advance(session, self._platform, instance_id)
        except Exception as error:  # one broken instance must not stop the others
            log.error("advance_failed instance=%s error=%s", instance_id, type(error).__name__)
            with self._database.transaction() as session:
                record_failure(session, self._platform, instance_id, type(error).__name__)

    def _claim(self) -> list[ClaimedWork]:
        room = self._threads - len(self._busy)
        if room <= 0:
            return []
        with self._database.transaction() as session:
            return claim(session, self._platform, self._owner, room)

    def _do(self, work: ClaimedWork) -> None:
        try:
            self._record(work, perform(self._platform, work))
        except Exception as error:  # a mistake of ours; when even this cannot be recorded the lease runs out
            log.error(
                "work_failed case=%s operation=%s error=%s",
                work.case_id,
                work.operation,
                type(error).__name__,
            )
            self._record(work, Outcome(failure=unexpected(error)))

    def _record(self, work: ClaimedWork, outcome: Outcome) -> None:
        with self._database.transaction() as session:
            record(session, self._platform, work, outcome)
