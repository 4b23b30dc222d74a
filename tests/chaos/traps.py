"""`hedui` with a trap: the process kills or freezes itself at a named point, once.

The product carries no failpoints, so they cost it nothing and nobody can set them off. A trap watches from
outside: commits by the function that opened the transaction, outside calls and renames at their seams.
CHAOS_TRAP is point:nth:signal, CHAOS_TRAP_LOG the file that proves that the trap has closed.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import CodeType
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from adapters.documents import files
from adapters.report.renderer import PdfkitRenderer
from adapters.sources.http import HttpSource
from adapters.units.webhooks import WebhookClient
from web.cli import main as hedui
from web.exchange import commissions, reports
from web.worker import Worker

COMMITS: dict[str, Any] = {
    "worker.advance": Worker._advance,
    "worker.claim": Worker._claim,
    "worker.record": Worker._record,
    "web.receive": commissions._receive_once,
    "web.receipt": reports.receive_receipt,
}
CALLS: dict[str, tuple[type, str]] = {
    "source": (HttpSource, "ask"),
    "render": (PdfkitRenderer, "render"),
    "callback": (WebhookClient, "deliver"),
}
POINTS = (
    *(f"{beat}.{moment}_commit" for beat in COMMITS for moment in ("before", "after")),
    *(f"{call}.{moment}_call" for call in CALLS for moment in ("before", "after")),
    "file.before_rename",
    "file.after_rename",
)
WEB_POINTS = tuple(point for point in POINTS if point.startswith("web."))
WORKER_POINTS = tuple(point for point in POINTS if point not in WEB_POINTS)


class Blow(StrEnum):
    KILL = "SIGKILL"
    FREEZE = "SIGSTOP"


@dataclass(frozen=True)
class Trap:
    point: str
    nth: int
    blow: Blow
    log: Path

    def environment(self) -> dict[str, str]:
        return {"CHAOS_TRAP": f"{self.point}:{self.nth}:{self.blow}", "CHAOS_TRAP_LOG": str(self.log)}

    @classmethod
    def of(cls, setting: str, log: str) -> "Trap":
        point, nth, blow = setting.split(":")
        if point not in POINTS:
            raise ValueError(point)
        return cls(point, int(nth), Blow(blow), Path(log))


class Armed:
    """Counts how often its point is passed. Closes once, also when a forked child inherits it."""

    def __init__(self, trap: Trap) -> None:
        self._trap = trap
        self._passed = 0
        self._lock = threading.Lock()

    def passing(self, point: str) -> None:
        if point != self._trap.point:
            return
        with self._lock:
            self._passed += 1
            if self._passed == self._trap.nth and self._is_first():
                os.kill(os.getpid(), signal.Signals[self._trap.blow])

    def _is_first(self) -> bool:
        try:
            descriptor = os.open(self._trap.log, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return False
        os.write(descriptor, f"{self._trap.point} {os.getpid()} {time.time()}\n".encode())
        os.close(descriptor)
        return True


def set_up(armed: Armed) -> None:
    beats = {function.__code__: name for name, function in COMMITS.items()}
    event.listen(Session, "before_commit", lambda session: _at_commit(armed, beats, session, "before"))
    event.listen(Session, "after_commit", lambda session: _at_commit(armed, beats, session, "after"))
    for name, (owner, method) in CALLS.items():
        _around(armed, owner, method, name, "call", None)
    _around(armed, Path, "replace", "file", "rename", files._write_whole.__code__)


def _at_commit(armed: Armed, beats: dict[CodeType, str], session: Session, moment: str) -> None:
    if session.in_nested_transaction():
        return
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code in beats:
            armed.passing(f"{beats[frame.f_code]}.{moment}_commit")
            return


def _around(armed: Armed, owner: type, method: str, name: str, noun: str, only_from: CodeType | None) -> None:
    original: Callable[..., Any] = getattr(owner, method)

    def watched(*arguments: Any, **named: Any) -> Any:
        if only_from is not None and sys._getframe(1).f_code is not only_from:
            return original(*arguments, **named)
        armed.passing(f"{name}.before_{noun}")
        result = original(*arguments, **named)
        armed.passing(f"{name}.after_{noun}")
        return result

    setattr(owner, method, watched)


def main() -> None:
    set_up(Armed(Trap.of(os.environ["CHAOS_TRAP"], os.environ["CHAOS_TRAP_LOG"])))
    hedui()
