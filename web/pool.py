"""Threads that wait for the outside: work goes in, what became of it comes back.

Not concurrent.futures: a condition for every call, and a watch set over all of them whenever one is
waited for, cost a worker under load a tenth of its CPU.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

WorkT = TypeVar("WorkT")
OutcomeT = TypeVar("OutcomeT")

GATHERING_SECONDS = 0.02  # for what comes back a moment after the first
BEAT_SECONDS = 0.004


class Pool(Generic[WorkT, OutcomeT]):
    """`perform` runs in one of the threads. It raises nothing that anybody could handle.

    Threads that are ready to run take the interpreter from each other at every statement. So one is called
    when work comes, and as many more as are at work whenever for a beat there was work left and nothing was
    finished: calls that wait are soon made side by side, those that do not by few threads. Nor is the
    coordinator told, or rung for, before all that was submitted has been begun.
    Threads are daemons: a call that hangs does not keep the process.
    """

    def __init__(self, threads: int, perform: Callable[[WorkT], OutcomeT], ring: Callable[[], None]) -> None:
        self._most = threads
        self._perform = perform
        self._ring = ring
        self._threads: list[threading.Thread] = []
        self._pacer: threading.Thread | None = None
        self._work: deque[WorkT] = deque()
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._paced = threading.Condition(lock)
        self._told = threading.Condition(lock)
        self._resting = 0
        self._busy = 0
        self._finished = 0
        self._is_closed = False
        self._is_told = False
        self._back: list[tuple[WorkT, OutcomeT | BaseException]] = []

    def submit(self, works: Iterable[WorkT]) -> None:
        with self._changed:
            self._is_closed = False
            self._work.extend(works)
            if self._work:
                self._call(1)
                self._pace()

    def take(self, seconds: float = 0) -> list[tuple[WorkT, OutcomeT]]:
        """What has come back since the last call; waits so long to be told of some."""
        with self._told:
            if self._told.wait_for(lambda: self._is_told, seconds) and seconds:
                self._told.wait_for(lambda: not self._busy, GATHERING_SECONDS)
            back, self._back, self._is_told = self._back, [], False
        for _, outcome in back:
            if isinstance(outcome, BaseException):
                raise outcome
        return back  # type: ignore[return-value]  # no exceptions among them

    def close(self, wait: bool) -> None:
        """The threads end when they have nothing more to do."""
        with self._changed:
            self._is_closed = True
            threads, self._threads = self._threads, []
            if self._pacer is not None:
                threads.append(self._pacer)
            self._changed.notify_all()
            self._paced.notify()
        for thread in threads if wait else ():
            thread.join()

    def _call(self, threads: int) -> None:
        """With the lock. When all are busy, the first that is not takes the work."""
        called = min(threads, self._resting)
        self._changed.notify(called)
        for _ in range(min(threads - called, self._most - len(self._threads))):
            thread = self._started(f"outside-{len(self._threads)}", self._run)
            if thread is None:
                return
            self._threads.append(thread)

    def _started(self, name: str, run: Callable[[], None]) -> threading.Thread | None:
        """None when the machine has no thread left, and there are some that will do the work."""
        thread = threading.Thread(target=run, name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                raise
            return None
        return thread

    def _pace(self) -> None:
        """With the lock. One thread can have one piece of work under way; only for more are others called."""
        if len(self._work) > 1 or self._busy:
            if self._pacer is None:
                self._pacer = self._started("outside-pace", self._beat)
            self._paced.notify()

    def _beat(self) -> None:
        with self._changed:
            while not self._is_closed:
                if self._work:
                    finished = self._finished
                    self._paced.wait(BEAT_SECONDS)
                    if self._work and self._finished == finished:
                        self._call(max(1, self._busy))
                else:
                    self._paced.wait()
            self._pacer = None

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                outcome: OutcomeT | BaseException = self._perform(work)
            except BaseException as error:  # for the one who takes: here nobody would see it
                outcome = error
            if self._give_back(work, outcome):
                self._ring()

    def _give_back(self, work: WorkT, outcome: OutcomeT | BaseException) -> bool:
        """Is it time to tell?"""
        with self._told:
            self._back.append((work, outcome))
            self._finished += 1
            self._busy -= 1
            if self._work or (self._is_told and self._busy):
                return False
            self._is_told = True
            self._told.notify()
            return True

    def _next(self) -> WorkT | None:
        """None at the end: closed, and nothing left to do."""
        with self._changed:
            while not self._work:
                if self._is_closed:
                    return None
                self._resting += 1
                self._changed.wait()
                self._resting -= 1
            self._busy += 1
            return self._work.popleft()
