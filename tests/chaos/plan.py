"""What a run consists of."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.chaos.traps import POINTS


class Fault(StrEnum):
    WORKER_KILL = "worker_kill"
    WEB_KILL = "web_kill"
    SENDER_KILL = "sender_kill"
    DATABASE_CRASH = "database_crash"
    REDIS_FLUSH = "redis_flush"
    REDIS_ABSENCE = "redis_absence"
    WORKER_FREEZE = "worker_freeze"  # for longer than its lease: it wakes up as a zombie


KILLS = (Fault.WORKER_KILL, Fault.WEB_KILL, Fault.SENDER_KILL)
KILL_WEIGHTS = (7, 2, 1)


@dataclass(frozen=True)
class Plan:
    cases: int = 24
    kills: int = 15
    db_restarts: int = 1
    flushes: int = 1
    redis_absences: int = 1
    freezes: int = 1
    workers: int = 2
    points: tuple[str, ...] = POINTS  # a kill at each
    freezing_points: tuple[str, ...] = ()  # a worker frozen at each, with the locks it holds there
    lease_seconds: float = 8.0
    seconds_per_case: float = 2.0  # over which commissions and faults are spread
    absence_seconds: float = 5.0
    limit_seconds: float = 300.0
    seed: str = "1"

    @property
    def span_seconds(self) -> float:
        return self.cases * self.seconds_per_case

    def faults(self) -> list[Fault]:
        dice = random.Random(self.seed)
        found = dice.choices(KILLS, KILL_WEIGHTS, k=self.kills)
        found += [Fault.DATABASE_CRASH] * self.db_restarts + [Fault.REDIS_FLUSH] * self.flushes
        found += [Fault.REDIS_ABSENCE] * self.redis_absences + [Fault.WORKER_FREEZE] * self.freezes
        dice.shuffle(found)
        return found

    def schedule(self) -> Iterator[tuple[float, Fault]]:
        """Seconds from the beginning, and what happens then: at random moments all over the span."""
        dice = random.Random(f"{self.seed}:moments")
        faults = self.faults()
        moments = sorted(dice.uniform(0.05, 0.95) * self.span_seconds for _ in faults)
        yield from zip(moments, faults, strict=True)
