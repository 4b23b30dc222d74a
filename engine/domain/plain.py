"""Domain values to plain JSON and back, by their type hints: how rows keep frozen dataclasses."""

import hashlib
import types
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Loader = Callable[[object], object]
Dumper = Callable[[Any], object]

# Values of unknown type (records of the sources) carry a tag: a text "1.00" must not come back as a Decimal.
TAGS: dict[str, type] = {"decimal": Decimal, "date": date, "datetime": datetime}
TAG_OF = {kind: tag for tag, kind in TAGS.items()}
AS_THEY_ARE = frozenset((str, int, bool, float, types.NoneType))


def to_plain(value: object) -> object:
    """Dataclasses, enums, tuples, Decimal and dates as JSON values."""
    kind = type(value)
    return value if kind in AS_THEY_ARE else _dumper(kind)(value)


def _listed(items: Iterable[object]) -> list[object]:
    return [item if type(item) in AS_THEY_ARE else _dumper(type(item))(item) for item in items]


def _find_dumper(kind: type) -> Dumper:
    if kind in (tuple, list):
        return _listed
    if is_dataclass(kind):
        return _dataclass_dumper(_field_names(kind))
    if issubclass(kind, Mapping):
        return _mapping_dumper
    if issubclass(kind, Enum):
        return lambda member: member._value_  # the property `value` takes ten times as long
    if kind is Decimal:
        return str
    return kind.isoformat if issubclass(kind, date) else lambda value: value  # a datetime is a date


# How a value of this type is written, worked out once per type. mypy thinks that types have no hash.
_dumper = cast(Callable[[type], Dumper], cache(_find_dumper))


def _dataclass_dumper(names: tuple[str, ...]) -> Dumper:
    def write(value: object) -> object:
        found = [(name, getattr(value, name)) for name in names]
        return {n: item if type(item) in AS_THEY_ARE else _dumper(type(item))(item) for n, item in found}

    return write


def _mapping_dumper(value: Mapping[object, object]) -> object:
    items = value.items()
    return {str(key): item if type(item) in AS_THEY_ARE else _tagged(item) for key, item in items}


def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _tagged(value: object) -> object:
    tag = TAG_OF.get(type(value))
    return to_plain(value) if tag is None else {tag: to_plain(value)}


def _untagged(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict) and len(value) == 1:
        ((tag, text),) = value.items()
        if tag in TAGS:
            return _loader(TAGS[tag])(text)
    return value


def from_plain(kind: type[T], plain: object) -> T:
    """The inverse of to_plain. Raises TypeError or ValueError when the stored value does not fit the type."""
    return _loader(kind)(plain)  # type: ignore[arg-type,return-value]  # what reads a T gives a T


@cache
def _loader(kind: Hashable) -> Loader:
    """How a value of this type is read, worked out once per type."""
    origin = get_origin(kind)
    if origin is tuple:
        return _tuple(_loader(get_args(kind)[0]))
    if origin is not None:
        return _mapping
    return _value_loader(cast(type, kind))


def _value_loader(kind: type) -> Loader:
    if is_dataclass(kind):
        return _dataclass(kind)
    if issubclass(kind, Enum):
        return _member(kind)
    if kind is Decimal:
        return lambda plain: Decimal(str(plain))
    if issubclass(kind, date):
        return lambda plain: kind.fromisoformat(str(plain))
    return _plain_value(kind)


def _plain_value(kind: type) -> Loader:
    def read(plain: object) -> object:
        if isinstance(plain, kind):
            return plain
        raise TypeError(f"{kind.__name__} expected")

    return read


def _member(kind: type[Enum]) -> Loader:
    members: dict[object, Enum] = {member.value: member for member in kind}
    return lambda plain: members[plain] if plain in members else kind(plain)  # which says what is wrong


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
    return {key: item if type(item) in AS_THEY_ARE else _untagged(item) for key, item in plain.items()}


def _dataclass(kind: type) -> Loader:
    """Its own constructor would set field by field, a frozen one at ten times the cost."""
    hints = get_type_hints(kind)
    loaders = {name: _loader(_known_kind(hints[name])) for name in _field_names(kind)}
    simple = {name: _as_it_is(hints[name]) for name in loaders}
    defaults = {f.name: f.default for f in fields(kind) if f.default is not MISSING}
    needed = loaders.keys() - defaults.keys()
    if hasattr(kind, "__post_init__") or any(f.default_factory is not MISSING for f in fields(kind)):
        raise TypeError(f"{kind.__name__} is more than its fields")

    def read(plain: object) -> object:
        if not isinstance(plain, dict) or not needed <= plain.keys() <= loaders.keys():
            raise TypeError(f"{kind.__name__} expected")
        value: object = object.__new__(kind)
        known = value.__dict__
        known.update(defaults)
        for name, item in plain.items():
            known[name] = item if type(item) in simple[name] else loaders[name](item)
        return value

    return read


def _known_kind(hint: object) -> Hashable:
    """What a field holds when it is not None."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    (option,) = (kind for kind in get_args(hint) if kind is not types.NoneType)
    return cast(Hashable, option)


def _as_it_is(hint: object) -> frozenset[object]:
    """Of the types a field may have, those that JSON gives back as they were."""
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return AS_THEY_ARE.intersection(options)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
