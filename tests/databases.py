"""Real databases for tests: SQLite in the test's folder, PostgreSQL started once and stopped at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from psycopg import OperationalError
from sqlalchemy import create_engine, text

from tests.ports import free_port
from tests.privacy.stores import traces_in_postgres
from tests.privacy.watch import WATCH
from web.database import Database, open_engine

POSTGRES_USER = "postgres"


def _postgres_folder() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.fail("PostgreSQL is not installed (Debian package postgresql)")
    return found[-1].parent


class PostgresServer:
    """A cluster in a temporary folder; it refuses to run as root, so root lends it a user."""

    def __init__(self) -> None:
        self._programs = _postgres_folder()
        self.folder = Path(tempfile.mkdtemp(prefix="hedui-postgres-"))
        self.port = free_port()
        self._as = ["runuser", "-u", POSTGRES_USER, "--"] if os.geteuid() == 0 else []

    def start(self) -> None:
        if self._as:
            shutil.chown(self.folder, POSTGRES_USER)
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "hedui", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
        self._run("pg_ctl", "-D", data, "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        """Searched first for persons, if it still answers: some tests crash it."""
        with suppress(OperationalError):
            WATCH.add(traces_in_postgres(self.url("postgres")))
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://hedui@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._as, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres: PostgresServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database for one test."""
    admin = create_engine(postgres.url("postgres"), isolation_level="AUTOCOMMIT")
    name = f"test_{abs(hash(request.node.nodeid))}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield postgres.url(name)
    WATCH.add(traces_in_postgres(postgres.url(name)))
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The test runs once on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with the newest schema."""
    engine = open_engine(database_url)
    opened = Database(engine)
    opened.migrate()
    yield opened
    engine.dispose()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """For tests of rules that do not depend on the kind of database."""
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    opened = Database(engine)
    opened.migrate()
    yield opened
    engine.dispose()
