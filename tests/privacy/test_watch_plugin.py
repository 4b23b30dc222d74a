"""The watch over every test fires at every kind of leak, says where and of which kind, and never the mark."""

import json
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.builders import NAMES, an_id_no
from tests.privacy.marks import (
    ACCOUNT,
    AMOUNT,
    CALLBACK_SECRET,
    ID_NUMBERS,
    LETTER,
    TOKEN_SECRET,
    Kind,
    kinds_in,
    kinds_shown,
)
from web.sandbox.numbers import bank_card
from web.sandbox.words import RARE_NAMES

ROOT = Path(__file__).parents[2]
LEAK = re.compile(
    r"^(?:_+ ERROR at teardown of (\w+(?:\[\w+\])?) _+|  (\w+(?: \w+)?) in (.+))$", re.MULTILINE
)
EXPECTED = {
    "test_log_message": {("name", "log somebody.quiet")},
    "test_log_arguments": {("id number", "log somebody.quiet")},
    "test_log_of_a_silenced_logger": {("account", "log somebody.silenced")},
    "test_log_traceback": {("amount", "log somebody.quiet")},
    "test_log_extra": {("name", "log somebody.quiet")},
    "test_sqlite_text": {("name", "database matter.remark")},
    "test_sqlite_packed": {("name", "database matter.remark")},
    "test_sqlite_deleted": {("id number", "database, what was deleted")},
    "test_sqlite_of_another_process": {("name", "database matter.remark")},
    "test_postgres[text]": {("name", "database matter.remark")},
    "test_postgres[packed]": {("name", "database matter.remark")},
    "test_flask_address": {("name", "address")},
    "test_flask_request_header": {("account", "request header")},
    "test_flask_response_header": {("id number", "response header")},
    "test_flask_mistake": {("name", "answer to a mistake")},
    "test_metrics_page": {("name", "metrics")},
    "test_metrics_label": {("name", "metrics")},
    "test_httpx_address": {
        ("id number", "address sent to"),
        ("id number", "address"),
        ("id number", "log httpx"),
    },
    "test_httpx_header": {("id number", "header sent"), ("id number", "request header")},
    "test_redis_key": {("id number", "redis key")},
    "test_redis_packed_in_a_hash": {("name", "redis hash")},
    "test_redis_flushed": {("name", "redis list")},
    "test_printed_error": {("name", "captured output")},
    "test_printed_by_a_child": {("name", "captured output")},
    "test_failed_message": {("name", "message of the error")},
    "test_failed_cause": {("id number", "message of the error")},
    "test_file_content": {("name", "file")},
    "test_file_name": {("name", "name of a file")},
}


@pytest.mark.parametrize(
    ("kind", "mark"),
    [
        (Kind.NAME, f"{LETTER}甲"),
        *((Kind.NAME, name) for name in NAMES),
        *((Kind.NAME, name) for name in (*RARE_NAMES, "张伟", "魏建国")),
        *((Kind.ID_NUMBER, number) for number in (*ID_NUMBERS, an_id_no(7, region="320411"))),
        (Kind.ACCOUNT, ACCOUNT),
        (Kind.ACCOUNT, bank_card("621002", 4711)),
        (Kind.AMOUNT, AMOUNT),
        (Kind.SECRET, TOKEN_SECRET),
        (Kind.SECRET, CALLBACK_SECRET),
    ],
)
def test_a_mark_is_found_in_every_form(kind: Kind, mark: str) -> None:
    forms = {
        "text": f"case 12 {mark}99",
        "json": json.dumps({"a": mark}),
        "address": f"/cases?about={quote(mark)}",
        "representation": repr(mark.encode()),
        "bytes": b"\xff\x00" + mark.encode() + b"\xfe",
        "packed": zlib.compress(mark.encode()),
    }

    missed = [name for name, form in forms.items() if kind not in kinds_shown(form)]

    assert missed == []


@pytest.mark.parametrize(
    "harmless",
    [
        "320400202611200000001",
        "第32040020261100001aaf1号",
        "320402198506150011",  # its check character is wrong
        "at=2026-11-20T09:30:00+00:00",
        "审核岗 信息交换岗 机要岗",
        "6" * 64,
    ],
)
def test_numbers_of_cases_and_words_of_diagrams_are_no_marks(harmless: str) -> None:
    assert kinds_in(harmless) == set()


@pytest.mark.clause("M 5.1 c")
def test_every_leak_fails_its_test_and_the_mark_is_not_shown_again(tmp_path: Path) -> None:
    said = run_leaks(tmp_path)

    assert leaks_in(said) == EXPECTED
    assert "2 failed, " in said  # those that fail by themselves; the others only leak
    own_words = re.compile(r"^(?:>|E) .*$|^.*Error: .*$", re.MULTILINE)  # pytest's, about the two that fail
    assert kinds_in(own_words.sub("", said)) == set()


def test_a_leak_fails_its_test_under_xdist_too(tmp_path: Path) -> None:
    said = run_leaks(tmp_path, "-n", "2", "-k", "log or sqlite")

    assert leaks_in(said) == {
        test: leaks for test, leaks in EXPECTED.items() if test.startswith(("test_log", "test_sqlite"))
    }


def leaks_in(said: str) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for test, kind, place in LEAK.findall(said):
        if test:
            leaks = found.setdefault(test, set())
        else:
            leaks.add((kind, place))
    return found


def run_leaks(folder: Path, *workers: str) -> str:
    """As a run of its own, without the lines of the tests' source and without their output."""
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (folder / "test_leaks.py").write_bytes((ROOT / "tests" / "privacy" / "leaks.py").read_bytes())
    plugins = ("watch_plugin", "databases", "redis_server", "no:cacheprovider", "no:randomly")
    named = [f"tests.privacy.{name}" if name == "watch_plugin" else f"tests.{name}" for name in plugins[:3]]
    loaded = [argument for name in (*named, *plugins[3:]) for argument in ("-p", name)]
    command = "import sys, pytest; sys.path.insert(0, sys.argv[1]); sys.exit(pytest.main(sys.argv[2:]))"
    quiet = ("-q", "--tb=line", "--show-capture=no", "--import-mode=importlib")
    done = subprocess.run(
        [sys.executable, "-c", command, str(ROOT), *quiet, *loaded, *workers],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != "CI"},  # there reports are longer
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout
