"""The search through what a test leaves behind: databases, Redis, stored files."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import redis
from sqlalchemy import make_url

from tests.privacy.marks import kinds_shown
from tests.privacy.watch import Trace

LONGEST_HARMLESS = 999_999  # numbers of six digits are no marks
_HEX = re.compile(r"\\\\x((?:[0-9a-f]{2})+)")
_COLUMNS = (
    "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
)


def traces(place: str, *values: object) -> set[Trace]:
    return {Trace(place, kind) for kind in kinds_shown(*values)}


def traces_in_sqlite(path: Path) -> set[Trace]:
    """Every value of every column, and the files as they are, with what was deleted in them."""
    found: set[Trace] = set()
    if not path.is_file():
        return found
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        for table in _sqlite_tables(connection):
            found |= _traces_in_sqlite_table(connection, table)
    if not found:
        for file in sorted(path.parent.glob(f"{path.name}*")):
            found |= traces("database, what was deleted", file.read_bytes())
    return found


def _sqlite_tables(connection: sqlite3.Connection) -> list[str]:
    wanted = "SELECT name FROM sqlite_master WHERE type = 'table'"
    return [name for (name,) in connection.execute(wanted)]


def _traces_in_sqlite_table(connection: sqlite3.Connection, table: str) -> set[Trace]:
    rows = connection.execute(f'SELECT * FROM "{table}"')
    columns = [f"database {table}.{column[0]}" for column in rows.description]
    return {
        trace
        for values in rows
        for place, value in zip(columns, values, strict=True)
        if isinstance(value, str | bytes) or (value or 0) > LONGEST_HARMLESS
        for trace in traces(place, value)
    }


def traces_in_postgres(url: str) -> set[Trace]:
    """All rows in one statement; only where one shows a mark its column is looked for."""
    target = make_url(url)
    with psycopg.connect(
        host=target.host, port=target.port, user=target.username, dbname=target.database
    ) as connection:
        columns: dict[str, list[str]] = {}
        for table, column in connection.execute(_COLUMNS):
            columns.setdefault(table, []).append(column)
        parts = [f"SELECT '{table}', {table}::text FROM {table}" for table in columns]
        rows = connection.execute(" UNION ALL ".join(parts)).fetchall() if parts else []  # type: ignore[arg-type]
        suspicious = {table for table, row in rows if kinds_shown(row, *_unhexed(row))}
        return {
            trace
            for table in suspicious
            for column in columns[table]
            for (value,) in connection.execute(f'SELECT "{column}" FROM {table}')  # type: ignore[arg-type]
            for trace in traces(f"database {table}.{column}", value)
        }


def _unhexed(row: str) -> Iterator[bytes]:
    return (bytes.fromhex(found) for found in _HEX.findall(row))


def traces_in_redis(connection: redis.Redis) -> set[Trace]:
    """Names and contents of all keys."""
    found: set[Trace] = set()
    for key in connection.scan_iter():
        kind = connection.type(key).decode()
        found |= traces("redis key", key) | traces(f"redis {kind}", *_contents(connection, kind, key))
    return found


def _contents(connection: redis.Redis, kind: str, key: bytes) -> list[object]:
    if kind == "hash":
        return [part for pair in connection.hgetall(key).items() for part in pair]
    if kind == "list":
        return list(connection.lrange(key, 0, -1))
    if kind == "set":
        return list(connection.smembers(key))
    if kind == "zset":
        return list(connection.zrange(key, 0, -1))
    if kind == "stream":
        return [part for _, fields in connection.xrange(key) for pair in fields.items() for part in pair]
    return [connection.get(key)]


def traces_in_files(folder: Path) -> set[Trace]:
    """Names and contents of the stored files, and the names of the copies for people."""
    found: set[Trace] = set()
    for path in folder.rglob("*"):
        found |= traces("name of a file", path.name)
        if path.is_file() and path.parent.name != "published":
            found |= traces("file", path.read_bytes())
    return found
