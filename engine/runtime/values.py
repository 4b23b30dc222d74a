"""Values a process may keep: JSON plus Decimal, date and aware datetime; checked and copied at the border."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

import orjson

from engine.domain.json_text import STRICT, may_hold_long_number
from engine.runtime.errors import ValueRefused

Value: TypeAlias = "bool | int | str | Decimal | date | list[Value] | dict[str, Value] | None"

MAX_SIZE = 1_000_000  # characters of text plus eight for every value, in one handover
MAX_DEPTH = 32
MAX_INTEGER = 10**30
MAX_EXPONENT = 64
_COST = 8
_RESERVED = "typename"  # SpiffWorkflow's own mark; a key of this name breaks its loading


def admit(values: Mapping[str, object]) -> dict[str, Value]:
    """A deep copy of `values` that the engine may keep. Floats become Decimal. Raises ValueRefused."""
    return _Border().mapping(values, "", 0)


def copied(value: Value) -> Value:
    """So deep that nobody can change the original. Of what has been admitted: a third of deepcopy's cost."""
    kind = type(value)
    if kind is dict:
        items = value.items()  # type: ignore[union-attr]  # it is one
        return {name: copied(item) if type(item) in (dict, list) else item for name, item in items}
    if kind is list:
        return [copied(item) if type(item) in (dict, list) else item for item in value]  # type: ignore[union-attr]  # it is one
    return value


class _Border:
    """One crossing: counts what it copies, so that neither deep, shared nor endless values get in."""

    def __init__(self) -> None:
        self._size = 0

    def mapping(self, values: Mapping[str, object], path: str, depth: int) -> dict[str, Value]:
        return {
            self._key(key, path): self._value(item, f"{path}{key}.", depth) for key, item in values.items()
        }

    def _key(self, key: object, path: str) -> str:
        if not isinstance(key, str) or not key:
            raise ValueRefused(path=path, reason="名称必须是非空文字")
        if key == _RESERVED or key.startswith("$"):
            raise ValueRefused(path=path + key, reason="该名称由系统保留")
        self._spend(len(key), path)
        return key

    def _value(self, value: object, path: str, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise ValueRefused(path=path[:80], reason="嵌套过深")
        if type(value) is str:
            self._spend(_COST + len(value), path)
            return value
        self._spend(_COST, path)
        if value is None or type(value) is bool:
            return value
        if isinstance(value, Enum):
            value = value.value
        if type(value) is dict or isinstance(value, Mapping):
            return self.mapping(value, path, depth + 1)
        if isinstance(value, list | tuple):
            return [self._value(item, f"{path}{index}.", depth + 1) for index, item in enumerate(value)]
        return self._scalar(value, path)

    def _scalar(self, value: object, path: str) -> Value:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            self._spend(len(value), path)
            return str(value)
        if isinstance(value, int | float | Decimal):
            return _number(value, path)
        if isinstance(value, date):
            return _moment(value, path)
        raise ValueRefused(path=path.rstrip("."), reason=f"类型 {type(value).__name__} 不能保存")

    def _spend(self, amount: int, path: str) -> None:
        self._size += amount
        if self._size > MAX_SIZE:
            raise ValueRefused(path=path[:80], reason=f"总量超过 {MAX_SIZE} 字符")


def _number(value: int | float | Decimal, path: str) -> int | Decimal:
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueRefused(path=path.rstrip("."), reason="整数过大")
        return int(value)
    exact = Decimal(repr(value)) if isinstance(value, float) else value
    digits = len(exact.as_tuple().digits)
    if not exact.is_finite() or abs(exact.adjusted()) > MAX_EXPONENT or digits > MAX_EXPONENT:
        raise ValueRefused(path=path.rstrip("."), reason="小数不是有限的常用数值")
    return exact


def _moment(value: date, path: str) -> date:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueRefused(path=path.rstrip("."), reason="时间必须带时区")
    return value


def to_json(value: object) -> bytes:
    """JSON in UTF-8 of admitted values; what JSON does not know is marked by a `$` key."""
    try:
        return orjson.dumps(value, default=_mark, option=STRICT | orjson.OPT_PASSTHROUGH_SUBCLASS)
    except TypeError:  # it refuses whole numbers beyond 64 bits, too
        return json.dumps(value, default=_mark, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(text: bytes) -> object:
    """Raises ValueError. The quick library knows no marks and takes numbers beyond 64 bits for floats."""
    if b'"$' in text:
        return json.loads(text, object_hook=_unmark)
    return json.loads(text) if may_hold_long_number(text) else orjson.loads(text)


def _mark(value: object) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"$decimal": str(value)}
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    raise ValueRefused(reason=f"类型 {type(value).__name__} 不能保存")


def _unmark(item: dict[str, str]) -> object:
    if len(item) != 1:
        return item
    ((key, text),) = item.items()
    reader = _READERS.get(key)
    return reader(text) if reader else item


_READERS: Mapping[str, Callable[[str], Decimal | date]] = {
    "$decimal": Decimal,
    "$datetime": datetime.fromisoformat,
    "$date": date.fromisoformat,
}
