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


class Pool(Generic[WorkT, OutcomeT]):
    """`perform` runs in one of the threads. It raises nothing that anybody could handle.

    Threads that are ready to run take the interpreter from each other at every statement of the coordinator.
    So one thread at a time is called to the work, and calls the next before it begins with its own: calls
    that wait are made side by side, those that do not by few threads. Nor is the coordinator told, or rung
    for, before all that was submitted has been begun.
    Threads are daemons: a call that hangs does not keep the process.
    """

    def __init__(self, threads: int, perform: Callable[[WorkT], OutcomeT], ring: Callable[[], None]) -> None:
        self._most = threads
        self._perform = perform
        self._ring = ring
        self._threads: list[threading.Thread] = []
        self._work: deque[WorkT] = deque()
        lock = threading.Lock()
        self._changed = threading.Condition(lock)
        self._told = threading.Condition(lock)
        self._resting = 0
        self._busy = 0
        self._is_called = False  # one thread is on its way and has not arrived
        self._is_closed = False
        self._is_told = False
        self._back: list[tuple[WorkT, OutcomeT | BaseException]] = []

    def submit(self, works: Iterable[WorkT]) -> None:
        with self._changed:
            self._is_closed = False
            self._work.extend(works)
            self._call_another()

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
            self._changed.notify_all()
        for thread in threads if wait else ():
            thread.join()

    def _call_another(self) -> None:
        """With the lock. Nobody is called while somebody is coming, who will call the next."""
        if self._is_called or not self._work:
            return
        if self._resting:
            self._changed.notify()
            self._is_called = True
        elif len(self._threads) < self._most:  # else all are busy: the first that is not takes it
            self._is_called = self._hire()

    def _hire(self) -> bool:
        """False when the machine has no thread left, and there are some that will do the work."""
        name = f"outside-{len(self._threads)}"
        thread = threading.Thread(target=self._run, name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError:
            if not self._threads:
                raise
            return False
        self._threads.append(thread)
        return True

    def _run(self) -> None:
        with self._changed:
            self._is_called = False
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
                self._is_called = False
            work = self._work.popleft()
            self._busy += 1
            self._call_another()
            return work
