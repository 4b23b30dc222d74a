"""Marked persons go every way a commission can go: afterwards no mark stands where it must not stand."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from adapters.documents.files import FileStore
from adapters.vault.ciphers import CipherName
from adapters.vault.vault import KeyVault
from engine.ports import PermanentFailure, TemporaryFailure
from engine.store.cases import Case
from tests.door import Door
from tests.engine.house import House
from tests.fakes.keys import MemoryKeys
from tests.privacy.marks import ACCOUNT, AMOUNT, ID_NUMBERS, LETTER, kinds_shown, marked_commission
from web.app import create_app
from web.cli import cli
from web.database import Database
from web.hall import hall
from web.settings import read_settings
from web.worker import Worker

PATH = "/v1/commissions"
STATES = select(Case.state)
ROOT = Path(__file__).parents[2]
MARRIAGE = {
    "husband_name": f"{LETTER}甲",
    "wife_name": f"{LETTER}乙",
    "registration_date": "2015-05-20",
    "husband_id_no": ID_NUMBERS[0],
    "wife_id_no": ID_NUMBERS[1],
    "registration_type": "marriage",
    "registration_office": f"{LETTER}区民政局",
}
DEPOSIT = {
    "bank_name": f"{LETTER}银行",
    "bank_total_balance": AMOUNT,
    "deposit_type": "demand",
    "queried_at": "2026-11-20T10:00:00+08:00",
    "account_balance": AMOUNT,
    "account_no": ACCOUNT,
    "bank_code": "001",
    "account_type": "class_1",
    "large_outflows_6m": "0.00",
}


class BrokenError(Exception):
    """What goes wrong tells whatever it knows."""


def explode() -> str:
    raise BrokenError(f"{LETTER} {ID_NUMBERS[2]}", marked_commission())


explode.guard = "public"  # type: ignore[attr-defined]


@dataclass
class Story:
    """The platform behind its door, and what its callers were told."""

    door: Door
    folder: Path
    refusals: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    number: int = 0

    @property
    def house(self) -> House:
        return self.door.house

    def send(self, body: Any = None, **changes: Any) -> str:
        self.number += 1
        number = f"WT-{self.number}"
        answer = self.door.post(PATH, body or marked_commission(commission_no=number, **changes))
        if answer.status_code >= 400:
            self.refusals.append(answer.text)
        return number

    def work(self, rounds: int = 1) -> None:
        """What fails is tried again; after four rounds it is given up."""
        for _ in range(rounds):
            Worker(self.house.database, self.house.platform, threads=4).drain()
            self.house.clock.pass_time(minutes=6)


@pytest.fixture
def story(database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Story]:
    for name in ("", *logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, name)
    database = Database(create_engine(database_url, hide_parameters=True))
    database.migrate()
    keys = MemoryKeys()
    documents = FileStore(tmp_path / "data" / "documents", KeyVault(keys, CipherName.AES_256_GCM))
    house = House(database, documents=documents, keys=keys)  # type: ignore[arg-type]  # the real store
    settings = {"HEDUI_DATABASE_URL": database_url, "HEDUI_DATA_DIR": str(tmp_path / "data")}
    app = create_app(read_settings(settings), lambda _: house.platform)
    app.add_url_rule("/explode", view_func=explode)
    yield Story(Door(app, app.test_client(), house), tmp_path / "data")
    with app.app_context():
        hall().database.engine.dispose()
    database.engine.dispose()


def clean_household(story: Story) -> None:
    """From the commission to the archive, with a receipt that names who received it."""
    story.house.sources["JR"].records["p1", "JR01"] = [DEPOSIT]
    story.send(declaration=_declared(AMOUNT))
    story.work()
    for message in story.house.units.bodies("report.issued"):
        data: Any = message["data"]
        path = f"/v1/reports/{quote(data['report_no'])}/receipt"
        receipt = {"sha256": data["file"]["sha256"], "received_by": f"{LETTER}收件"}
        story.door.post(path, receipt | {"received_at": "2026-11-20T18:00:00+08:00"})
    story.work()
    story.house.sources["JR"].records.clear()


def _declared(financial_assets: str) -> dict[str, Any]:
    declaration: dict[str, Any] = marked_commission()["declaration"]
    return declaration | {"financial_assets": financial_assets, "incomes": []}


def suspended_household(story: Story) -> None:
    story.house.sources["MZ"].records["p1", "MZ02"] = [MARRIAGE]
    number = story.send()
    story.work()
    told = [c.message_id for c in story.house.units.delivered if b"verification.suspended" in c.body]
    instruction = {"instruction": "continue", "answers": told[-1]}
    story.pages.append(story.door.post(f"{PATH}/{number}/instruction", instruction).text)
    story.work()
    story.house.sources["MZ"].records.clear()


def doubtful_household(story: Story) -> None:
    """Deposits nobody declared: a person looks at them and writes about it."""
    story.house.sources["JR"].records["p1", "JR01"] = [DEPOSIT]
    number = story.send(declaration=_declared("0.00"))
    story.work()
    story.pages += [story.door.get(f"{PATH}/{number}").text, story.door.client.get("/").text]
    story.house.sources["JR"].records.clear()


def refused_commission(story: Story) -> None:
    story.send(authorisations=[])
    story.send(identity_copies=[], reviews=[])


def failing_sources(story: Story) -> None:
    """Refused, silent, and an answer that is not what was agreed."""
    story.house.sources["GA"].failures = [PermanentFailure("http_403")]
    story.house.sources["RS"].failures = [TemporaryFailure("timeout")] * 3
    story.house.sources["GJJ"].failures = [BrokenError(f"{LETTER} {ID_NUMBERS[0]}")] * 9
    said = f'{{"rows": "{LETTER}甲 {ID_NUMBERS[0]}"'.encode()
    story.house.sources["SC"].bodies = [said, said + b"}", f"<html>{LETTER}</html>".encode()]
    story.send()
    story.work(4)
    for source in story.house.sources.values():
        source.failures.clear()
        source.bodies.clear()


def malformed_requests(story: Story) -> None:
    person = {"household.name": LETTER, "id_no": ID_NUMBERS[0] + "9" * 60}
    story.send({"commission_no": ID_NUMBERS[0] * 9, "purpose": [LETTER], "household": {"persons": [person]}})
    story.send(marked_commission(service=f"{LETTER}", copies=LETTER, declaration=ACCOUNT))
    for body in (f'{{"name": "{LETTER}', f'{{"{LETTER}": 1, "{LETTER}": 2}}', f'["{ID_NUMBERS[0]}"]'):
        answer = story.door.client.post(PATH, data=body.encode(), headers=story.door.headers())
        story.refusals.append(answer.text)
    story.refusals.append(story.door.post(PATH, marked_commission(), secret=LETTER * 32).text)
    receipt = {"sha256": ID_NUMBERS[0], "received_by": LETTER * 70, "received_at": LETTER}
    story.refusals.append(story.door.post("/v1/reports/x/receipt", receipt).text)


def unexpected_errors(story: Story) -> None:
    """Of the unit, of the printer, of the door itself."""
    story.house.units.failures = [BrokenError(f"{LETTER} {ID_NUMBERS[1]}")] * 9  # type: ignore[list-item]
    story.send()
    story.work(4)
    story.house.units.failures.clear()
    story.refusals.append(story.door.client.get("/explode").text)


def command_line(story: Story, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HEDUI_DATABASE_URL", url)
    monkeypatch.setenv("HEDUI_DATA_DIR", str(story.folder))
    for command in (["waiting"], ["audit", "verify"]):
        result = CliRunner().invoke(cli, command)
        story.pages.append(result.output + repr(result.exception))


@pytest.mark.clause("M 5.1 c")
def test_nothing_that_was_written_shows_a_person(
    story: Story, database_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Log, databases, files, addresses, headers and refusals are searched by the watch over every test."""
    clean_household(story)
    suspended_household(story)
    doubtful_household(story)
    refused_commission(story)
    failing_sources(story)
    malformed_requests(story)
    unexpected_errors(story)
    command_line(story, database_url, monkeypatch)

    told = [*story.refusals, *story.pages, *(callback.url for callback in story.house.units.delivered)]

    assert [number for number, text in enumerate(told) if kinds_shown(text)] == []
    _has_gone_every_way(story, caplog)


def _has_gone_every_way(story: Story, caplog: pytest.LogCaptureFixture) -> None:
    """Otherwise the search would have found nothing for a bad reason."""
    kinds = {json.loads(callback.body)["type"] for callback in story.house.units.delivered}
    assert {"report.issued", "verification.suspended"} <= kinds
    assert len(story.refusals) >= 9
    assert (story.folder / "documents" / "published").is_dir()
    assert any(record.name.startswith("sqlalchemy.engine") for record in caplog.records)
    with Session(story.house.database.engine) as session:
        states = set(session.scalars(STATES).all())
    assert {"closed", "accepted"} <= states
