"""A house with many open and finished tasks: copies of one, made inside PostgreSQL, behind the real ones."""

from dataclasses import replace

from sqlalchemy import text

from engine.handling.submission import submit_commission
from engine.store.units import CommissioningUnit
from tests.builders import a_commission
from tests.engine.house import UNIT_CODE, House
from web.database import Database

_BEHIND = 1000
# The first page holds real cases, whose commissions can be opened: they are more urgent than any copy.
_URGENT = "UPDATE human_task SET due_at = created_at - interval '30 days'"
_CASES = """
INSERT INTO verification_case (id, case_no, unit_code, commission_no, request_digest, service, channel, state,
                               received_at)
SELECT first.id + n, 'C' || n, unit_code, 'C' || n, request_digest, service, channel, state, received_at
FROM (SELECT * FROM verification_case ORDER BY id LIMIT 1) AS first, generate_series(:first, :last) AS n
"""
_REVISIONS = """
INSERT INTO commission_revision (case_id, revision, body, digest, recorded_at)
SELECT first.case_id + n, 1, 'short', digest, recorded_at
FROM (SELECT * FROM commission_revision ORDER BY id LIMIT 1) AS first, generate_series(:first, :last) AS n
"""
_TASKS = """
INSERT INTO human_task (case_id, instance_id, task_id, element_id, name, post, form, state, created_at,
                        due_at, completed_at, completed_by, owner, suspended, version)
SELECT first.case_id + n, instance_id, 'C' || n, element_id, name,
       CASE WHEN n % 3 = 0 THEN '信息交换岗' ELSE post END, form,
       CASE WHEN n < :open THEN 'open' ELSE 'completed' END, created_at + n * interval '1 second',
       CASE WHEN n % 4 = 0 THEN created_at + (n % 40 - 5) * interval '1 day' END,
       CASE WHEN n >= :open THEN created_at + n * interval '1 second' END,
       CASE WHEN n >= :open THEN 'A00' || (n % 9) END,
       CASE WHEN n < :open AND n % 5 = 0 THEN 'A00' || (n % 9) END, false, 0
FROM (SELECT * FROM human_task ORDER BY id LIMIT 1) AS first, generate_series(:first, :last) AS n
"""


def fill_inbox(house: House, real: int, open_tasks: int, finished: int) -> None:
    """`real` cases wait for their first review, all others are copies of the first."""
    receive_for_review(house, real)
    _copy(house.database, real, open_tasks - real, finished)


def receive_for_review(house: House, cases: int) -> None:
    """Of the system submission."""
    for number in range(cases):
        with house.database.transaction() as session:
            unit = session.get_one(CommissioningUnit, UNIT_CODE)
            commission = replace(a_commission(number=f"WT-B{number}"), received_at=house.clock.now())
            submit_commission(session, house.platform, unit, commission, f"{number:064d}")
    house.work()


def _copy(database: Database, real: int, open_tasks: int, finished: int) -> None:
    if not open_tasks + finished:
        return
    first = _BEHIND + real
    counts = {"first": first, "open": first + open_tasks, "last": first + open_tasks + finished - 1}
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(_URGENT))
        for statement in (_CASES, _REVISIONS, _TASKS):
            connection.execute(text(statement), counts)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
