"""Over every test of every run: whatever it logs, stores, sends and requests is searched for its persons.

A test that lets a mark stand where none may stand fails, with the place and the kind of the mark.
"""

import logging
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis
from flask import Flask, Response, request, request_finished, request_started
from sqlalchemy import Engine, event

from adapters.documents.files import FileStore
from tests.privacy.allowed import is_allowed
from tests.privacy.stores import traces_in_files, traces_in_redis, traces_in_sqlite
from tests.privacy.watch import WATCH, Trace
from web.metrics import EXTENSION

# The test's own readers of PDF files say every word they read; nothing of them runs in the platform.
READERS = ("pdfminer", "pdfplumber", "PIL")
PLAIN = logging.LogRecord("", 0, "", 0, "", None, None).__dict__.keys()
FORMATTER = logging.Formatter()
ERROR = 400


def _note_record(record: logging.LogRecord) -> None:
    """With all that a formatter could show: arguments, traceback, what was added."""
    shown = [record.getMessage()]
    if record.args and "%r" not in str(record.msg):
        shown.append(repr(record.args))
    if record.exc_info and record.exc_info[0] is not None:
        shown.append(FORMATTER.formatException(record.exc_info))
    shown += [repr(value) for name, value in record.__dict__.items() if name not in PLAIN]
    WATCH.look(f"log {record.name}", *shown)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """After the fixtures are gone, so that nobody writes any more; PostgreSQL was searched before its end."""
    report = yield
    if call.excinfo is not None and report.failed:
        WATCH.look("message of the error", *_messages(call.excinfo.value))
    if call.when == "teardown":
        output = (text for name, text in report.sections if not name.startswith("Captured log"))
        WATCH.look("captured output", *output)
        _search_what_is_left(item)
        found = [trace for trace in WATCH.take() if not is_allowed(item.nodeid, trace)]
        if found:
            report.outcome = "failed"
            report.longrepr = _told(found)
    return report


def _messages(error: BaseException | None) -> Iterator[str]:
    """Of the error and of those it came from; the lines of code around them are the test's own."""
    while error is not None and not isinstance(error, AssertionError):
        yield str(error)
        error = error.__cause__ or error.__context__


def _search_what_is_left(item: pytest.Item) -> None:
    folder: Path | None = getattr(item, "funcargs", {}).get("tmp_path")
    if folder is not None:
        WATCH.databases.update(folder.rglob("*.db"))
        WATCH.folders.update(path.parent for path in folder.rglob("documents/store"))
    for path in WATCH.databases:
        WATCH.add(traces_in_sqlite(path))
    for path in WATCH.folders:
        WATCH.add(traces_in_files(path))
    for figures in WATCH.figures:
        _search_figures(figures)
    for kept in (WATCH.databases, WATCH.folders, WATCH.figures):
        kept.clear()


def _told(found: list[Trace]) -> str:
    lines = [f"  {trace.kind} in {trace.place}" for trace in found]
    return "\n".join(["A person is shown where none may be:", *lines])


@event.listens_for(Engine, "do_connect")
def _note_database(dialect: Any, record: Any, arguments: Any, parameters: Any) -> None:
    if dialect.name == "sqlite" and arguments[0] != ":memory:":
        WATCH.databases.add(Path(arguments[0]))


def _note_request(sender: Flask, **_: object) -> None:
    WATCH.look("address", request.full_path)
    _look_at_headers("request header", request.headers.items())
    if EXTENSION in sender.extensions and sender.extensions[EXTENSION].requests not in WATCH.figures:
        WATCH.figures.append(sender.extensions[EXTENSION].requests)


def _note_answer(sender: Flask, response: Response, **_: object) -> None:
    _look_at_headers("response header", response.headers.items())
    if request.path == "/metrics":
        WATCH.look("metrics", response.get_data(as_text=True))
    if response.status_code >= ERROR and not response.is_streamed:
        WATCH.look("answer to a mistake", response.get_data(as_text=True))


def _look_at_headers(place: str, headers: Iterable[tuple[str, str]]) -> None:
    """Whatever opens a door is in the header made for it, and nowhere else."""
    for name, value in headers:
        WATCH.look(place, name, "" if name.lower() == "authorization" else value)


def _search_figures(figures: Any) -> None:
    """The labels under which an application has counted."""
    for metric in figures.collect():
        WATCH.look("metrics", *(label for sample in metric.samples for label in sample.labels.values()))


request_started.connect(_note_request)
request_finished.connect(_note_answer)


_is_enabled_for = logging.Logger.isEnabledFor
_handle = logging.Logger.handle
_send = httpx.HTTPTransport.handle_request
_flush = redis.Redis.flushall
_open_store = FileStore.__init__


def _always_enabled(self: logging.Logger, level: int) -> bool:
    return not self.name.startswith(READERS) or _is_enabled_for(self, level)


def _watched_handle(self: logging.Logger, record: logging.LogRecord) -> None:
    """As at DEBUG everywhere; levels and handlers are those the test has set, and see what they would see."""
    _note_record(record)
    if _is_enabled_for(self, record.levelno):
        _handle(self, record)


def _watched_send(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
    WATCH.look("address sent to", str(request.url))
    _look_at_headers("header sent", request.headers.items())
    return _send(self, request)


def _watched_flush(self: redis.Redis, *arguments: Any, **options: Any) -> Any:
    WATCH.add(traces_in_redis(self))
    return _flush(self, *arguments, **options)


def _watched_store(self: FileStore, root: Path, *arguments: Any) -> None:
    _open_store(self, root, *arguments)
    WATCH.folders.add(root)


logging.Logger.isEnabledFor = _always_enabled  # type: ignore[method-assign]
logging.Logger.handle = _watched_handle  # type: ignore[method-assign]
httpx.HTTPTransport.handle_request = _watched_send  # type: ignore[method-assign]  # every client goes through it
redis.Redis.flushall = _watched_flush  # type: ignore[method-assign]
FileStore.__init__ = _watched_store  # type: ignore[method-assign]
