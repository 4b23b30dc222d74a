"""`python -m tests.benchmarks [--scale 0.01] [NAME ...]`: a JSON line per figure; 1 when one fails."""

import argparse
import logging
import sys
from collections.abc import Callable, Mapping

from tests.benchmarks import dispatch, engines, households, million, pages, reports, scaling
from tests.benchmarks.measuring import Figure
from tests.benchmarks.stage import Stage, set_up

FIGURES: Mapping[str, Callable[[Stage], Figure]] = {
    measure.__name__: measure
    for measure in (
        engines.engine_auto_in_memory,
        engines.engine_ten_rounds,
        engines.step_after_900_tasks,
        households.state_at_wait_bytes,
        households.human_step_sqlite,
        households.auto_case_sqlite,
        households.auto_case_postgres,
        dispatch.jobs_per_wakeup,
        scaling.two_workers,
        million.step_cost_1m_finished,
        pages.form_post_sqlite,
        pages.case_page_sqlite,
        pages.inbox_page_postgres,
        reports.report_alone,
        reports.report_bulk_50,
    )
}


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    reader.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FIGURES)}; without any, all")
    reader.add_argument("--scale", type=float, default=1.0, help="of the database with a million cases")
    asked = reader.parse_args()
    if unknown := set(asked.names) - FIGURES.keys():
        reader.error(f"no such figure: {', '.join(sorted(unknown))}")
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    with set_up(asked.scale) as stage:
        measured = [_measure(stage, name) for name in asked.names or FIGURES]
    return 0 if all(figure.holds for figure in measured) else 1


def _measure(stage: Stage, name: str) -> Figure:
    sys.stderr.write(f"{name} ...\n")
    figure = FIGURES[name](stage)
    sys.stdout.write(figure.line() + "\n")
    sys.stdout.flush()
    return figure


if __name__ == "__main__":
    sys.exit(main())
