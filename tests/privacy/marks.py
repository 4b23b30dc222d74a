"""Persons who leave a mark wherever they appear, and the search for the marks in whatever was written."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, inspect, text

from tests.builders import an_id_no
from tests.web.commission_json import commission_json

LETTER = "龘龖"  # in every name, address and remark of the marked persons, and nowhere else
SERIALS = (701, 702, 703)
ID_NUMBERS = tuple(an_id_no(serial) for serial in SERIALS)
ACCOUNT = "6222020000000700013"
AMOUNT = "777713.17"
TOKEN_SECRET, CALLBACK_SECRET = "t" * 32, "whsec_" + "c" * 32
TEXTS = (LETTER, *ID_NUMBERS, ACCOUNT, AMOUNT, AMOUNT.replace(".", ""), TOKEN_SECRET, CALLBACK_SECRET)
FORMS = tuple({form for mark in TEXTS for form in (mark, json.dumps(mark)[1:-1], quote(mark), mark.lower())})


@dataclass(frozen=True)
class Trace:
    where: str
    mark: str


def marks_in(where: str, value: object) -> Iterator[Trace]:
    """In a text, in bytes, in what is packed in bytes, in JSON."""
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        for content in (raw, _unpacked(raw)):
            yield from (Trace(where, form) for form in FORMS if form.encode() in content)
    else:
        shown = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
        yield from (Trace(where, form) for form in FORMS if form in shown)


def _unpacked(raw: bytes) -> bytes:
    try:
        return zlib.decompress(raw)
    except zlib.error:
        return b""


def marks_in_database(engine: Engine) -> list[Trace]:
    """Every value of every column of every table; on SQLite also the files, with what was deleted in them."""
    found: list[Trace] = []
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
                for column, value in row.items():
                    found += marks_in(f"{table}.{column}", value)
    if engine.dialect.name == "sqlite":
        database = Path(str(engine.url.database))
        for path in database.parent.glob(f"{database.name}*"):
            found += marks_in(path.name, path.read_bytes())
    return found


def marks_in_files(folder: Path) -> list[Trace]:
    """Names and contents of all files but the copies for people."""
    found: list[Trace] = []
    for path in folder.rglob("*"):
        found += marks_in(f"name of {path.name}", str(path.relative_to(folder)))
        if path.is_file() and path.parent.name != "published":
            found += marks_in(path.name, path.read_bytes())
    return found


def marked_commission(**changes: Any) -> dict[str, Any]:
    commission = commission_json(purpose=f"申请最低生活保障{LETTER}")
    person = commission["household"]["persons"][0]
    person |= {"name": f"{LETTER}甲", "id_no": ID_NUMBERS[0]}
    commission["letter"]["agent"] = f"{LETTER}经办"
    commission["declaration"] |= {
        "financial_assets": AMOUNT,
        "incomes": [
            {
                "person": "p1",
                "category": "wage",
                "amount_month": AMOUNT,
                "first_month": "2025-11",
                "last_month": "2026-10",
                "payer": f"{LETTER}商贸",
            }
        ],
    }
    commission["reviews"][0]["name"] = f"{LETTER}审核"
    return commission | changes
