"""The platform and everything around it, each part a process, all of it gone when the stage is left."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
import redis
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine

from engine.configuration.units import UnitRegistration
from engine.domain.report_number import SHANGHAI
from tests.chaos.child import ROOT, Child
from tests.chaos.departments import TOKEN
from tests.chaos.journal import Journal
from tests.chaos.servers import CrashingPostgres, CrashingRedis
from tests.chaos.traps import Trap
from tests.chaos.witness import install
from tests.ports import free_port
from tests.privacy.stores import traces_in_files, traces_in_redis
from tests.privacy.watch import WATCH

UNIT_CODE, UNIT_NAME = "320402001", "示例市天宁区民政局"
HEDUI, TRAPPED = "web.cli:main", "tests.chaos.traps:main"
ANSWER_SECONDS = 30.0


@dataclass
class Stage:
    """`kept` are the processes a service manager would keep running: started again when they are gone."""

    folder: Path
    seed: str
    lease_seconds: float
    postgres: CrashingPostgres
    redis: CrashingRedis
    environment: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Child] = field(default_factory=dict)
    aside: list[Child] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def registration(self) -> Path:
        return self.folder / "registration.json"

    @property
    def faults(self) -> Journal:
        return Journal(self.folder / "faults.jsonl")

    @property
    def answers(self) -> Journal:
        return Journal(self.folder / "answers.jsonl")

    @property
    def questions(self) -> Journal:
        return Journal(self.folder / "questions.jsonl")

    @property
    def wire(self) -> Journal:
        return Journal(self.folder / "unit" / "wire.jsonl")

    @property
    def documents(self) -> Path:
        return self.folder / "data" / "documents"

    def engine(self) -> Engine:
        return create_engine(self.environment["HEDUI_DATABASE_URL"], pool_pre_ping=True)

    def child(self, name: str, entry: str, *arguments: str, trap: Trap | None = None) -> Child:
        """Not yet started; it will be gone with the stage."""
        environment = {**self.environment, **(trap.environment() if trap else {})}
        made = Child(name, entry, arguments, environment, self.folder / f"{name}.log")
        self.aside.append(made)
        return made

    def keep(self, child: Child) -> None:
        """In the place of the one that had the name before."""
        if child.name in self.kept:
            self.kept[child.name].kill()
        child.start()
        self.kept[child.name] = child

    def tend(self) -> list[Child]:
        """Start again what is gone; a sender that has ended well stays ended. Returns what was gone."""
        gone = [child for child in self.kept.values() if not child.runs and not child.ended_well()]
        for child in gone:
            child.start()
        return gone

    def worker(self, name: str, trap: Trap | None = None) -> Child:
        return self.child(name, TRAPPED if trap else HEDUI, "worker", trap=trap)

    def web(self, name: str, trap: Trap | None = None) -> Child:
        entry = TRAPPED if trap else HEDUI
        return self.child(name, entry, "serve", "--bind", f"127.0.0.1:{self.port}", trap=trap)

    def sender(self, name: str, prefix: str, count: int, pace_seconds: float) -> Child:
        day = datetime.now(SHANGHAI).date().isoformat()
        options = {
            "--platform": self.url,
            "--registration": str(self.registration),
            "--log": str(self.folder / "answers.jsonl"),
            "--day": day,
            "--prefix": prefix,
            "--count": str(count),
            "--pace": str(pace_seconds),
        }
        return self.child(
            name, "tests.chaos.sender:main", *(part for pair in options.items() for part in pair)
        )

    def wait_for_answer(self) -> None:
        """Until the web answers; the limit is of the run, not a measure."""
        end = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.url}/health", timeout=2, trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise TimeoutError("the web did not answer")

    def clear(self) -> None:
        for child in self.aside:
            child.kill()


@contextmanager
def open_stage(seed: str, lease_seconds: float) -> Iterator[Stage]:
    """Servers, departments and unit run; web, workers and sender are for the caller to start."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="hedui-chaos-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = CrashingPostgres()
        stack.callback(postgres.remove)
        postgres.start()
        wake_up = CrashingRedis()
        stack.callback(wake_up.remove)
        wake_up.start()
        stage = Stage(folder, seed, lease_seconds, postgres, wake_up)
        stack.callback(_search, stage)
        stack.callback(stage.clear)
        _furnish(stage)
        yield stage


def _search(stage: Stage) -> None:
    """What the processes have left behind shows no person; PostgreSQL is searched when it stops."""
    WATCH.add(traces_in_files(stage.documents))
    WATCH.look("log of a process", *(path.read_text("utf-8") for path in stage.folder.glob("*.log")))
    if stage.redis.runs:
        with redis.Redis.from_url(stage.redis.url) as connection:
            WATCH.add(traces_in_redis(connection))


def _furnish(stage: Stage) -> None:
    departments_port, unit_port = free_port(), free_port()
    stage.environment = _environment(stage, departments_port)
    _prepare_database(stage, f"http://127.0.0.1:{unit_port}/callbacks")
    unit = stage.folder / "unit"
    unit.mkdir()
    log = str(stage.folder / "questions.jsonl")
    stage.child(
        "departments", "tests.chaos.departments:main", "--port", str(departments_port), "--log", log
    ).start()
    stage.child(
        "receiver",
        "tests.chaos.receiver:main",
        *("--port", str(unit_port), "--folder", str(unit), "--registration", str(stage.registration)),
        *("--platform", stage.url, "--seed", stage.seed),
    ).start()


def _environment(stage: Stage, departments_port: int) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HEDUI_")}
    return {
        **inherited,
        "HEDUI_DATABASE_URL": stage.postgres.url("postgres"),
        "HEDUI_REDIS_URL": stage.redis.url,
        "HEDUI_DATA_DIR": str(stage.folder / "data"),
        "HEDUI_FONT_DIR": os.environ.get("HEDUI_FONT_DIR", str(ROOT / "var" / "fonts" / "source")),
        "HEDUI_SOURCES_URL": f"http://127.0.0.1:{departments_port}",
        "HEDUI_SOURCES_TOKEN": TOKEN,
        "HEDUI_RETRY_FIRST_SECONDS": "1",
        "HEDUI_RETRY_LONGEST_SECONDS": "5",
        "HEDUI_LEASE_SECONDS": str(stage.lease_seconds),
    }


def _prepare_database(stage: Stage, callback_url: str) -> None:
    """The schema and the unit, made by the command line as an operator makes them, and the witness."""
    secrets = stage.folder / "unit.env"
    unit = ["--code", UNIT_CODE, "--name", UNIT_NAME, "--callback-url", callback_url]
    adding = stage.child("unit-add", HEDUI, "unit", "add", *unit, "--secrets-file", str(secrets))
    adding.start()
    if not adding.ends_well():
        raise RuntimeError(adding.log.read_text(encoding="utf-8"))
    values = dict(line.split("=", 1) for line in secrets.read_text(encoding="utf-8").splitlines())
    registration = UnitRegistration(
        values["UNIT_CODE"],
        UNIT_NAME,
        callback_url,
        values["KEY_ID"],
        values["TOKEN_SECRET"],
        values["CALLBACK_SECRET"],
    )
    stage.registration.write_text(json.dumps(asdict(registration)), encoding="utf-8")
    engine = stage.engine()
    with engine.begin() as connection:
        install(connection)
    engine.dispose()
