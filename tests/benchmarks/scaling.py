"""Two workers beside one: what a second process adds while the sources are what is waited for."""

import os
import subprocess
import sys
import time
from dataclasses import replace

from sqlalchemy import func, select

from engine.store.cases import Case, CaseState
from tests.benchmarks.lone_worker import SOURCE_SECONDS, THREADS, open_house
from tests.benchmarks.measuring import Figure, counted
from tests.benchmarks.stage import Stage
from tests.builders import a_commission

CASES = 20
ROUNDS = 2


def two_workers(stage: Stage) -> Figure:
    least = 1.7
    measured = [(_cases_per_second(stage, 1), _cases_per_second(stage, 2)) for _ in range(ROUNDS)]
    one, two = max(one for one, _ in measured), max(two for _, two in measured)
    return counted(
        "two_workers",
        "one worker",
        two / one,
        f"throughput >= {least}x",
        two / one >= least,
        measured="wall clock",
        cases_per_second=round(two, 2),
        reference_cases_per_second=round(one, 2),
        threads_per_worker=THREADS,
        source_seconds=SOURCE_SECONDS,
        cores=os.cpu_count(),
        load_of_the_machine=round(os.getloadavg()[0], 1),
    )


def _cases_per_second(stage: Stage, workers: int) -> float:
    """By wall clock, of cases from reception to the issued report; the processes have started before."""
    folder, url = stage.folder(), stage.postgres_url()
    house = open_house(stage.open(url), folder)
    for number in range(CASES):
        house.receive(replace(a_commission(), number=f"WT-{number}"))
    command = [sys.executable, "-m", "tests.benchmarks.lone_worker", url, str(folder)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(workers)]
    for process in processes:
        _hear(process)
    began = time.monotonic()
    for process in processes:
        _say(process, "go")
    for process in processes:
        process.wait()
    seconds = time.monotonic() - began
    with house.database.reading() as session:
        issued = session.scalars(select(func.count()).where(Case.state == CaseState.ISSUED)).one()
    if issued != CASES:
        raise AssertionError(f"{issued} of {CASES} cases are issued")
    return CASES / seconds


def _say(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdin is not None
    process.stdin.write(word + "\n")
    process.stdin.close()


def _hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
