"""The declarative base and the column types all tables share."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Insert,
    Integer,
    MetaData,
    Table,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from engine.domain.json_text import read_json
from engine.store.bulk import Change, write_rows

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

AT_END, ACTS = "at_end", "acts"
Kept = dict[Change, list[Mapping[str, Any]]]
Identifier = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


def append(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows at once whose ids nobody asks for: one statement however many they are.

    What the rows refer to must have been flushed.
    """
    if rows:
        write_rows(session.connection(), _insertion(table), rows)


def append_at_end(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows when the transaction ends, with those of its other calls. Nobody reads them before."""
    change_at_end(session, _insertion(table), rows)


def change_at_end(session: Session, change: Change, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for a change that is always this object, so that its parameters can be gathered. Changes are
    made in the order in which each was first asked for."""
    kept: Kept = session.info.setdefault(AT_END, {})
    kept.setdefault(change, []).extend(rows)


def do_at_end(session: Session, name: str, act: Callable[[], None]) -> None:
    """When the transaction ends; once in a transaction for each name."""
    acts: dict[str, Callable[[], None]] = session.info.setdefault(ACTS, {})
    acts[name] = act


@event.listens_for(Session, "before_commit")
def _end(session: Session) -> None:
    acts: dict[str, Callable[[], None]] = session.info.pop(ACTS, {})
    for act in acts.values():
        act()
    write_kept(session)


def write_kept(session: Session) -> None:
    """What was kept for the end of the transaction."""
    kept: Kept = session.info.pop(AT_END, {})
    if kept:
        session.flush()
    for change, rows in kept.items():
        if rows:
            write_rows(session.connection(), change, rows)


@cache
def _insertion(table: type[Base]) -> Insert:
    return cast(Table, table.__table__).insert()


class Json(TypeDecorator[Any]):
    """JSON, read on SQLite with one call instead of SQLAlchemy's way through half a dozen. How it is written
    is a setting of the engine: see `write_json`."""

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return _loaded if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _loaded(text: str | None) -> object:
    return None if text is None else read_json(text)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, UTC out, also on SQLite, which forgets zones. A naive value is a mistake."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        return _written if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        return _read if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("naive datetime")
    return moment.astimezone(UTC)


@lru_cache(maxsize=64)  # the rows of a transaction have few moments among them
def _written(moment: datetime | None) -> str | None:
    """As SQLAlchemy writes a moment on SQLite, without asking it once more for every value."""
    return None if moment is None else _in_utc(moment).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=64)  # for the same reason
def _read(text: str | None) -> datetime | None:
    if text is None:
        return None
    return datetime.fromisoformat(text if "+" in text else text + "+00:00").astimezone(UTC)
