"""However many cases are finished, the watch and the vital signs do not walk through them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from engine.supervision.vital_signs import take_vital_signs
from engine.supervision.waiting import incidents
from engine.supervision.watchdog import watch
from tests.builders import a_commission
from tests.engine.house import House
from web.database import Database

FINISHED = 100_000
LARGE = {"process_instance", "outbox", "human_task", "verification_case", "inbound_message", "history_event"}
TOUCHED_AT_MOST = 200  # rows of one node of a plan; the open cases of the test are few
BLOCKS_AT_MOST = 200  # of one statement; to read through any index of the finished ones takes more

FILL = f"""
INSERT INTO verification_case (unit_code, commission_no, request_digest, service, channel, state, received_at,
                               closed_at, case_no)
SELECT '320402001', 'OLD-' || n, repeat('d', 64), 'aa', 'automatic', 'closed',
       now() - interval '400 days' - n * interval '6 minutes',
       now() - interval '400 days' - n * interval '5 minutes', 'OLD-' || n
FROM generate_series(1, {FINISHED}) n;
INSERT INTO process_instance (case_id, process_id, definition_digest, state, body, version, wake, due_at,
                              failures, started_at, updated_at)
SELECT c.id, 'automatic_handling', (SELECT digest FROM process_definition LIMIT 1), 'finished', '', 9, false,
       c.received_at, 0, c.received_at, c.closed_at
FROM verification_case c WHERE c.state = 'closed';
INSERT INTO outbox (instance_id, case_id, task_id, key, operation, lane, arguments, state, due_at, attempts,
                    forgiven, created_at, finished_at)
SELECT i.id, i.case_id, n, i.id || ':' || n, 'query_source', 'source:JR', '{{}}', 'applied', i.started_at, 1,
       0, i.started_at, i.updated_at
FROM process_instance i, generate_series(1, 3) n WHERE i.state = 'finished';
INSERT INTO human_task (case_id, instance_id, task_id, element_id, name, post, form, state, created_at)
SELECT i.case_id, i.id, 't', 'contact_source', '联系', '信息交换岗', 'f', 'completed', i.started_at
FROM process_instance i WHERE i.state = 'finished';
INSERT INTO inbound_message (case_id, name, payload, received_at, taken_at)
SELECT i.case_id, 'receipt', '{{}}', i.started_at, i.updated_at
FROM process_instance i WHERE i.state = 'finished';
"""


@pytest.fixture(scope="module")
def old_house(postgres: Any) -> Iterator[House]:
    """A platform with a hundred thousand finished cases and a few open ones, as after years."""
    admin = create_engine(postgres.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE old_house"))
    engine: Engine = create_engine(postgres.url("old_house"))
    database = Database(engine)
    database.migrate()
    house = House(database)
    for number in range(5):
        house.receive(a_commission(number=f"WT-{number}"))
    house.work()
    house.receive(a_commission(number="WT-open"))
    house.advance_woken()
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit TO off"))
        connection.exec_driver_sql(FILL)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    yield house
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE old_house WITH (FORCE)"))
    admin.dispose()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def touched(node: dict[str, Any]) -> int:
    """Rows a node read: those it gave and those it threw away, over all its loops."""
    thrown = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return int((node["Actual Rows"] + thrown) * node["Actual Loops"])


@pytest.mark.parametrize(
    "look",
    [watch, lambda session, now: incidents(session), take_vital_signs],
    ids=["watch", "list of incidents", "vital signs"],
)
def test_a_look_touches_only_what_is_open(old_house: House, look: Callable[[Session, datetime], Any]) -> None:
    statements: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        statements.append((statement, parameters))

    event.listen(old_house.database.engine, "before_cursor_execute", note)
    with old_house.database.reading() as session:
        look(session, old_house.clock.now())
    event.remove(old_house.database.engine, "before_cursor_execute", note)
    asked = [(text, values) for text, values in statements if LARGE & set(text.split())]

    assert len(asked) >= 6
    with old_house.database.engine.connect() as connection:
        for statement, parameters in asked:
            plan = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
            found = connection.exec_driver_sql(plan, parameters).scalar_one()
            blocks = sum(found[0]["Plan"][f"Shared {how} Blocks"] for how in ("Hit", "Read"))
            assert blocks <= BLOCKS_AT_MOST, f"{statement}\nreads {blocks} blocks"
            for node in nodes(found[0]["Plan"]):
                walks = "Seq Scan" in node["Node Type"] and node["Relation Name"] in LARGE
                assert not walks, f"{statement}\nwalks through {node['Relation Name']}"
                assert touched(node) <= TOUCHED_AT_MOST, f"{statement}\n{node}"
