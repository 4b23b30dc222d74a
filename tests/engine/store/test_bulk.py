"""Rows written by the short way are those that SQLAlchemy would have written."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    select,
    update,
)

from engine.store.base import Identifier, Json, UtcDateTime
from engine.store.bulk import write_rows
from web.database import Database

THINGS = Table(
    "thing",
    MetaData(),
    Column("id", Identifier, primary_key=True),
    Column("at", UtcDateTime),
    Column("name", String(20)),
    Column("facts", Json),
    Column("body", LargeBinary),
    Column("count", Integer, default=7),
)
MOMENT = datetime(2026, 11, 21, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST = {"at": MOMENT, "name": "核对", "facts": {"a": [1, "é"], "%s": "%"}, "body": b"\0%s", "count": 1}
SECOND = {"at": MOMENT.astimezone(UTC), "name": "%(y)s :x", "facts": {}, "body": None, "count": 2}


@pytest.fixture
def house(database: Database) -> Iterator[Database]:
    """With a table of things."""
    THINGS.create(database.engine)
    yield database
    THINGS.drop(database.engine)


def write(house: Database, rows: list[dict[str, Any]]) -> None:
    with house.transaction() as session:
        write_rows(session.connection(), THINGS.insert(), rows)


def things(house: Database) -> list[tuple[Any, ...]]:
    with house.reading() as session:
        rows = session.connection().execute(select(THINGS).order_by(THINGS.c.id))
        return [tuple(row)[1:] for row in rows]


@pytest.mark.parametrize("rows", [[FIRST, SECOND], [FIRST]])
def test_rows_are_written_as_by_the_long_way(house: Database, rows: list[dict[str, Any]]) -> None:
    with house.transaction() as session:
        session.connection().execute(THINGS.insert(), rows)
    long_way = things(house)

    write(house, rows)

    assert things(house) == long_way * 2


def test_a_change_has_values_of_its_own_and_of_each_row(house: Database) -> None:
    later = MOMENT + timedelta(days=1)
    change = (
        update(THINGS)
        .where(THINGS.c.count == bindparam("which"))
        .values(name="mended", at=bindparam("when", type_=UtcDateTime))
    )
    write(house, [FIRST, SECOND])

    with house.transaction() as session:
        write_rows(session.connection(), change, [{"which": 1, "when": later}, {"which": 3, "when": later}])

    assert [thing[:2] for thing in things(house)] == [(later, "mended"), (MOMENT, SECOND["name"])]


def test_values_go_by_their_names(house: Database) -> None:
    gone = delete(THINGS).where(THINGS.c.name == bindparam("name_"), THINGS.c.body == bindparam("body_"))
    write(house, [FIRST, SECOND])

    with house.transaction() as session:
        write_rows(session.connection(), gone, [{"body_": b"\0%s", "name_": "核对"}])

    assert [thing[1] for thing in things(house)] == [SECOND["name"]]


def test_a_column_that_no_row_gives_has_its_default(house: Database) -> None:
    write(house, [{"at": MOMENT, "name": name, "facts": {}, "body": None} for name in "ab"])

    assert [thing[-1] for thing in things(house)] == [7, 7]


def test_a_row_that_lacks_a_value_is_refused_with_all_others(house: Database) -> None:
    with pytest.raises(KeyError, match="facts"):
        write(house, [FIRST, {name: value for name, value in SECOND.items() if name != "facts"}])

    assert things(house) == []


def test_a_value_that_no_row_gives_is_missed(house: Database) -> None:
    change = update(THINGS).where(THINGS.c.name == bindparam("name_")).values(body=bindparam("body_"))
    write(house, [FIRST])

    with pytest.raises(KeyError, match="body_"), house.transaction() as session:
        write_rows(session.connection(), change, [{"name_": "核对"}])

    assert things(house)[0][3] == FIRST["body"]
