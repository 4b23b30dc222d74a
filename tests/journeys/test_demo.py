"""The demo as a process: killed at any moment and started again, it finishes every household once."""

import json
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from engine.domain.archive import find_damage
from engine.domain.report_number import parse_number

pytestmark = pytest.mark.journey
KILLS = 5
COMMAND = [sys.executable, "-c", "from web.cli import main; main()", "demo", "--folder"]


def run_demo(folder: Path, seconds: float | None) -> int | None:
    """The exit code, or None when it was killed after `seconds`."""
    process = subprocess.Popen([*COMMAND, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, errors = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None
    assert process.returncode == 0, errors.decode()[-2000:]
    return process.returncode


def received(folder: Path) -> list[dict[str, str]]:
    lines = (folder / "unit" / "callbacks.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.clause("M 6.4 b", "M B.1 d")
def test_a_demo_killed_again_and_again_finishes_every_household_once(tmp_path: Path) -> None:
    dice = random.Random(7)
    moments = [dice.uniform(1.5, 6.0) for _ in range(KILLS)]

    for seconds in moments:
        run_demo(tmp_path, seconds)
    assert run_demo(tmp_path, None) == 0

    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert summary["as_expected"]
    _numbers_are_whole(tmp_path)
    _every_message_has_one_id(tmp_path)
    _every_archive_is_sound(tmp_path)


def _numbers_are_whole(folder: Path) -> None:
    with create_engine(f"sqlite:///{folder / 'data' / 'hedui.db'}").connect() as connection:
        numbers = [row[0] for row in connection.execute(text("SELECT number FROM report"))]
        last = connection.execute(text("SELECT last FROM report_counter")).scalar_one()
        cases = connection.execute(
            text("SELECT count(*), count(DISTINCT commission_no) FROM verification_case")
        ).one()
    serials = sorted(parse_number(number).serial for number in numbers)
    assert serials == list(range(1, len(serials) + 1))
    assert last == len(serials)
    assert cases[0] == cases[1]


def _every_message_has_one_id(folder: Path) -> None:
    ids = defaultdict(set)
    for entry in received(folder):
        if entry["number"]:
            ids[entry["number"]].add(entry["webhook_id"])
    assert ids
    assert {len(found) for found in ids.values()} == {1}


def _every_archive_is_sound(folder: Path) -> None:
    packages = list((folder / "data" / "documents" / "published").glob("*.zip"))
    assert packages
    assert all(find_damage(package.read_bytes()) == () for package in packages)
