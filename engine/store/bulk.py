"""One statement for many rows, compiled once. SQLAlchemy would work out the parameters of every row anew."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Update

Change = Insert | Update | Delete
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Compiled:
    """`places`: the names of the parameters with what makes of a value what the driver takes, or None; in
    their order when they are told apart by it. `fixed`: values that no row gives."""

    text: str
    places: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    fixed: Row
    is_ordered: bool

    def parameters(self, rows: Sequence[Row]) -> Any:
        if self.fixed:
            rows = [{**self.fixed, **row} for row in rows]
        if self.is_ordered:
            return [tuple([make(row[n]) if make else row[n] for n, make in self.places]) for row in rows]
        return [{n: make(row[n]) if make else row[n] for n, make in self.places} for row in rows]


def write_rows(connection: Connection, change: Change, rows: Sequence[Row]) -> None:
    """All with the names of the first. Raises KeyError when one lacks a name, or all lack one."""
    compiled = _compiled(connection.dialect, change, tuple(rows[0]))
    if compiled is None:
        connection.execute(change, rows)
    else:
        connection.exec_driver_sql(compiled.text, compiled.parameters(rows))


@lru_cache(maxsize=256)
def _compiled(dialect: Dialect, change: Change, names: tuple[str, ...]) -> Compiled | None:
    """None when more is to be done for every row: defaults of columns, lists of any length."""
    found = change.compile(dialect=dialect, column_keys=names, for_executemany=True)
    if found.insert_prefetch or found.update_prefetch:
        return None
    if found.post_compile_params or found.escaped_bind_names:
        return None
    others = {name: parameter for name, parameter in found.binds.items() if name not in names}
    for name, parameter in others.items():
        if parameter.required:
            raise KeyError(name)
    order = found.positiontup if found.positional else list(found.binds)
    makers = cast(Mapping[str, Callable[[Any], Any]], found._bind_processors)
    return Compiled(
        str(found),
        tuple((name, makers.get(name)) for name in order or ()),
        {name: parameter.effective_value for name, parameter in others.items()},
        found.positional,
    )
