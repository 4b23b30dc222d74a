"""The unit's sender: posts each commission until it is answered, and starts where it was killed."""

import json
import random
import time
from datetime import date
from pathlib import Path

import click
import httpx

from engine.configuration.units import UnitRegistration
from tests.chaos.departments import SEED
from tests.chaos.journal import Journal
from web.demo.unit_client import Answer, UnitClient
from web.sandbox.commissions import Parties
from web.sandbox.world import World

ORGANISATION = "示例市居民家庭经济状况核对中心"
FIRST_HOUSEHOLD = 20
LARGEST_HOUSEHOLD = 2  # so that a run is quick
AGAIN_SECONDS = 0.2
SENT_TWICE = 0.1


def small_households(world: World, count: int) -> list[int]:
    """The first `count` households of one or two persons; they begin anew when the world ends."""
    found: list[int] = []
    number = FIRST_HOUSEHOLD
    while len(found) < count:
        if len(world.household(number).declared) <= LARGEST_HOUSEHOLD:
            found.append(number)
        number += 1
    return found


class Sender:
    def __init__(self, client: UnitClient, journal: Journal, day: date, unit_name: str) -> None:
        self._client = client
        self._journal = journal
        self._day = day
        self._parties = Parties(unit_name, ORGANISATION)
        self._world = World(SEED, irregular_percent=0)
        self._dice = random.Random()

    def send_all(self, prefix: str, count: int, pace_seconds: float) -> None:
        answered = {entry["number"] for entry in self._journal.entries()}
        for place, household in enumerate(small_households(self._world, count), start=1):
            number = f"{prefix}-{place:05d}"
            if number in answered:
                continue
            self._send_until_answered(number, household)
            if self._dice.random() < SENT_TWICE:
                self._send_until_answered(number, household)
            time.sleep(pace_seconds * self._dice.uniform(0.5, 1.5))

    def _send_until_answered(self, number: str, household: int) -> None:
        commission = self._world.commission(household, "aa", self._day, number, self._parties)
        while True:
            answer = self._ask(commission)
            if answer is not None and answer.status < 500:
                break
            time.sleep(AGAIN_SECONDS)
        entry = {"number": number, "status": answer.status, "case_no": answer.body.get("case_no")}
        self._journal.append(entry)

    def _ask(self, commission: dict[str, object]) -> Answer | None:
        try:
            return self._client.send_commission(commission)
        except (httpx.HTTPError, ValueError):
            return None


@click.command()
@click.option("--platform", required=True)
@click.option("--registration", type=click.Path(path_type=Path), required=True)
@click.option("--log", type=click.Path(path_type=Path), required=True)
@click.option("--day", required=True)
@click.option("--prefix", required=True)
@click.option("--count", type=int, required=True)
@click.option("--pace", type=float, required=True)
def main(
    platform: str, registration: Path, log: Path, day: str, prefix: str, count: int, pace: float
) -> None:
    unit = UnitRegistration(**json.loads(registration.read_text(encoding="utf-8")))
    sender = Sender(UnitClient(platform, unit), Journal(log), date.fromisoformat(day), unit.name)
    sender.send_all(prefix, count, pace)
