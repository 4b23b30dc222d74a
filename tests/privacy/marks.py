"""The persons tests are about, known by what is theirs alone, and whether a text shows one of them."""

import json
import re
import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from engine.domain.identity import check_character
from tests.builders import AGENT, NAMES, REVIEWERS, an_id_no
from tests.web.commission_json import commission_json
from web.sandbox.numbers import REGIONS
from web.sandbox.words import BANKS, GIVEN_FEMALE, GIVEN_MALE, RARE_NAMES, SURNAMES

LETTER = "龘龖"  # in every name, address and remark of the persons of the canary's story
SERIALS = (701, 702, 703)
ID_NUMBERS = tuple(an_id_no(serial) for serial in SERIALS)
ACCOUNT = "6222020000000700013"
AMOUNT = "777713.17"
TOKEN_SECRET, CALLBACK_SECRET = "t" * 32, "whsec_" + "c" * 32


class Kind(StrEnum):
    NAME = "name"
    ID_NUMBER = "id number"
    ACCOUNT = "account"
    AMOUNT = "amount"
    SECRET = "secret"


# Whoever a test makes up is called as in the builders, as in the example of the API or as in the sandbox.
_WRITERS = (AGENT, *REVIEWERS, "审核员一", "审核员二")
_CALLED = (LETTER, *NAMES, *_WRITERS, *RARE_NAMES)
_NUMBERED = rf"({'|'.join(REGIONS)})(?=((?:19|20)\d\d[01]\d[0-3]\d{{4}}[\dXx]))"
# With the beginnings of the sandbox's banks only: any run of digits is found in a digest some day.
_CARD = rf"({'|'.join([ACCOUNT[:6], *(prefix for _, _, prefix in BANKS)])})(?=(\d{{13}}))"
_AMOUNTS = (AMOUNT, AMOUNT.replace(".", ""))
_SECRETS = (TOKEN_SECRET, CALLBACK_SECRET)
_ZLIB = b"\x78"


def _json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _python(text: str) -> str:
    return repr(text.encode())[2:-1]


def _names(spell: Callable[[str], str]) -> str:
    """The pattern of all names as they are spelt: of a drawn name the first two characters.

    Every branch begins with a literal: where none of them stands the search passes over quickly.
    """
    given = "|".join(re.escape(spell(character)) for character in _GIVEN)
    drawn = [f"{re.escape(spell(character))}(?:{given})" for character in SURNAMES]
    return "|".join([*(re.escape(spell(name)) for name in _CALLED), *drawn])


_GIVEN = GIVEN_MALE + GIVEN_FEMALE
# How a name may be spelt, and what every such spelling begins with.
_SPELLINGS = (("", _names(str)), ("\\u", _names(_json)), ("\\x", _names(_python)), ("%", _names(quote)))
_NAMES = [(mark, re.compile(pattern)) for mark, pattern in _SPELLINGS]
_NAMES_IN_BYTES = [(mark.encode(), re.compile(pattern.encode())) for mark, pattern in _SPELLINGS]
_ID_NUMBERS, _ID_NUMBERS_IN_BYTES = re.compile(_NUMBERED), re.compile(_NUMBERED.encode())
_CARDS, _CARDS_IN_BYTES = re.compile(_CARD), re.compile(_CARD.encode())


def kinds_in(text: str) -> set[Kind]:
    """What of a person stands in a text: as it is, as Python or JSON escape it, as an address quotes it."""
    names = _NAMES[1:] if text.isascii() else _NAMES
    found = {Kind.NAME for mark, pattern in names if mark in text and pattern.search(text)}
    if "3204" in text and any(_is_id_number("".join(parts)) for parts in _ID_NUMBERS.findall(text)):
        found.add(Kind.ID_NUMBER)
    if "62" in text and any(_is_account("".join(parts)) for parts in _CARDS.findall(text)):
        found.add(Kind.ACCOUNT)
    return found | {kind for kind, marks in _LITERALS if any(mark in text for mark in marks)}


def kinds_in_bytes(raw: bytes) -> set[Kind]:
    """As it stands there and as it was packed."""
    found = {Kind.NAME for mark, pattern in _NAMES_IN_BYTES if mark in raw and pattern.search(raw)}
    numbers = _ID_NUMBERS_IN_BYTES.findall(raw)
    if any(_is_id_number(b"".join(parts).decode()) for parts in numbers):
        found.add(Kind.ID_NUMBER)
    if any(_is_account(b"".join(parts).decode()) for parts in _CARDS_IN_BYTES.findall(raw)):
        found.add(Kind.ACCOUNT)
    found |= {kind for kind, marks in _LITERALS if any(mark.encode() in raw for mark in marks)}
    return found | kinds_in_bytes(_unpacked(raw)) if raw.startswith(_ZLIB) else found


_LITERALS = ((Kind.AMOUNT, _AMOUNTS), (Kind.SECRET, _SECRETS))


def _is_id_number(number: str) -> bool:
    return check_character(number[:17]) == number[17].upper()


def _is_account(number: str) -> bool:
    """The one of the story, or any that holds its check (Luhn)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return number == ACCOUNT or sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _unpacked(raw: bytes) -> bytes:
    """As far as it can be unpacked; nothing packed twice is looked into twice."""
    try:
        return b" " + zlib.decompressobj().decompress(raw)
    except zlib.error:
        return b""


def values_of(value: object) -> Iterator[str | bytes]:
    """What a value of a database, a log record or a message shows when somebody prints it."""
    if isinstance(value, memoryview | bytearray):
        yield bytes(value)
    elif isinstance(value, str | bytes):
        yield value
    elif value is not None:
        yield repr(value)


def kinds_shown(*values: object) -> set[Kind]:
    found: set[Kind] = set()
    for value in values:
        for shown in values_of(value):
            found |= kinds_in(shown) if isinstance(shown, str) else kinds_in_bytes(shown)
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
