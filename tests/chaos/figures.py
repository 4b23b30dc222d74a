"""How long it took to go on after a fault, measured from the witness and the log of faults."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.chaos.witness import Change

TAKE_OVER_LIMIT_SECONDS = 30.0
STALL_LIMIT_SECONDS = 60.0


@dataclass(frozen=True)
class Figures:
    take_overs: int
    take_over_p50: float
    take_over_p99: float
    take_over_longest: float
    longest_stall: float  # from the end of a fault to the next progress
    longest_silence: float  # between two changes, whatever the reason

    def violations(self) -> dict[str, list[str]]:
        found = {}
        if self.take_over_p99 > TAKE_OVER_LIMIT_SECONDS:
            found["work_is_taken_over_in_time"] = [f"p99 is {self.take_over_p99} s"]
        if self.longest_stall > STALL_LIMIT_SECONDS:
            found["work_goes_on_after_a_fault"] = [f"it took {self.longest_stall} s"]
        return found


def measure(changes: list[Change], faults: list[dict[str, Any]]) -> Figures:
    deaths = {fault["pid"]: fault["ended"] for fault in faults if fault["fault"] in DEADLY}
    taken = sorted(_take_overs(changes, deaths))
    moments = [change.at for change in changes]
    return Figures(
        len(taken),
        _quantile(taken, 0.5),
        _quantile(taken, 0.99),
        _quantile(taken, 1.0),
        round(max((_stall(moments, fault["ended"]) for fault in faults), default=0.0), 2),
        round(max((later - earlier for earlier, later in pairwise(moments)), default=0.0), 2),
    )


DEADLY = ("worker_kill", "trap")


def _take_overs(changes: list[Change], deaths: dict[int, float]) -> list[float]:
    """Seconds from the death of a worker to the next change of each row that it held."""
    found = []
    held: dict[int, Change] = {}
    for change in changes:
        before = held.get(change.row)
        if before is not None and before.pid in deaths and change.attempt > before.attempt:
            found.append(change.at - deaths[before.pid])
        held[change.row] = change
        if change.state != "leased":
            held.pop(change.row)
    return [seconds for seconds in found if seconds >= 0]


def _stall(moments: list[float], ended: float) -> float:
    """0 when nothing was left to do."""
    place = bisect.bisect_right(moments, ended)
    return moments[place] - ended if place < len(moments) else 0.0


def _quantile(ordered: Sequence[float], share: float) -> float:
    if not ordered:
        return 0.0
    return round(ordered[min(int(share * len(ordered)), len(ordered) - 1)], 2)
