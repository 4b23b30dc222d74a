"""Pages that wait at the same time share a run, and none of them pays for another."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from adapters.report.press import MOST, Press
from engine.ports import OutsideFailure, PermanentFailure, TemporaryFailure

ENOUGH = 30  # seconds, after which a test that hangs has failed


class Machine:
    """Prints a page as itself, remembers its runs, and does what it is told to do with some pages.

    The first run goes on until `gate` is open, so that others can come while it lasts.
    """

    def __init__(self, gate: Event | None = None, **failures: Exception) -> None:
        self.runs: list[list[str]] = []
        self.started = Event()
        self._gate = gate
        self._failures = failures

    def run(self, pages: list[str]) -> list[bytes]:
        self.runs.append(pages)
        self.started.set()
        if self._gate is not None and len(self.runs) == 1:
            assert self._gate.wait(ENOUGH)
        for page in pages:
            if page in self._failures:
                raise self._failures[page]
        return [page.encode() for page in pages]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as threads:
        yield threads


def in_company(
    pool: ThreadPoolExecutor, machine: Machine, gate: Event, *pages: str
) -> tuple[Press, list[Future[bytes]]]:
    """The pages come one after the other while the first run, of a page of its own, is going on."""
    press = Press(machine.run)
    first = pool.submit(press.print, "first")
    assert machine.started.wait(ENOUGH)
    others = []
    for count, page in enumerate(pages, start=1):
        others.append(pool.submit(press.print, page))
        spin(lambda wanted=count: len(press._waiting) == wanted)  # type: ignore[misc]  # bound at once
    gate.set()
    assert first.result(ENOUGH) == b"first"
    return press, others


def spin(is_so: Callable[[], bool]) -> None:
    """Another thread is on its way to a line from which it cannot report."""
    for _ in range(50_000_000):
        if is_so():
            return
    raise AssertionError("it never came")


def outcome(future: Future[bytes]) -> bytes | str:
    try:
        return future.result(ENOUGH)
    except OutsideFailure as failure:
        return failure.code


def test_who_comes_alone_is_printed_at_once() -> None:
    machine = Machine()

    assert Press(machine.run).print("甲") == "甲".encode()
    assert machine.runs == [["甲"]]


def test_who_comes_while_it_runs_shares_the_next_run(pool: ThreadPoolExecutor) -> None:
    gate = Event()
    machine = Machine(gate)

    _, others = in_company(pool, machine, gate, "a", "b", "c")

    assert [outcome(other) for other in others] == [b"a", b"b", b"c"]
    assert machine.runs == [["first"], ["a", "b", "c"]]


def test_a_bad_page_harms_only_itself(pool: ThreadPoolExecutor) -> None:
    gate = Event()
    machine = Machine(gate, b=PermanentFailure("render_refused:1"))

    _, others = in_company(pool, machine, gate, "a", "b", "c")

    assert [outcome(other) for other in others] == [b"a", "render_refused:1", b"c"]
    assert machine.runs[1:] == [["a", "b", "c"], ["a"], ["b"], ["c"]]


def test_a_page_that_takes_too_long_harms_only_itself(pool: ThreadPoolExecutor) -> None:
    gate = Event()
    machine = Machine(gate, c=TemporaryFailure("render_timeout"))

    _, others = in_company(pool, machine, gate, "a", "b", "c")

    assert [outcome(other) for other in others] == [b"a", b"b", "render_timeout"]


def test_an_error_nobody_expected_hits_one_and_leaves_nobody_waiting(pool: ThreadPoolExecutor) -> None:
    gate = Event()
    machine = Machine(gate, b=ZeroDivisionError())

    press, others = in_company(pool, machine, gate, "a", "b", "c")

    errors = [type(other.exception(ENOUGH)) for other in others]
    assert errors.count(ZeroDivisionError) >= 1
    assert isinstance(others[1].exception(), ZeroDivisionError)
    assert press.print("d") == b"d"


def test_an_error_nobody_expected_among_pages_printed_one_by_one_leaves_nobody_waiting(
    pool: ThreadPoolExecutor,
) -> None:
    gate = Event()
    machine = Machine(gate, a=PermanentFailure("render_refused:1"), b=ZeroDivisionError())

    press, others = in_company(pool, machine, gate, "a", "b", "c")

    assert isinstance(others[1].exception(ENOUGH), ZeroDivisionError)
    assert all(other.done() or other.exception(ENOUGH) is None for other in others)
    assert press.print("d") == b"d"
    assert [] not in machine.runs


def test_a_page_given_up_after_an_error_is_not_printed_for_whoever_comes_next() -> None:
    machine = Machine(bad=ZeroDivisionError())
    press = Press(machine.run)

    with pytest.raises(ZeroDivisionError):
        press.print_all(["bad", "other"])

    assert press.print("good") == b"good"
    assert machine.runs[1:] == [["good"]]


def test_many_pages_are_printed_in_runs_of_a_size_and_come_back_in_order() -> None:
    machine = Machine()
    pages = [f"page {number}" for number in range(2 * MOST + 3)]

    printed = Press(machine.run).print_all(pages)

    assert printed == [page.encode() for page in pages]
    assert [len(run) for run in machine.runs] == [MOST, MOST, 3]


def test_of_several_failures_the_first_is_told() -> None:
    machine = Machine(b=PermanentFailure("second"), a=PermanentFailure("first"))

    with pytest.raises(PermanentFailure, match=r"^first$"):
        Press(machine.run).print_all(["x", "a", "b"])


def test_nothing_to_print_runs_nothing() -> None:
    machine = Machine()

    assert Press(machine.run).print_all([]) == []
    assert machine.runs == []


def test_forty_threads_each_get_their_own_page(pool: ThreadPoolExecutor) -> None:
    machine = Machine()
    press = Press(machine.run)
    pages = [f"page {number}" for number in range(2_000)]

    printed = list(pool.map(press.print, pages, timeout=ENOUGH))

    assert printed == [page.encode() for page in pages]
    assert sorted(page for run in machine.runs for page in run) == sorted(pages)
