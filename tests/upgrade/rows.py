"""All rows of a database as one file, and back into a database of that revision, whichever kind it is."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, delete, insert, select, text

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]

SEEDED = ("post_lane",)


def tables_of(connection: Connection) -> list[Table]:
    """Without those of the migrations themselves; what is referred to comes first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def take_rows(connection: Connection) -> dict[str, list[Row]]:
    return {
        table.name: [
            dict(row)
            for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
        ]
        for table in tables_of(connection)
    }


def put_rows(connection: Connection, rows: Rows) -> None:
    """What a migration has put there itself is among the rows that were taken."""
    for table in tables_of(connection):
        if table.name in SEEDED:
            connection.execute(delete(table))
        for row in rows.get(table.name, ()):
            present = {name: value for name, value in row.items() if value is not None}
            connection.execute(insert(table).values(_for(connection, present)))
        if connection.dialect.name == "postgresql":
            _move_sequence(connection, table)


def _for(connection: Connection, row: Row) -> Row:
    """SQLite keeps moments in UTC without saying so."""
    if connection.dialect.name == "postgresql":
        return row
    return {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _move_sequence(connection: Connection, table: Table) -> None:
    """The next row takes the next number, as if the rows had come one by one."""
    sequence = connection.scalar(
        text("SELECT pg_get_serial_sequence(:name, 'id') WHERE :has_id"),
        {"name": table.name, "has_id": "id" in table.columns},
    )
    if sequence is not None:
        last = f"SELECT setval('{sequence}', (SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
        connection.execute(text(last))


def write_rows(path: Path, rows: Rows) -> None:
    text_of_rows = json.dumps(rows, default=_mark, ensure_ascii=False, indent=0)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text_of_rows.encode(), mtime=0))


def read_rows(path: Path) -> Rows:
    rows: Rows = json.loads(gzip.decompress(path.read_bytes()), object_hook=_unmark)
    return rows


def _mark(value: object) -> object:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"$at": value.replace(tzinfo=UTC).isoformat()}
    assert isinstance(value, date)
    return {"$on": value.isoformat()}


def _unmark(item: Row) -> object:
    if len(item) == 1:
        ((kind, content),) = item.items()
        if kind == "$bytes":
            return base64.b64decode(content)
        if kind == "$at":
            return datetime.fromisoformat(content)
        if kind == "$on":
            return date.fromisoformat(content)
    return item
