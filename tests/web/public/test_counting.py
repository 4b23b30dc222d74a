"""Many ask at once, over several connections: no guess is lost from the count, nobody waits for ever."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, select

from engine.domain.report_check import OF_CODES, OF_NOTES
from engine.handling.report_check import ReportNotFound, TooManyChecks, check_by_code
from engine.store.audit import AuditEvent
from tests.engine.house import House
from tests.web.public.test_check_by_code import WRONG_CODE
from tests.web.public.visitor import NUMBER, code_of, issue
from web.database import Database

ASKERS = 4


@pytest.fixture
def databases(database_url: str) -> Iterator[list[Database]]:
    """Of two processes."""
    opened = [Database(create_engine(database_url)) for _ in range(2)]
    opened[0].migrate()
    yield opened
    for database in opened:
        database.engine.dispose()


def outcome(house: House, database: Database, code: str, address: str) -> str:
    try:
        check_by_code(database.transaction, house.platform, NUMBER, code, address)
    except (ReportNotFound, TooManyChecks) as refusal:
        return type(refusal).__name__
    return "shown"


@pytest.mark.clause("M 5.2 d")
def test_guesses_at_once_over_two_databases_are_counted_one_by_one(databases: list[Database]) -> None:
    house = House(databases[0])
    tries = [databases[number % 2] for number in range(OF_CODES.free * 2)]

    with ThreadPoolExecutor(ASKERS) as askers:
        asked = askers.map(lambda one: outcome(house, one, WRONG_CODE, "2001:db8::1"), tries)
        found = Counter(asked)

    assert found == {"ReportNotFound": OF_CODES.free, "TooManyChecks": OF_CODES.free}


def test_right_checks_at_once_from_everywhere_are_all_answered_and_noted_a_few_times(
    databases: list[Database],
) -> None:
    house = House(databases[0])
    issue(house)
    code = code_of(house)
    tries = [(databases[number % 2], f"198.51.100.{number % 7}") for number in range(60)]

    with ThreadPoolExecutor(ASKERS) as askers:
        found = Counter(askers.map(lambda one: outcome(house, one[0], code, one[1]), tries))

    with databases[1].reading() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "report_checked")).all()
    assert found == {"shown": 60}
    assert 1 <= len(noted) <= OF_NOTES.free
