"""Run the web application and the worker beside each other in one process."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from web.app import create_app
from web.hall import Hall, hall
from web.settings import read_settings
from web.tracing import tracing
from web.wiring import pause_of
from web.worker import LONGEST_STOP_SECONDS, Worker, hire

THREADS = 8


def open_hall(app: Flask) -> Hall:
    """The hall of an application, its schema up to date."""
    with app.app_context():
        room = hall()
    room.database.migrate()
    if room.settings.otel:
        tracing.start()
    return room


@contextmanager
def running_worker(room: Hall) -> Iterator[Worker]:
    """The embedded worker; when the block is left it is stopped and what is under way is finished."""
    worker = hire(room.database, room.platform, room.settings.worker_threads)
    pause = pause_of(room.platform)
    thread = threading.Thread(target=worker.run, args=(pause,), name="worker")
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join()


def leave(worker: Worker) -> None:
    """The end of a process of its own: exit 0 at once, even when a call to the outside still hangs."""
    if worker.has_left_work:
        logging.shutdown()
        os._exit(0)


class WebServer(BaseApplication):
    """gunicorn: one process with threads; the embedded worker lives in it unless workers run elsewhere."""

    def __init__(self, bind: str) -> None:
        self._bind = bind
        self._worker: Worker | None = None
        self._thread: threading.Thread | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "worker_exit": self._stop,
            "graceful_timeout": int(LONGEST_STOP_SECONDS) + 10,
            "loglevel": "warning",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override]  # a Flask application is a WSGI callable
        """Called in the process that serves, so that nothing open crosses the fork."""
        settings = read_settings(os.environ)
        app = create_app(settings)
        room = open_hall(app)
        if settings.redis_url is None:
            self._worker = hire(room.database, room.platform, settings.worker_threads)
            pause = pause_of(room.platform)
            self._thread = threading.Thread(target=self._worker.run, args=(pause,), daemon=True)
            self._thread.start()
        return app

    def _stop(self, server: object, process: object) -> None:
        """In the process that serves, after its last answer."""
        if self._worker is not None and self._thread is not None:
            self._worker.stop()
            self._thread.join()
            leave(self._worker)
