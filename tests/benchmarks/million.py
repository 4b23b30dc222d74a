"""A step of one case beside a million closed ones: what it costs, and that it reads through no table."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPICursor

from tests.benchmarks.history import add_closed_cases
from tests.benchmarks.households import THREADS, work_cases
from tests.benchmarks.measuring import Figure, cpu_ms, paired
from tests.benchmarks.stage import Stage
from tests.builders import a_commission
from tests.engine.house import House
from web.worker import hire

MANY, FEW = 1_000_000, 1_000
CASES = 6
ROWS_LOOKED_AT = 5_000  # by one statement, whatever the size of its table
_numbers = count(1)
Statement = tuple[str, Any]


@dataclass
class Town:
    house: House
    cases: int


def step_cost_1m_finished(stage: Stage) -> Figure:
    many, few = _town(stage, int(MANY * stage.scale)), _town(stage, FEW)
    pair = paired(partial(_cpu_per_case, many), partial(_cpu_per_case, few), rounds=5)
    wasteful = sorted(_wasteful_statements(many.house))
    figure = pair.by_ratio(
        "step_cost_1m_finished",
        f"the same with {few.cases} closed cases",
        1.2,
        closed_cases=many.cases,
        statements_reading_through=wasteful,
    )
    return figure.unless(bool(wasteful))


def _town(stage: Stage, cases: int) -> Town:
    house = House(stage.open(stage.postgres_url()))
    work_cases(house, hire(house.database, house.platform, THREADS), 1)
    add_closed_cases(house.database, cases)
    return Town(house, cases)


def _cpu_per_case(town: Town) -> float:
    """Advance, claim, do, record until the report is issued, one case after the other."""
    _receive(town.house, CASES)
    worker = hire(town.house.database, town.house.platform, THREADS)
    return cpu_ms(worker.drain, each=CASES)


def _receive(house: House, cases: int) -> None:
    for _ in range(cases):
        house.receive(a_commission(number=f"WT-M{next(_numbers)}"))


def _wasteful_statements(house: House) -> set[str]:
    with _noting(house) as statements:
        work_cases(house, hire(house.database, house.platform, THREADS), 1)
    with house.database.engine.connect() as connection:
        return {_in_short(one[0]) for one in statements if _rows_looked_at(connection, one) > ROWS_LOOKED_AT}


@contextmanager
def _noting(house: House) -> Iterator[list[Statement]]:
    """Every different statement that is executed, with the parameters of its first time."""
    noted: dict[str, Any] = {}

    def note(
        connection: object, cursor: DBAPICursor, statement: str, parameters: Any, context: object, many: bool
    ) -> None:
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            noted.setdefault(statement, parameters)

    statements: list[Statement] = []
    event.listen(house.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(house.database.engine, "before_cursor_execute", note)
    statements += noted.items()


def _rows_looked_at(connection: Connection, statement: Statement) -> int:
    """By the node of its plan that looks at most rows; it is executed for that, and taken back."""
    with connection.begin() as transaction:
        explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement[0]}", statement[1])
        (answer,) = explained.scalars().one()
        transaction.rollback()
    return max(_rows(node) for node in _nodes(answer["Plan"]))


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def _rows(node: Mapping[str, Any]) -> int:
    filtered = ("Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")
    return int((node["Actual Rows"] + sum(node.get(name, 0) for name in filtered)) * node["Actual Loops"])


def _in_short(statement: str) -> str:
    words = " ".join(statement.split())
    return words if len(words) < 300 else f"{words[:60]} … {words[-200:]}"
