"""Machines are upgraded one after the other: a worker stops in order while another goes on with its cases."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, create_engine, text

from engine.configuration.units import UnitRegistration
from tests.ports import free_port
from web.demo.unit_client import UnitClient
from web.sandbox.app import create_sandbox
from web.sandbox.commissions import Parties
from web.sandbox.server import serving
from web.sandbox.specials import special_households
from web.sandbox.unit import UnitInbox, create_unit
from web.sandbox.world import World
from web.wiring import catalogue_of

pytestmark = pytest.mark.journey
RUN = [sys.executable, "-c", "from web.cli import main; main()"]
UNIT = "示例市天宁区民政局"
CASES = 5
PATIENCE_SECONDS = 240.0
ORDERLY_SECONDS = 60.0


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([*RUN, *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """As systemd does it; an orderly end is exit status 0."""
    process.send_signal(signal.SIGTERM)
    try:
        assert process.wait(timeout=ORDERLY_SECONDS) == 0
    finally:
        process.kill()


def _answering(url: str) -> None:
    transport = httpx.HTTPTransport(retries=8)
    with httpx.Client(transport=transport, trust_env=False) as client:
        assert client.get(f"{url}/health").status_code == 200


def _register(environment: dict[str, str], folder: Path, callback_url: str) -> UnitRegistration:
    secrets = folder / "unit.env"
    arguments = ["--code", "320402001", "--name", UNIT, "--callback-url", callback_url]
    subprocess.run(
        [*RUN, "unit", "add", *arguments, "--secrets-file", str(secrets)], env=environment, check=True
    )
    values = dict(line.split("=", 1) for line in secrets.read_text().splitlines())
    return UnitRegistration(
        values["UNIT_CODE"],
        UNIT,
        callback_url,
        values["KEY_ID"],
        values["TOKEN_SECRET"],
        values["CALLBACK_SECRET"],
    )


def _send(client: UnitClient, world: World) -> None:
    parties = Parties(UNIT, "示例市居民家庭经济状况核对中心")
    household = special_households()["pensioner_couple"]
    for place in range(CASES):
        commission = world.commission(household, "aa", date.today(), f"WT-{place}", parties)  # noqa: DTZ011
        assert client.send_commission(commission).status == 202


def count(engine: Engine, statement: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(statement)).scalar_one())


def until(engine: Engine, statement: str, wanted: int, inbox: UnitInbox, client: UnitClient) -> None:
    """Looks again and again; each look also answers the reports that have come with their receipts."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        inbox.send_receipts(client.send_receipt)
        client.commission("WT-0")  # as a unit would: the look itself takes its time
        if count(engine, statement) >= wanted:
            return
    raise AssertionError(statement)


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    opened = create_engine(postgres_url)
    yield opened
    opened.dispose()


APPLIED = "SELECT count(*) FROM outbox WHERE state IN ('result', 'applied')"
CLOSED = "SELECT count(*) FROM verification_case WHERE state = 'closed'"
TWICE = "SELECT count(*) FROM outbox WHERE attempts <> 1"
LEASED = "SELECT count(*) FROM outbox WHERE state = 'leased'"


@pytest.mark.clause("M 4.1 b")
def test_a_worker_is_replaced_under_load_and_nothing_is_done_twice(
    postgres_url: str, redis_url: str, engine: Engine, tmp_path: Path
) -> None:
    world, inbox = World("journey"), UnitInbox(tmp_path / "unit")
    apart = {
        **os.environ,
        "HEDUI_DATABASE_URL": postgres_url,
        "HEDUI_DATA_DIR": str(tmp_path / "data"),
        "HEDUI_SOURCES_TOKEN": "journey",
        "HEDUI_WORKER_THREADS": "4",
    }
    with ExitStack() as stack:
        apart["HEDUI_SOURCES_URL"] = stack.enter_context(serving(create_sandbox(catalogue_of(), world)))
        port, unit_port = free_port(), free_port()
        registration = _register(apart, tmp_path, f"http://127.0.0.1:{unit_port}/callbacks")
        stack.enter_context(serving(create_unit(inbox, [registration.callback_secret]), port=unit_port))
        # With Redis named, the web process leaves the work to the workers, which look for themselves.
        stack.enter_context(
            running({**apart, "HEDUI_REDIS_URL": redis_url}, "serve", "--bind", f"127.0.0.1:{port}")
        )
        _answering(f"http://127.0.0.1:{port}")
        client = stack.enter_context(closing(UnitClient(f"http://127.0.0.1:{port}", registration)))
        first = stack.enter_context(running(apart, "worker"))
        _send(client, world)
        until(engine, APPLIED, 10, inbox, client)

        second = stack.enter_context(running(apart, "worker"))
        stop(first)
        done_by_then = count(engine, APPLIED)
        until(engine, CLOSED, CASES, inbox, client)
        stop(second)

    assert done_by_then < count(engine, APPLIED)
    assert count(engine, TWICE) == 0
    assert count(engine, LEASED) == 0
    reports = [entry.number for entry in inbox.received() if entry.number]
    assert len(set(reports)) == CASES
    assert len(reports) == CASES
