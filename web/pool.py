"""Threads that wait for the outside: work goes in by one queue, what became of it comes back by another.

Not concurrent.futures: a condition for every call, and a watch set over all of them whenever one is
waited for, cost a worker under load a tenth of its CPU.
"""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

WorkT = TypeVar("WorkT")
OutcomeT = TypeVar("OutcomeT")


class Pool(Generic[WorkT, OutcomeT]):
    """`perform` runs in one of the threads, then `ring`. It raises nothing that anybody could handle.

    Threads start when there is work for them. They are daemons: a call that hangs does not keep the process.
    """

    def __init__(self, threads: int, perform: Callable[[WorkT], OutcomeT], ring: Callable[[], None]) -> None:
        self._most = threads
        self._perform = perform
        self._ring = ring
        self._threads: list[threading.Thread] = []
        self._work: SimpleQueue[WorkT | None] = SimpleQueue()
        self._back: SimpleQueue[tuple[WorkT, OutcomeT | BaseException]] = SimpleQueue()

    def submit(self, work: WorkT) -> None:
        self._work.put(work)
        if len(self._threads) < self._most:
            name = f"outside-{len(self._threads)}"
            thread = threading.Thread(target=self._run, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def take(self, seconds: float = 0) -> list[tuple[WorkT, OutcomeT]]:
        """What has come back since the last call; waits so long for the first of it."""
        back: list[tuple[WorkT, OutcomeT]] = []
        while True:
            try:
                work, outcome = self._back.get(block=not back, timeout=seconds)
            except Empty:
                return back
            if isinstance(outcome, BaseException):
                raise outcome
            back.append((work, outcome))

    def close(self, wait: bool) -> None:
        """The threads end when they have nothing more to do."""
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads if wait else ():
            thread.join()
        self._threads = []

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                outcome: OutcomeT | BaseException = self._perform(work)
            except BaseException as error:  # for the one who takes: here nobody would see it
                outcome = error
            self._back.put((work, outcome))
            self._ring()
