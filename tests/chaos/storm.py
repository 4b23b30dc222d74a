"""The storm: commissions come in, and everything that works on them is killed, crashed, frozen or emptied."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.chaos.child import Child
from tests.chaos.plan import Fault, Plan
from tests.chaos.stage import Stage

TICK_SECONDS = 0.05
LOOK_EVERY_SECONDS = 0.5
SHOW_EVERY_SECONDS = 3.0
STUCK_SECONDS = 90.0
Show = Callable[[str], None]


@dataclass(frozen=True)
class Progress:
    cases: int
    closed: int
    unfinished: int  # rows of outside work
    changes: int

    @property
    def is_at_rest(self) -> bool:
        return self.cases == self.closed and self.unfinished == 0


@dataclass
class Storm:
    stage: Stage
    plan: Plan
    show: Show
    struck: dict[Fault, int] = field(default_factory=dict)
    ends: list[tuple[float, Callable[[], None]]] = field(default_factory=list)  # of what goes on for a while

    def run(self) -> bool:
        """True when all cases came to rest; the limits end a run that does not."""
        dice = random.Random(f"{self.plan.seed}:targets")
        waiting = list(self.plan.schedule())
        began = time.monotonic()
        watch = Watch(self.stage, self.plan, self.show)
        while time.monotonic() - began < self.plan.limit_seconds:
            self.stage.tend()
            self._end_what_is_over()
            if waiting and time.monotonic() - began >= waiting[0][0] and self._strike(waiting[0][1], dice):
                waiting.pop(0)
            is_over = not waiting and not self.ends and self._is_sent()
            if watch.look(self.struck, len(waiting)) and is_over:
                return True
            if watch.is_stuck:
                return False
            time.sleep(TICK_SECONDS)
        return False

    def _is_sent(self) -> bool:
        return all(child.ended_well() for name, child in self.stage.kept.items() if name.startswith("sender"))

    def _strike(self, fault: Fault, dice: random.Random) -> bool:
        """False when there is no target at the moment: it is tried again."""
        if not STRIKES[fault](self, dice):
            return False
        self.struck[fault] = self.struck.get(fault, 0) + 1
        return True

    def running(self, role: str) -> list[Child]:
        return [
            child
            for name, child in self.stage.kept.items()
            if name.startswith(role) and child.runs and not child.frozen
        ]

    def record(self, fault: Fault, target: str, pid: int | None, began: float) -> None:
        entry = {"fault": fault, "target": target, "pid": pid, "began": began, "ended": time.time()}
        self.stage.faults.append(entry)

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        self.ends.append((time.monotonic() + seconds, action))

    def _end_what_is_over(self) -> None:
        now = time.monotonic()
        over = [end for end in self.ends if end[0] <= now]
        self.ends = [end for end in self.ends if end[0] > now]
        for _, action in over:
            action()


@dataclass
class Watch:
    """Looks at the database every few seconds."""

    stage: Stage
    plan: Plan
    show: Show
    looked_at: float = 0.0
    shown_at: float = 0.0
    moved_at: float = field(default_factory=time.monotonic)
    last: Progress = Progress(0, 0, 0, 0)

    def look(self, struck: dict[Fault, int], waiting: int) -> bool:
        """True when all has come to rest."""
        now = time.monotonic()
        if now - self.looked_at < LOOK_EVERY_SECONDS:
            return False
        self.looked_at = now
        try:
            found = progress_of(self.stage)
        except DBAPIError:
            return False
        if found != self.last:
            self.moved_at = now
        if now - self.shown_at >= SHOW_EVERY_SECONDS:
            self.shown_at = now
            self.show(_line(found, struck, waiting))
        self.last = found
        return found.is_at_rest and found.cases >= self.plan.cases

    @property
    def is_stuck(self) -> bool:
        return time.monotonic() - self.moved_at > STUCK_SECONDS


def _line(progress: Progress, struck: dict[Fault, int], waiting: int) -> str:
    faults = " ".join(f"{fault}={count}" for fault, count in sorted(struck.items()))
    return (
        f"cases={progress.cases} closed={progress.closed} unfinished_work={progress.unfinished}"
        f" faults_left={waiting} {faults}"
    )


def progress_of(stage: Stage) -> Progress:
    wanted = """SELECT (SELECT count(*) FROM verification_case),
                       (SELECT count(*) FROM verification_case WHERE state = 'closed'),
                       (SELECT count(*) FROM outbox WHERE state <> 'applied'),
                       (SELECT count(*) FROM chaos_witness)"""
    engine = stage.engine()
    try:
        with engine.connect() as connection:
            return Progress(*connection.execute(text(wanted)).one())
    finally:
        engine.dispose()


def kill_one(role: str, fault: Fault) -> Callable[[Storm, random.Random], bool]:
    """Half of the time with all it has started, half of the time alone."""

    def strike(storm: Storm, dice: random.Random) -> bool:
        targets = storm.running(role)
        if not targets:
            return fault is Fault.SENDER_KILL and storm._is_sent()
        child = dice.choice(targets)
        pid, began = child.pid, time.time()
        dice.choice([child.kill, child.kill_leader])()
        storm.record(fault, child.name, pid, began)
        return True

    return strike


def crash_database(storm: Storm, dice: random.Random) -> bool:
    began = time.time()
    storm.stage.postgres.crash()
    storm.stage.postgres.recover()
    storm.record(Fault.DATABASE_CRASH, "postgres", None, began)
    return True


def flush_redis(storm: Storm, dice: random.Random) -> bool:
    if not storm.stage.redis.runs:
        return False
    began = time.time()
    storm.stage.redis.flush()
    storm.record(Fault.REDIS_FLUSH, "redis", None, began)
    return True


def take_redis_away(storm: Storm, dice: random.Random) -> bool:
    if not storm.stage.redis.runs:
        return False
    began = time.time()
    storm.stage.redis.kill()

    def bring_back() -> None:
        storm.stage.redis.start()
        storm.record(Fault.REDIS_ABSENCE, "redis", None, began)

    storm.later(storm.plan.absence_seconds, bring_back)
    return True


def freeze_worker(storm: Storm, dice: random.Random) -> bool:
    targets = storm.running("worker")
    if not targets:
        return False
    child, began = dice.choice(targets), time.time()
    child.freeze()

    def thaw() -> None:
        child.thaw()
        storm.record(Fault.WORKER_FREEZE, child.name, child.pid, began)

    storm.later(storm.plan.lease_seconds * 1.5, thaw)
    return True


STRIKES: dict[Fault, Callable[[Storm, random.Random], bool]] = {
    Fault.WORKER_KILL: kill_one("worker", Fault.WORKER_KILL),
    Fault.WEB_KILL: kill_one("web", Fault.WEB_KILL),
    Fault.SENDER_KILL: kill_one("sender", Fault.SENDER_KILL),
    Fault.DATABASE_CRASH: crash_database,
    Fault.REDIS_FLUSH: flush_redis,
    Fault.REDIS_ABSENCE: take_redis_away,
    Fault.WORKER_FREEZE: freeze_worker,
}


def _wait_for_work(stage: Stage) -> None:
    """Faults before the first piece of work would hit nothing."""
    end = time.monotonic() + STUCK_SECONDS
    before = progress_of(stage).changes
    while progress_of(stage).changes == before and time.monotonic() < end:
        time.sleep(0.2)


def weather(stage: Stage, plan: Plan, show: Show) -> tuple[bool, dict[Fault, int]]:
    """Send the commissions and let the storm pass over the platform that runs."""
    pace = plan.span_seconds * 0.8 / plan.cases
    stage.keep(stage.sender("sender", "storm", plan.cases, pace))
    _wait_for_work(stage)
    storm = Storm(stage, plan, show)
    return storm.run(), storm.struck
