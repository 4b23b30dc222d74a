"""The worker: advances woken instances, does outside work side by side, picks up what was left behind."""

import gc
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import InterfaceError, OperationalError

from engine.handling.outside_work import (
    ClaimedWork,
    Done,
    Outcome,
    claim,
    perform,
    record,
    renew,
    take_over,
    unexpected,
)
from engine.handling.progress import (
    BeyondThisRelease,
    advance,
    record_failure,
    ring_timers,
    woken,
)
from engine.platform import Platform
from engine.ports import OutsideFailure
from engine.supervision.audit_log import copy_anchors, seal_audit
from web.database import Database
from web.pool import Pool
from web.tracing import tracing
from web.watchman import Watchman

log = logging.getLogger(__name__)

ADVANCES_AT_ONCE = 50
ADVANCED_TOGETHER = 16  # in one transaction: their statements are shared, and none waits long for the others
SEALED_AT_ONCE = 2_000
SWEEP_SECONDS = 1.0
LONGEST_DRAIN_SECONDS = 30.0
LONGEST_STOP_SECONDS = 25.0  # for what is under way; after that another worker may have it
DATABASE_AWAY = (OperationalError, InterfaceError)
Attempt = tuple[int, int]  # row and number: a worker that slept past its lease may have its own row again


def owner_name(pid: int) -> str:
    return f"{socket.gethostname()[:50]}:{pid}:{secrets.token_hex(4)}"


