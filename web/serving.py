"""Run the web application and the worker beside each other in one process."""

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
from web.wiring import pause_of
from web.worker import Worker

THREADS = 8


def open_hall(app: Flask) -> Hall:
    """The hall of an application, its schema up to date."""
    with app.app_context():
        room = hall()
    room.database.migrate()
    return room


@contextmanager
def running_worker(room: Hall) -> Iterator[Worker]:
    """The embedded worker; when the block is left it is stopped and what is under way is finished."""
    worker = Worker(room.database, room.platform, room.settings.worker_threads)
    pause = pause_of(room.platform)
    thread = threading.Thread(target=worker.run, args=(pause,), name="worker")
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join()


class WebServer(BaseApplication):
    """gunicorn: one process with threads; the embedded worker lives in it unless workers run elsewhere."""

    def __init__(self, bind: str) -> None:
        self._bind = bind
        self._worker: Worker | None = None
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "worker_exit": self._stop,
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
            self._worker = Worker(room.database, room.platform, settings.worker_threads)
            run = threading.Thread(target=self._worker.run, args=(pause_of(room.platform),), daemon=True)
            run.start()
        return app

    def _stop(self, server: object, process: object) -> None:
        if self._worker is not None:
            self._worker.stop()
