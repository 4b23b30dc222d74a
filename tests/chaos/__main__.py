"""`python -m tests.chaos`: kill everything, prove that nothing was lost. The last line is one JSON object."""

import json
import signal
import sys
from types import FrameType

import click

from tests.chaos.plan import Plan
from tests.chaos.run import run_chaos
from tests.chaos.traps import POINTS, WORKER_POINTS

SHORT = Plan()


@click.command()
@click.option("--cases", default=SHORT.cases, show_default=True)
@click.option("--kills", default=SHORT.kills, show_default=True, help="kill -9 of workers, web and sender")
@click.option("--db-restarts", default=SHORT.db_restarts, show_default=True)
@click.option("--flushes", default=SHORT.flushes, show_default=True)
@click.option("--redis-absences", default=SHORT.redis_absences, show_default=True)
@click.option("--freezes", default=SHORT.freezes, show_default=True, help="workers frozen beyond their lease")
@click.option("--workers", default=SHORT.workers, show_default=True)
@click.option("--points/--no-points", "kills_at_points", default=True, help="kill at each named point")
@click.option("--freezing-points/--no-freezing-points", "freezes_at_points", default=False)
@click.option("--lease-seconds", default=SHORT.lease_seconds, show_default=True)
@click.option("--seconds-per-case", default=SHORT.seconds_per_case, show_default=True)
@click.option("--limit-seconds", default=SHORT.limit_seconds, show_default=True)
@click.option("--seed", default=SHORT.seed, show_default=True)
def main(kills_at_points: bool, freezes_at_points: bool, **wanted: object) -> None:
    """Kill everything again and again and prove from the records that nothing was lost."""
    signal.signal(signal.SIGTERM, _stop)
    points = {
        "points": POINTS if kills_at_points else (),
        "freezing_points": WORKER_POINTS if freezes_at_points else (),
    }
    summary = run_chaos(Plan(**wanted, **points), click.echo)  # type: ignore[arg-type]  # its fields
    click.echo(json.dumps(summary.as_json(), ensure_ascii=False))
    sys.exit(0 if summary.is_sound else 1)


def _stop(number: int, frame: FrameType | None) -> None:
    """So that everything started is cleaned up."""
    sys.exit(2)


if __name__ == "__main__":
    main()
