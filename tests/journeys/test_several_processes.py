"""Web, worker, PostgreSQL and Redis as processes of their own: the same code runs on several machines."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path

import httpx
import pytest
import redis

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
CASES = 4
LOOKS = 3000  # of some ten milliseconds each


@contextmanager
def running(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the platform; it must end by itself when told to."""
    process = subprocess.Popen([*RUN, *arguments], env=environment, stdout=subprocess.DEVNULL)
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0


def _answering(url: str) -> None:
    """Returns when the server answers; the connections themselves are what is waited for."""
    transport = httpx.HTTPTransport(retries=8)  # half a second, one, two ... between the attempts
    with httpx.Client(transport=transport, trust_env=False) as client:
        assert client.get(f"{url}/health").status_code == 200


def _register(environment: dict[str, str], folder: Path, callback_url: str) -> UnitRegistration:
    secrets = folder / "unit.env"
    arguments = ["--code", "320402001", "--name", UNIT, "--callback-url", callback_url]
    command = [*RUN, "unit", "add", *arguments, "--secrets-file", str(secrets)]
    subprocess.run(command, env=environment, check=True)
    values = dict(line.split("=", 1) for line in secrets.read_text().splitlines())
    return UnitRegistration(
        values["UNIT_CODE"],
        UNIT,
        callback_url,
        values["KEY_ID"],
        values["TOKEN_SECRET"],
        values["CALLBACK_SECRET"],
    )


@pytest.mark.clause("M 4.1 b", "M 6.4 b")
def test_web_and_worker_finish_cases_that_redis_has_forgotten(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    world, inbox = World("journey"), UnitInbox(tmp_path / "unit")
    environment = {
        **os.environ,
        "HEDUI_DATABASE_URL": postgres_url,
        "HEDUI_REDIS_URL": redis_url,
        "HEDUI_DATA_DIR": str(tmp_path / "data"),
        "HEDUI_RETRY_FIRST_SECONDS": "1",
        "HEDUI_SOURCES_TOKEN": "journey",
    }
    with ExitStack() as stack:
        environment["HEDUI_SOURCES_URL"] = stack.enter_context(serving(create_sandbox(catalogue_of(), world)))
        port = free_port()
        unit_port = free_port()
        registration = _register(environment, tmp_path, f"http://127.0.0.1:{unit_port}/callbacks")
        stack.enter_context(serving(create_unit(inbox, [registration.callback_secret]), port=unit_port))
        stack.enter_context(running(environment, "serve", "--bind", f"127.0.0.1:{port}"))
        stack.enter_context(running(environment, "worker"))
        url = f"http://127.0.0.1:{port}"
        _answering(url)
        client = stack.enter_context(closing(UnitClient(url, registration)))

        numbers = _send(client, world)
        with redis.Redis.from_url(redis_url) as forgetful:
            forgetful.flushall()
        for _ in range(LOOKS):
            inbox.send_receipts(client.send_receipt)
            states = {client.commission(number).body["state"] for number in numbers}
            if states == {"closed"}:
                break

    assert states == {"closed"}

    reports = sorted(entry.number or "" for entry in inbox.received())
    assert len(reports) == len(set(reports)) == CASES
    assert json.loads((tmp_path / "unit" / "receipts.jsonl").read_text().splitlines()[0])["number"] in reports


def _send(client: UnitClient, world: World) -> list[str]:
    parties = Parties(UNIT, "示例市居民家庭经济状况核对中心")
    numbers = []
    for place in range(CASES):
        number = f"WT-{place}"
        household = special_households()["pensioner_couple"]
        commission = world.commission(household, "aa", date.today(), number, parties)  # noqa: DTZ011
        assert client.send_commission(commission).status == 202
        numbers.append(number)
    return numbers
