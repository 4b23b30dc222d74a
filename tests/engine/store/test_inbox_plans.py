"""How PostgreSQL goes about the views of the inbox: by index, however many tasks are open or finished."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from engine.domain.posts import POSTS
from engine.store.inbox import Narrowing, Reader, View, count_view, parties_of, rows_of_view
from tests.benchmarks.crowd import fill_inbox
from tests.benchmarks.plans import nodes_of_plan, noted_statements, rows_looked_at
from tests.engine.house import UNIT_CODE, House
from web.database import Database

REAL, OPEN, FINISHED = 60, 20_000, 60_000
TABLES = {"human_task", "verification_case", "commission_revision"}
MOST_ROWS = 2_000  # of one step of a plan: counting ends at 1,000


@pytest.fixture
def crowded(postgres_url: str) -> Iterator[House]:
    database = Database(create_engine(postgres_url))
    database.migrate()
    house = House(database)
    fill_inbox(house, REAL, OPEN, FINISHED)
    yield house
    database.engine.dispose()


def test_no_view_of_the_inbox_reads_through_a_table(crowded: House) -> None:
    now = crowded.clock.now()
    reader = Reader("A001", ("受理岗", "信息交换岗"), POSTS, now, now + timedelta(days=2))

    with noted_statements(crowded.database.engine) as statements, crowded.database.reading() as session:
        for view in View:
            rows_of_view(session, view, reader, Narrowing(), 51)
            if view is not View.DONE:  # is never counted
                count_view(session, view, reader)
        rows_of_view(session, View.FREE, reader, Narrowing(unit_code=UNIT_CODE, lane="受理岗"), 51, 50)
        parties_of(session, crowded.platform.vault, range(1, REAL + 1))

    with crowded.database.engine.connect() as connection:
        plans = {one[0]: nodes_of_plan(connection, one) for one in statements}
    scanned = [(name, node) for name, nodes in plans.items() for node in nodes if _is_scan(node)]
    wide = [name for name, nodes in plans.items() if max(map(rows_looked_at, nodes)) > MOST_ROWS]
    assert len(plans) == 2 * len(View) + 1
    assert (scanned, wide) == ([], [])


def _is_scan(node) -> bool:  # type: ignore[no-untyped-def]
    return node["Node Type"] == "Seq Scan" and node["Relation Name"] in TABLES
