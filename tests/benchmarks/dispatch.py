"""How many RQ jobs a row of outside work costs: web, worker, Redis and PostgreSQL as they are deployed."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import redis
from rq import Worker
from sqlalchemy import func, select

from engine.configuration.units import UnitRegistration, register_unit
from engine.domain.report_number import SHANGHAI
from engine.store.outbox import OutboxRow
from tests.benchmarks.measuring import Figure, counted
from tests.benchmarks.stage import Stage
from tests.ports import free_port
from web.app import create_app
from web.demo.unit_client import UnitClient
from web.sandbox.app import create_sandbox
from web.sandbox.commissions import Parties
from web.sandbox.server import serving
from web.sandbox.specials import special_households
from web.sandbox.unit import UnitInbox, create_unit
from web.sandbox.world import World
from web.serving import open_hall
from web.settings import read_settings
from web.wiring import catalogue_of

CASES = 16
PATIENCE_SECONDS = 300.0
UNIT = "示例市天宁区民政局"
ORGANISATION = "示例市居民家庭经济状况核对中心"
RUN = (sys.executable, "-c", "from web.cli import main; main()")


def jobs_per_wakeup(stage: Stage) -> Figure:
    """All commissions are sent at once; jobs are those that RQ has finished when all cases are closed."""
    most_jobs = 8
    folder, database_url = stage.folder(), stage.postgres_url()
    world, inbox = World("bench"), UnitInbox(folder / "unit")
    unit_port, web_port = free_port(), free_port()
    with ExitStack() as stack:
        sources_url = stack.enter_context(serving(create_sandbox(catalogue_of(), world)))
        environment = _environment(stage, folder, database_url, sources_url)
        registration = _register(environment, f"http://127.0.0.1:{unit_port}/callbacks")
        stack.enter_context(serving(create_unit(inbox, [registration.callback_secret]), port=unit_port))
        stack.enter_context(_running(environment, "serve", "--bind", f"127.0.0.1:{web_port}"))
        stack.enter_context(_running(environment, "worker"))
        url = f"http://127.0.0.1:{web_port}"
        _until(lambda: _answers(url))
        client = stack.enter_context(closing(UnitClient(url, registration)))
        numbers = _send(client, world)
        _until(lambda: _all_closed(client, inbox, numbers))
        jobs = _finished_jobs(stage.redis_url)
    database = stage.open(database_url)
    with database.reading() as session:
        rows = session.scalars(select(func.count()).where(OutboxRow.finished_at.is_not(None))).one()
    ratio = rows / max(jobs, 1)
    return counted(
        "jobs_per_wakeup",
        "one RQ job per row of the outbox",
        ratio,
        f"rows per job >= {most_jobs}",
        ratio >= most_jobs,
        jobs=jobs,
        rows=rows,
        cases=CASES,
    )


def _environment(stage: Stage, folder: Path, database_url: str, sources_url: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HEDUI_")}
    return {
        **inherited,
        "HEDUI_DATABASE_URL": database_url,
        "HEDUI_REDIS_URL": stage.redis_url,
        "HEDUI_DATA_DIR": str(folder / "data"),
        "HEDUI_ORGANISATION_NAME": ORGANISATION,
        "HEDUI_RETRY_FIRST_SECONDS": "1",
        "HEDUI_SOURCES_URL": sources_url,
        "HEDUI_SOURCES_TOKEN": "bench",
    }


def _register(environment: Mapping[str, str], callback_url: str) -> UnitRegistration:
    room = open_hall(create_app(read_settings(environment)))
    registration = UnitRegistration.with_new_secrets("320402001", UNIT, callback_url)
    with room.database.transaction() as session:
        register_unit(session, room.platform.vault, registration, "bench", room.platform.clock.now())
    room.database.engine.dispose()
    return registration


@contextmanager
def _running(environment: Mapping[str, str], *arguments: str) -> Iterator[None]:
    """A process of the platform; it ends by itself when told to."""
    process = subprocess.Popen([*RUN, *arguments], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError("the platform did not come to an end")
        time.sleep(0.2)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _send(client: UnitClient, world: World) -> list[str]:
    parties, today = Parties(UNIT, ORGANISATION), datetime.now(SHANGHAI).date()
    household = special_households()["pensioner_couple"]
    numbers = [f"WT-{place}-{secrets.token_hex(2)}" for place in range(CASES)]
    for number in numbers:
        answer = client.send_commission(world.commission(household, "aa", today, number, parties))
        if answer.status != 202:
            raise RuntimeError(f"the commission was refused: {answer.problems}")
    return numbers


def _all_closed(client: UnitClient, inbox: UnitInbox, numbers: list[str]) -> bool:
    inbox.send_receipts(client.send_receipt)
    return {client.commission(number).body["state"] for number in numbers} == {"closed"}


def _finished_jobs(url: str) -> int:
    """When the last job is over too; RQ counts at the end of each."""
    with redis.Redis.from_url(url) as connection:
        _until(lambda: all(worker.get_state() == "idle" for worker in Worker.all(connection)))
        workers = Worker.all(connection)
        return sum(worker.successful_job_count + worker.failed_job_count for worker in workers)
