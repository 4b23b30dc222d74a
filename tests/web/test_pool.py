"""Threads that wait for the outside: what goes in comes back, whatever becomes of it."""

import threading
from collections.abc import Callable

import pytest

from web.pool import Pool

PATIENCE = 60.0  # of the test, for what should be there in a moment


def a_pool(threads: int, perform: Callable[[int], int]) -> Pool[int, int]:
    return Pool(threads, perform, lambda: None)


def taken(pool: Pool[int, int], count: int) -> dict[int, int]:
    found: dict[int, int] = {}
    while len(found) < count:
        some = pool.take(PATIENCE)
        assert some
        found |= dict(some)
    return found


def test_everything_comes_back_once_with_what_became_of_it() -> None:
    rung: list[bool] = []
    pool: Pool[int, int] = Pool(3, lambda number: number * number, lambda: rung.append(True))

    pool.submit(range(20))

    assert taken(pool, 20) == {number: number * number for number in range(20)}
    pool.close(wait=True)
    assert pool.take() == []
    assert 1 <= len(rung) <= 20


def test_a_call_that_hangs_holds_up_none_of_the_others() -> None:
    may_end = threading.Event()
    pool = a_pool(2, lambda number: number if number else int(may_end.wait(PATIENCE)))

    pool.submit((0, 1, 2, 3))

    assert taken(pool, 3) == {1: 1, 2: 2, 3: 3}
    pool.close(wait=False)
    may_end.set()
    assert taken(pool, 1) == {0: 1}


def test_there_are_no_more_threads_than_work_and_none_when_it_is_closed() -> None:
    before = set(threading.enumerate())
    at_work: set[str] = set()
    pool = a_pool(8, lambda number: at_work.add(threading.current_thread().name) or number)

    pool.submit([1])
    assert taken(pool, 1) == {1: 1}
    started = set(threading.enumerate()) - before
    pool.close(wait=True)

    assert len(started) == len(at_work) == 1
    assert not any(thread.is_alive() for thread in started)


def test_a_closed_pool_works_again() -> None:
    pool = a_pool(2, lambda number: number + 1)
    pool.close(wait=True)

    pool.submit([1])

    assert taken(pool, 1) == {1: 2}
    pool.close(wait=True)


class EndOfTheWorldError(BaseException):
    """What no caller can handle."""


def test_what_no_caller_can_handle_is_raised_where_it_is_taken() -> None:
    def perform(number: int) -> int:
        raise EndOfTheWorldError

    pool = a_pool(1, perform)
    pool.submit([1])

    with pytest.raises(EndOfTheWorldError):
        pool.take(PATIENCE)

    pool.close(wait=True)


def test_work_that_waits_is_done_side_by_side() -> None:
    together = threading.Barrier(4)
    pool = a_pool(4, lambda number: together.wait(PATIENCE))

    pool.submit(range(4))

    assert set(taken(pool, 4).values()) == {0, 1, 2, 3}
    pool.close(wait=True)


def test_nobody_is_rung_for_before_all_work_has_been_begun() -> None:
    all_submitted, rung = threading.Event(), list[bool]()
    pool: Pool[int, bool] = Pool(1, lambda number: all_submitted.wait(PATIENCE), lambda: rung.append(True))
    pool.submit(range(5))

    all_submitted.set()

    assert len(taken(pool, 5)) == 5
    pool.close(wait=True)
    assert len(rung) == 1


def test_the_threads_there_are_do_the_work_when_the_machine_has_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begin, begun = threading.Thread.start, list[threading.Thread]()

    def start(thread: threading.Thread) -> None:
        if begun:
            raise RuntimeError("can't start new thread")
        begun.append(thread)
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    pool = a_pool(8, lambda number: number)

    pool.submit(range(5))

    assert len(taken(pool, 5)) == 5
    pool.close(wait=True)
    assert len(begun) == 1
