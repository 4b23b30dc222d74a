"""A short storm: everything is killed, crashed, frozen or emptied, and nothing is lost or done twice."""

import pytest

from tests.chaos.plan import Fault, Plan
from tests.chaos.run import run_chaos
from tests.chaos.traps import POINTS, Trap

pytestmark = pytest.mark.journey
SHORT = Plan(
    cases=6,
    kills=5,
    points=("worker.record.before_commit", "web.receive.after_commit"),
    lease_seconds=5.0,
    seconds_per_case=1.5,
    absence_seconds=2.0,
    limit_seconds=120.0,
    seed="4",
)


@pytest.mark.clause("M 4.1 b", "M 6.4 b", "M B.1 d")
def test_a_storm_of_kills_and_crashes_loses_nothing_and_does_nothing_twice() -> None:
    said: list[str] = []

    summary = run_chaos(SHORT, said.append)

    assert summary.violations == {}, "\n".join(said)
    assert summary.closed == summary.cases >= SHORT.cases + len(SHORT.points)
    kills = (Fault.WORKER_KILL, Fault.WEB_KILL, Fault.SENDER_KILL)
    assert sum(summary.course.struck.get(fault, 0) for fault in kills) == SHORT.kills
    assert summary.course.struck[Fault.DATABASE_CRASH] == SHORT.db_restarts


def test_a_point_that_does_not_exist_is_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Trap.of("nowhere.before_commit:1:SIGKILL", str(tmp_path_factory.getbasetemp() / "trap"))


def test_every_commit_call_and_rename_has_a_point_on_either_side() -> None:
    befores = {point.replace(".before_", ".") for point in POINTS if ".before_" in point}
    afters = {point.replace(".after_", ".") for point in POINTS if ".after_" in point}

    assert befores == afters
    assert len(befores) * 2 == len(POINTS)
