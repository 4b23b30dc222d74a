"""Which statements some work executes, and how PostgreSQL goes about them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import DBAPICursor

Statement = tuple[str, Any]


@contextmanager
def noted_statements(engine: Engine) -> Iterator[list[Statement]]:
    """Every different statement that is executed, with the parameters of its first time; afterwards."""
    noted: dict[str, Any] = {}

    def note(
        connection: object, cursor: DBAPICursor, statement: str, parameters: Any, context: object, many: bool
    ) -> None:
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            noted.setdefault(statement, parameters)

    statements: list[Statement] = []
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)
    statements += noted.items()


def nodes_of_plan(connection: Connection, statement: Statement) -> list[Mapping[str, Any]]:
    """All nodes of its plan; it is executed for that, and taken back."""
    with connection.begin() as transaction:
        explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement[0]}", statement[1])
        (answer,) = explained.scalars().one()
        transaction.rollback()
    return list(_nodes(answer["Plan"]))


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def rows_looked_at(node: Mapping[str, Any]) -> int:
    filtered = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")
    return int((node["Actual Rows"] + sum(node.get(name, 0) for name in filtered)) * node["Actual Loops"])


def in_short(statement: str) -> str:
    words = " ".join(statement.split())
    return words if len(words) < 300 else f"{words[:60]} … {words[-200:]}"
