"""Domain values to plain JSON and back, by their type hints: how rows keep frozen dataclasses."""

import hashlib
import json
import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Loader = Callable[[object], object]

# Values of unknown type (records of the sources) carry a tag: a text "1.00" must not come back as a Decimal.
TAGS: dict[str, type] = {"decimal": Decimal, "date": date, "datetime": datetime}
TAG_OF = {kind: tag for tag, kind in TAGS.items()}
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
AS_THEY_ARE = (str, int, bool, float, types.NoneType)


def to_plain(value: object) -> object:
    """Dataclasses, enums, tuples, Decimal and dates as JSON values."""
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    return _dumper(kind)(value)  # type: ignore[arg-type]  # every type is hashable


@cache
def _dumper(kind: Hashable) -> Callable[[Any], object]:
    """How a value of this type is written, worked out once per type."""
    if kind in (tuple, list):
        return lambda items: [to_plain(item) for item in items]
    names = _field_names(kind)
    if names is not None:
        return lambda value: {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return lambda value: {str(key): _tagged(item) for key, item in value.items()}
    return _text


@cache
def _field_names(kind: Hashable) -> tuple[str, ...] | None:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def _text(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):  # a datetime is a date
        return value.isoformat()
    return value


def _tagged(value: object) -> object:
    tag = TAG_OF.get(type(value))
    return to_plain(value) if tag is None else {tag: _text(value)}


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
    return _loader(kind)(plain)  # type: ignore[arg-type,return-value]  # what reads a T gives a T


@cache
def _loader(kind: Hashable) -> Loader:
    """How a value of this type is read, worked out once per type."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional(get_args(kind))
    if origin is tuple:
        return _tuple(_loader(get_args(kind)[0]))
    if origin is not None:
        return _mapping
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    if kind in (date, datetime, Decimal) or (isinstance(kind, type) and issubclass(kind, Enum)):
        return lambda plain: _parse(kind, plain)
    return _plain_value(cast(type, kind))


def _plain_value(kind: type) -> Loader:
    def read(plain: object) -> object:
        if isinstance(plain, kind):
            return plain
        raise TypeError(f"{kind.__name__} expected")

    return read


def _optional(options: tuple[object, ...]) -> Loader:
    (option,) = (kind for kind in options if kind is not types.NoneType)
    load = _loader(option)
    return lambda plain: None if plain is None else load(plain)


def _tuple(load: Loader) -> Loader:
    def read(plain: object) -> object:
        if not isinstance(plain, list):
            raise TypeError("list expected")
        return tuple([load(item) for item in plain])

    return read


def _mapping(plain: object) -> object:
    """Of a record: the values tell their type themselves."""
    if not isinstance(plain, dict):
        raise TypeError("object expected")
    return {key: _untagged(item) for key, item in plain.items()}


def _dataclass(kind: type) -> Loader:
    hints = get_type_hints(kind)
    loaders = {name: _loader(hints[name]) for name in _field_names(cast(Hashable, kind)) or ()}

    def read(plain: object) -> object:
        if not isinstance(plain, dict) or not plain.keys() <= loaders.keys():
            raise TypeError(f"{kind.__name__} expected")
        return kind(**{name: loaders[name](item) for name, item in plain.items()})

    return read


def _parse(kind: object, plain: object) -> object:
    if kind is Decimal:
        return Decimal(str(plain))
    if kind in (date, datetime):
        return kind.fromisoformat(str(plain))
    return cast(type[Enum], kind)(plain)


def canonical_json(plain: object) -> bytes:
    """One spelling for one content: sorted keys, no spaces, UTF-8."""
    return CANONICAL.encode(plain).encode()


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
