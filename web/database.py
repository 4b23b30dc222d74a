"""The database: engines, the one place that commits, and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from engine.domain.json_text import read_json, write_json
from engine.store.base import Base

MIGRATIONS = Path(__file__).parent.parent / "engine" / "store" / "migrations"
_beginning = ContextVar("beginning", default="BEGIN IMMEDIATE")
# A worker frozen inside a transaction, or a machine that lost its power, must let go of its locks.
# No prepared statements: a transaction pooler gives every transaction another connection; nor do they pay.
CONNECTION = {
    "prepare_threshold": None,
    "options": "-c idle_in_transaction_session_timeout=10000",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}

db = SQLAlchemy(metadata=Base.metadata)


class OneTransaction(Session):
    """A session that ends with its first transaction: which connection it has need be found out only once."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self._known: Connection | None = None

    def connection(self, *args: Any, **options: Any) -> Connection:
        if self._known is None:
            self._known = super().connection(*args, **options)
        return self._known


class Database:
    """Transactions over one engine; safe to use from any thread."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        if self._is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            # Not by an event of the engine: with one, every statement asks who else is listening.
            engine.dialect.do_begin = _begin_sqlite  # type: ignore[assignment, method-assign]  # a method, of this engine alone

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Everything or nothing. On SQLite the write lock is taken at once, so nothing fails half-way."""
        with OneTransaction(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that writes nothing; on SQLite it waits for nobody."""
        with OneTransaction(self.engine) as session:
            if self._is_sqlite:
                before = _beginning.set("BEGIN")
                try:
                    session.connection()
                finally:
                    _beginning.reset(before)
            yield session

    def migrate(self) -> None:
        """Bring the schema to the newest version; does nothing when it is."""
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def open_database(app: Flask, url: str) -> Database:
    """The engine and its pool are Flask-SQLAlchemy's; sessions are ours, one per transaction."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(url)
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        return Database(db.engine)


def open_engine(url: str) -> Engine:
    """The same engine for what runs without Flask."""
    return create_engine(url, **_engine_options(url))


def _engine_options(url: str) -> dict[str, object]:
    """Parameters of statements are personal data: no error may show them."""
    options: dict[str, object] = {
        "hide_parameters": True,
        "json_serializer": write_json,
        "json_deserializer": read_json,
    }
    if not url.startswith("sqlite"):
        options |= {
            "pool_pre_ping": True,
            "pool_size": 10,
            "max_overflow": 30,
            "connect_args": CONNECTION,
        }
    return options


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: PoolProxiedConnection) -> None:
    connection.execute(_beginning.get())
