"""JSON by the quick library where it says what the standard one says, by that one for the rest."""

import json
from typing import Any

import orjson

STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME  # neither is JSON
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
DIGITS = bytes.maketrans(b"123456789", b"000000000")
LONG_NUMBER = b"0" * 19


def write_json(value: object) -> str:
    """The quick library refuses whole numbers beyond 64 bits and halves of characters: the standard one
    writes them."""
    try:
        return orjson.dumps(value, option=STRICT).decode()
    except TypeError:
        return json.dumps(value)


def canonical_json(plain: object) -> bytes:
    """One spelling for one content: sorted keys, no spaces, UTF-8. No floats: their exponents are spelt
    differently."""
    try:
        return orjson.dumps(plain, option=STRICT | orjson.OPT_SORT_KEYS)
    except TypeError:
        return CANONICAL.encode(plain).encode()


def read_json(text: str | bytes) -> Any:
    """Raises ValueError."""
    if may_hold_long_number(text if isinstance(text, bytes) else text.encode(errors="surrogatepass")):
        return json.loads(text)
    try:
        return orjson.loads(text)
    except ValueError:  # halves of characters
        return json.loads(text)


def may_hold_long_number(text: bytes) -> bool:
    """The quick library takes whole numbers beyond 64 bits for floats. A pattern would take ten times as long
    to look for them as to read the text."""
    return LONG_NUMBER in text.translate(DIGITS)
