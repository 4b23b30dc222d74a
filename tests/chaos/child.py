"""A process of the platform or around it, started in a group of its own so that nothing of it survives."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Child:
    """`entry` is module:function; `log` takes everything it says."""

    name: str
    entry: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    frozen: bool = False

    def start(self) -> None:
        module, _, function = self.entry.partition(":")
        command = [sys.executable, "-c", f"from {module} import {function}; {function}()", *self.arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )
        self.starts += 1

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ended_well(self) -> bool:
        return self.process is not None and self.process.poll() == 0

    def ends_well(self) -> bool:
        """Waits for the end."""
        return self.process is not None and self.process.wait() == 0

    def kill_leader(self) -> None:
        """Only the process itself: what it had started lives on as an orphan."""
        os.kill(self.pid, signal.SIGKILL)
        self._gone()

    def kill(self) -> None:
        """The process and all it has started, at one blow."""
        if self.process is None:
            return
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        finally:
            self._gone()

    def freeze(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)
        self.frozen = True

    def thaw(self) -> None:
        if self.runs:
            os.kill(self.pid, signal.SIGCONT)
        self.frozen = False

    def _gone(self) -> None:
        assert self.process is not None
        self.process.wait()
        self.frozen = False