def hire(database: Database, platform: Platform, threads: int) -> "Worker":
    """The worker of a process that lives long: the collector leaves what was loaded at the start alone and
    looks at the rest less often, which is a tenth of the CPU of a case."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(300_000, 10, 5)
    return Worker(database, platform, threads)


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

    def __init__(
        self,
        database: Database,
        platform: Platform,
        threads: int,
        stop_within: float = LONGEST_STOP_SECONDS,
    ) -> None:
        self._database = database
        self._platform = platform
        self._threads = threads
        self._owner = owner_name(os.getpid())
        self._watchman = Watchman(database, platform, self._owner)
        self._stop_within = stop_within
        self._stopping = threading.Event()
        self._draining = threading.Lock()
        self._has_taken_over = False
        self._swept = 0.0
        self._pool = Pool(threads, self._perform, platform.wake_up.wake)
        self._under_way: dict[Attempt, ClaimedWork] = {}
        self._back: list[Done] = []  # of what is under way: come back, not yet recorded
        self._left_alone: set[int] = set()
        self._renewed = time.monotonic()

    def run(self, pause: Callable[[float], None]) -> None:
        """Until stop(): work while there is any, then `pause`, which returns early when the bell rings."""
        while not self._stopping.is_set():
            if not self._round():
                pause(SWEEP_SECONDS)
        self._end()

    @property
    def has_left_work(self) -> bool:
        """After the end: calls still hang that another worker makes again; the process must not wait."""
        return bool(self._under_way)

    def _end(self) -> None:
        """Finish what is under way while there is time, give the rest back at once, and be gone."""
        until = time.monotonic() + self._stop_within
        while self._under_way and time.monotonic() < until:
            self._await_some(min(SWEEP_SECONDS, self._stop_within))
            self._guarded(self._finish)
        self._pool.close(wait=not self._under_way)
        self._guarded(self._leave)

    def _leave(self) -> bool:
        with self._database.transaction() as session:
            take_over(session, self._platform, lambda owner: owner == self._owner)
        self._watchman.leave()
        return True

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
        """Bounded, so that a busy house does not keep one job for ever: who rang will ring again."""
        rounds, until = 0, time.monotonic() + LONGEST_DRAIN_SECONDS
        while (self._is_drainable(until) and self._round()) or self._is_unfinished():
            rounds += 1
            self._await_some(SWEEP_SECONDS)
            if not self._is_drainable(until):
                self._guarded(self._finish)
        if self._stopping.is_set():
            self._end()
        else:
            self._pool.close(wait=True)
        if time.monotonic() >= until:
            self._platform.wake_up.wake()
        return rounds

    def _is_unfinished(self) -> bool:
        """When told to stop, the end sees to what is under way."""
        return bool(self._under_way) and not self._stopping.is_set()

    def _is_drainable(self, until: float) -> bool:
        return not self._stopping.is_set() and time.monotonic() < until

    def stop(self) -> None:
        """Takes nothing new; what is under way is finished."""
        self._stopping.set()
        self._platform.wake_up.wake()

    def _round(self) -> bool:
        """True when there was something to do."""
        claimed: list[ClaimedWork] = []
        found = self._guarded(lambda: self._find(claimed))
        self._under_way |= {(work.row_id, work.attempt): work for work in claimed}
        self._pool.submit(claimed)
        return found

    def _await_some(self, seconds: float) -> None:
        """Until something of what is under way has come back."""
        if self._under_way:
            self._back += self._pool.take(seconds)

    def _find(self, claimed: list[ClaimedWork]) -> bool:
        self._watchman.tend()
        if not self._has_taken_over:
            self._take_over()
        self._sweep()
        finished = self._finish()
        advanced = self._advance_woken()
        claimed += self._claim()
        return bool(finished or advanced or claimed)

    def _sweep(self) -> None:
        """What is done by time and not by bell: often enough for limits of hours and days."""
        if time.monotonic() - self._swept < SWEEP_SECONDS:
            return
        self._watchman.tend()
        with self._database.transaction() as session:
            ring_timers(session, self._platform)
        with self._database.transaction() as session:
            seal_audit(session, self._platform, SEALED_AT_ONCE)
        self._copy_anchors()
        self._swept = time.monotonic()

    def _copy_anchors(self) -> None:
        """The copies are on another machine, which may be away: the work does not wait for it."""
        try:
            with self._database.reading() as session:
                copy_anchors(session, self._platform)
        except OutsideFailure as failure:
            log.warning("anchor_copies_away code=%s", failure.code)

    def _finish(self) -> bool:
        self._renew_leases()
        return self._record_finished() > 0

    def _guarded(self, act: Callable[[], bool]) -> bool:
        """The outer door of the worker: the database may be away for a while, the worker stays."""
        try:
            return act()
        except Exception as error:
            log.error("worker_round_failed error=%s", type(error).__name__)
            return False

    def _take_over(self) -> None:
        """What a process of this machine had under way when it was killed."""
        with self._database.transaction() as session:
            take_over(session, self._platform, is_dead)
        self._has_taken_over = True

    def _record_finished(self) -> int:
        """Everything that has come back, in one transaction; one by one when something in it is wrong."""
        self._back += self._pool.take()
        done = list(self._back)
        if not done:
            return 0
        try:
            self._record(done)
        except DATABASE_AWAY:
            raise  # they stay under way and are recorded when it is back
        except Exception as error:  # a mistake of ours in one of them must not cost the others their answers
            log.error("record_failed error=%s", type(error).__name__)
            for one in done:
                self._record_one(*one)
                self._forget([one])
        else:
            self._forget(done)
        return len(done)

    def _forget(self, recorded: list[Done]) -> None:
        for work, _ in recorded:
            del self._under_way[work.row_id, work.attempt]
        self._back = self._back[len(recorded) :]

    def _record_one(self, work: ClaimedWork, outcome: Outcome) -> None:
        try:
            self._record([(work, outcome)])
        except DATABASE_AWAY:
            raise
        except Exception as error:
            log.error("record_failed case=%s operation=%s", work.case_id, work.operation)
            self._record([(work, Outcome(failure=unexpected(error)))])

    def _record(self, done: list[Done]) -> None:
        with self._database.transaction() as session:
            record(session, self._platform, done)

    def _advance_woken(self) -> int:
        with self._database.reading() as session:
            found = woken(session, self._platform, ADVANCES_AT_ONCE + len(self._left_alone))
        waiting = [instance_id for instance_id in found if instance_id not in self._left_alone]
        batches = [waiting[n : n + ADVANCED_TOGETHER] for n in range(0, len(waiting), ADVANCED_TOGETHER)]
        return sum(self._advance_batch(batch) for batch in batches)

    def _advance_batch(self, instance_ids: list[int]) -> int:
        """In one transaction; one by one when something in it is wrong."""
        try:
            return self._advance(instance_ids)
        except BeyondThisRelease:
            pass
        except Exception as error:
            log.error("advance_failed instances=%d error=%s", len(instance_ids), type(error).__name__)
        return sum(self._advance_one(instance_id) for instance_id in instance_ids)

    def _advance_one(self, instance_id: int) -> int:
        """One broken instance must not stop the others, whatever breaks in it.

        When even the failure cannot be written it is the database that is away, not the instance.
        """
        try:
            return self._advance([instance_id])
        except BeyondThisRelease:
            return self._leave_alone(instance_id)
        except Exception as error:
            log.error("advance_failed instance=%s error=%s", instance_id, type(error).__name__)
            with self._database.transaction() as session:
                record_failure(session, self._platform, instance_id, type(error).__name__)
            return 1

    def _leave_alone(self, instance_id: int) -> int:
        """No failure: it stays woken for the newer release. This program will never be able to."""
        if not self._left_alone:
            log.warning("left_to_newer_release instance=%s", instance_id)
        self._left_alone.add(instance_id)
        return 0

    def _advance(self, instance_ids: list[int]) -> int:
        began = time.perf_counter()
        with (
            tracing.span("advance", instances=len(instance_ids)),
            self._database.transaction() as session,
        ):
            advanced = advance(session, self._platform, instance_ids)
        log.info("advanced instances=%d seconds=%.3f", advanced, time.perf_counter() - began)
        return advanced

    def _claim(self) -> list[ClaimedWork]:
        room = self._threads - len(self._under_way)
        if room <= 0:
            return []
        with self._database.transaction() as session:
            return claim(session, self._platform, self._owner, room, is_idle=not self._under_way)

    def _renew_leases(self) -> None:
        """Slow work keeps its lease; three chances before it would run out."""
        pause = self._platform.house_retry.lease.total_seconds() / 3
        if not self._under_way or time.monotonic() - self._renewed < pause:
            return
        with self._database.transaction() as session:
            rows = [work.row_id for work in self._under_way.values()]
            renew(session, self._platform, self._owner, rows)
        self._renewed = time.monotonic()

    def _perform(self, work: ClaimedWork) -> Outcome:
        """In a thread of the pool."""
        began = time.perf_counter()
        with tracing.span("perform", case=work.case_id, operation=work.operation, attempt=work.attempt):
            outcome = _performed(self._platform, work)
        log.info(
            "work_done case=%s operation=%s attempt=%s code=%s seconds=%.3f",
            work.case_id,
            work.operation,
            work.attempt,
            outcome.failure.code if outcome.failure else "ok",
            time.perf_counter() - began,
        )
        return outcome


def _performed(platform: Platform, work: ClaimedWork) -> Outcome:
    try:
        return perform(platform, work)
    except Exception as error:
        log.error("work_failed error=%s", type(error).__name__)
        return Outcome(failure=unexpected(error))
