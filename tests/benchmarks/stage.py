"""What the figures are measured on: the library's process, databases, Redis; started when first asked for."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.benchmarks.stock_process import Stock
from tests.chaos.servers import CrashingRedis
from tests.databases import PostgresServer
from web.database import Database, open_engine


class Stage:
    """`scale` shrinks the one big database for quick runs."""

    def __init__(self, stack: ExitStack, scale: float) -> None:
        self._stack = stack
        self.scale = scale
        self._opened = 0

    @cached_property
    def stock(self) -> Stock:
        stock = Stock()
        self._stack.callback(stock.stop)
        return stock

    @cached_property
    def redis_url(self) -> str:
        server = CrashingRedis()
        self._stack.callback(server.remove)
        server.start()
        return server.url

    @cached_property
    def _postgres(self) -> PostgresServer:
        server = PostgresServer()
        server.start()
        self._stack.callback(server.stop)
        return server

    def folder(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="hedui-bench-"))
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def sqlite_url(self) -> str:
        return f"sqlite:///{self.folder() / 'bench.db'}"

    def postgres_url(self) -> str:
        """Of a new, empty database."""
        self._opened += 1
        name = f"bench_{self._opened}"
        admin = create_engine(self._postgres.url("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return self._postgres.url(name)

    def open(self, url: str) -> Database:
        """With the newest schema."""
        engine = open_engine(url)
        self._stack.callback(engine.dispose)
        database = Database(engine)
        database.migrate()
        return database


@contextmanager
def set_up(scale: float) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(stack, scale)
