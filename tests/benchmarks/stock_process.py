"""Asks the process that runs SpiffWorkflow as it comes, see stock.py."""

import json
import subprocess
import sys
from typing import IO

from tests.benchmarks.diagrams import AUTO, REWORK

STOCK_RUN = "stock SpiffWorkflow 3.2: an automatic process in memory"
STOCK_STEP = "stock SpiffWorkflow 3.2: a step after 12 tasks, restored and stored, in memory"


class Stock:
    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.stock"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._asking, self._answering = _open(self._process.stdin), _open(self._process.stdout)

    def stop(self) -> None:
        """It ends when nothing more can be asked."""
        self._asking.close()
        self._process.wait()
        self._answering.close()

    def cpu(self, run: str, diagram: bytes, count: int, times: int) -> float:
        """CPU milliseconds of one run, the mean of `times`."""
        asked = {"run": run, "diagram": diagram.decode(), "count": count, "times": times}
        self._asking.write(json.dumps(asked) + "\n")
        self._asking.flush()
        return float(self._answering.readline())

    def automatic(self, rounds: int = 1, times: int = 20) -> float:
        """The reference of the figures of whole cases."""
        return self.cpu("automatic", AUTO, rounds, times)

    def step(self, rounds: int = 3, times: int = 40) -> float:
        """The reference of the figures of single steps: early in a process, where the library is quick."""
        return self.cpu("step", REWORK, rounds, times)


def _open(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise AssertionError("the process was started without its pipes")
    return pipe
