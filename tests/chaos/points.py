"""One process after the other is killed at each named point; the next one finds what it left."""

import json
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import text

from engine.configuration.units import UnitRegistration
from engine.domain.report_number import SHANGHAI
from tests.chaos.child import Child
from tests.chaos.sender import Sender
from tests.chaos.stage import Stage
from tests.chaos.storm import Show
from tests.chaos.traps import WEB_POINTS, Blow, Trap
from web.demo.unit_client import UnitClient

REACH_SECONDS = 60.0
THAWED_SECONDS = 3.0
TICK_SECONDS = 0.05


def kill_at_points(stage: Stage, points: Sequence[str], show: Show) -> None:
    """The web runs, no worker does; leaves one. Raises TimeoutError for a point that is not reached."""
    for point in points:
        if point not in WEB_POINTS:
            trap = _trap(stage, point, Blow.KILL)
            worker = stage.worker(f"worker-at-{point}", trap)
            worker.start()
            send(stage, point)
            _wait_for(trap, stage)
            worker.kill()
            _record(stage, trap, "trap")
            show(f"killed at {point}")
    stage.keep(stage.worker("worker-0"))
    for point in points:
        if point in WEB_POINTS:
            trap = _trap(stage, point, Blow.KILL)
            _replace_web(stage, trap)
            send(stage, point)
            _wait_for(trap, stage)
            _record(stage, trap, "trap")
            show(f"killed at {point}")
    _replace_web(stage, None)


def freeze_at_points(stage: Stage, points: Sequence[str], show: Show) -> dict[str, float]:
    """Beside a worker that runs, another freezes at the point, with the locks it holds there, for longer
    than its lease, and wakes up as a zombie. Returns how long nothing went on meanwhile."""
    silences = {}
    for point in points:
        trap = _trap(stage, point, Blow.FREEZE)
        frozen = stage.worker(f"worker-frozen-at-{point}", trap)
        frozen.start()
        _send_until_closed(trap, stage)
        silences[point] = _first_change_after(stage, _closed(trap.log)[2], frozen.pid)
        _let(stage, stage.lease_seconds * 1.5)
        frozen.thaw()
        _record(stage, trap, "freeze")
        _let(stage, THAWED_SECONDS)
        frozen.kill()
        _record_death(stage, frozen)
        show(f"froze at {point}: others went on after {silences[point]:.1f} s")
    return silences


def _first_change_after(stage: Stage, moment: float, frozen_pid: int) -> float:
    """Seconds until somebody else changes a row of work; the length of the freeze when nobody does."""
    wanted = text(
        """SELECT extract(epoch FROM min(at))::float8 FROM chaos_witness
           WHERE at > to_timestamp(:moment) AND state = 'leased' AND owner NOT LIKE :frozen"""
    )
    values = {"moment": moment, "frozen": f"%:{frozen_pid}:%"}
    longest = stage.lease_seconds * 1.5
    engine = stage.engine()
    while time.time() - moment < longest:
        _let(stage, 0.2)
        with engine.connect() as connection:
            changed = connection.execute(wanted, values).scalar_one()
        if changed is not None:
            engine.dispose()
            return float(changed) - moment
    engine.dispose()
    return longest


def _let(stage: Stage, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        stage.tend()
        time.sleep(TICK_SECONDS)


def send(stage: Stage, prefix: str) -> None:
    """One commission, from this process: it is sent until it is answered."""
    unit = UnitRegistration(**json.loads(stage.registration.read_text(encoding="utf-8")))
    with closing(UnitClient(stage.url, unit)) as client:
        sender = Sender(client, stage.answers, datetime.now(SHANGHAI).date(), unit.name)
        sender.send_all(prefix, 1, 0.0)


def time_one_case(stage: Stage, prefix: str) -> float:
    """Seconds from the commission to the archive of one case alone; what runs is kept running."""
    began = time.monotonic()
    send(stage, prefix)
    wanted = text("SELECT state FROM verification_case WHERE commission_no LIKE :number")
    engine = stage.engine()
    state = ""
    while state != "closed" and time.monotonic() - began < REACH_SECONDS:
        _let(stage, 0.1)
        with engine.connect() as connection:
            state = connection.execute(wanted, {"number": f"{prefix}-%"}).scalar_one()
    engine.dispose()
    return round(time.monotonic() - began, 1)


def _trap(stage: Stage, point: str, blow: Blow) -> Trap:
    return Trap(point, 1, blow, stage.folder / f"trap-{blow}-{point}")


def _replace_web(stage: Stage, trap: Trap | None) -> None:
    stage.kept["web"].kill()
    stage.keep(stage.web("web", trap))
    stage.wait_for_answer()


def _wait_for(trap: Trap, stage: Stage) -> None:
    end = time.monotonic() + REACH_SECONDS
    while not trap.log.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{trap.point} was not reached")
        stage.tend()
        time.sleep(TICK_SECONDS)


def _send_until_closed(trap: Trap, stage: Stage) -> None:
    """The worker that runs may be quicker: then there has to be more work."""
    end = time.monotonic() + REACH_SECONDS
    sent = 0
    while not trap.log.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{trap.point} was not reached")
        sent += 1
        send(stage, f"frozen-{sent}-{trap.point}")
        _let(stage, 0.5)


def _record(stage: Stage, trap: Trap, fault: str) -> None:
    point, pid, at = _closed(trap.log)
    ended = at if fault == "trap" else time.time()
    stage.faults.append({"fault": fault, "target": point, "pid": pid, "began": at, "ended": ended})


def _record_death(stage: Stage, child: Child) -> None:
    now = time.time()
    stage.faults.append({"fault": "trap", "target": child.name, "pid": child.pid, "began": now, "ended": now})


def _closed(log: Path) -> tuple[str, int, float]:
    point, pid, at = log.read_text(encoding="utf-8").split()
    return point, int(pid), float(at)
