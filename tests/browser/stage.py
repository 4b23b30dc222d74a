"""The platform as in the demo, over real HTTP: worker, departments and unit beside it in this process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from engine.platform import Platform
from engine.ports import Clock
from web.app import create_app
from web.database import Database
from web.demo.town import Surroundings, demo_environment, open_surroundings, register
from web.hall import Hall
from web.sandbox.server import serving
from web.serving import open_hall
from web.settings import read_settings
from web.wiring import pause_of
from web.worker import Worker

WORKER_THREADS = 4


@dataclass(frozen=True)
class Stage:
    """Has what a house of the other tests has, for the functions that employ people.

    `cases`: by household, those that several tests look at and none changes.
    """

    address: str
    app: Flask
    hall: Hall
    surroundings: Surroundings
    cases: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.hall.database

    @property
    def platform(self) -> Platform:
        return self.hall.platform

    @property
    def clock(self) -> Clock:
        return self.hall.platform.clock

    @property
    def documents(self) -> Path:
        return self.hall.settings.data_dir / "documents"

    @property
    def database_file(self) -> Path:
        return Path(self.hall.settings.database_url.removeprefix("sqlite:///"))


@contextmanager
def open_stage(folder: Path) -> Iterator[Stage]:
    with open_surroundings(folder) as surroundings:
        app = create_app(read_settings(demo_environment(folder, surroundings.sources_url)))
        hall = open_hall(app)
        register(hall, surroundings)
        with _working(hall), serving(app) as address:
            yield Stage(address, app, hall, surroundings)
        hall.database.engine.dispose()


@contextmanager
def _working(hall: Hall) -> Iterator[None]:
    """Not hired: the collector of this process is that of all tests."""
    worker = Worker(hall.database, hall.platform, WORKER_THREADS)
    thread = threading.Thread(target=worker.run, args=(pause_of(hall.platform),), name="worker")
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join()
