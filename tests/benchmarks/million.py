"""A step of one case beside a million closed ones: what it costs, and that it reads through no table."""

from dataclasses import dataclass
from functools import partial
from itertools import count

from sqlalchemy import Connection

from tests.benchmarks.history import add_closed_cases
from tests.benchmarks.households import THREADS, work_cases
from tests.benchmarks.measuring import Figure, cpu_ms, paired
from tests.benchmarks.plans import Statement, in_short, nodes_of_plan, noted_statements, rows_looked_at
from tests.benchmarks.stage import Stage
from tests.builders import a_commission
from tests.engine.house import House
from web.worker import hire

MANY, FEW = 1_000_000, 1_000
CASES = 6
ROWS_LOOKED_AT = 5_000  # by one statement, whatever the size of its table
_numbers = count(1)


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
    with noted_statements(house.database.engine) as statements:
        work_cases(house, hire(house.database, house.platform, THREADS), 1)
    with house.database.engine.connect() as connection:
        return {in_short(one[0]) for one in statements if _rows(connection, one) > ROWS_LOOKED_AT}


def _rows(connection: Connection, statement: Statement) -> int:
    """By the node of its plan that looks at most rows."""
    return max(rows_looked_at(node) for node in nodes_of_plan(connection, statement))
