"""Domain values to plain JSON and back, by their type hints: how rows keep frozen dataclasses."""

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

# Values of unknown type (records of the sources) carry a tag: a text "1.00" must not come back as a Decimal.
TAGS: dict[str, type] = {"decimal": Decimal, "date": date, "datetime": datetime}


def to_plain(value: object) -> object:
    """Dataclasses, enums, tuples, Decimal and dates as JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): _tagged(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return _text(value)


def _text(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    return value


def _tagged(value: object) -> object:
    for tag, kind in TAGS.items():
        if type(value) is kind:
            return {tag: _text(value)}
    return to_plain(value)


def _untagged(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict) and len(value) == 1:
        ((tag, text),) = value.items()
        if tag in TAGS:
            return _parse(TAGS[tag], text)
    return value


def from_plain(kind: type[T], plain: object) -> T:
    """The inverse of to_plain. Raises TypeError or ValueError when the stored value does not fit the type."""
    return _load(kind, plain)  # type: ignore[return-value]  # dynamic by nature


def _load(kind: object, plain: object) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _load_union(get_args(kind), plain)
    if origin is tuple and isinstance(plain, list):
        return tuple(_load(get_args(kind)[0], item) for item in plain)
    if origin is not None and isinstance(plain, dict):  # Mapping[str, Value] of a record
        return {key: _untagged(item) for key, item in plain.items()}
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(plain, dict):
        hints = _hints(kind)
        return kind(**{name: _load(hints[name], item) for name, item in plain.items()})
    return _parse(kind, plain)


def _load_union(options: tuple[object, ...], plain: object) -> object:
    if plain is None:
        return None
    (option,) = (kind for kind in options if kind is not types.NoneType)
    return _load(option, plain)


def _parse(kind: object, plain: object) -> object:
    if kind is Decimal:
        return Decimal(str(plain))
    if kind in (date, datetime):
        return kind.fromisoformat(str(plain))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if isinstance(kind, type) and not isinstance(plain, kind):
        raise TypeError(f"{kind.__name__} expected")
    return plain


@cache
def _hints(kind: type) -> dict[str, object]:
    return get_type_hints(kind)


def canonical_json(plain: object) -> bytes:
    """One spelling for one content: sorted keys, no spaces, UTF-8."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
