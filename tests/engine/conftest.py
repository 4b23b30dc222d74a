"""A platform over a real database for the tests of the engine's doors."""

import pytest

from tests.engine.house import House
from web.database import Database


@pytest.fixture
def house(sqlite_database: Database) -> House:
    """On SQLite: for behaviour that does not depend on the kind of database."""
    return House(sqlite_database)


@pytest.fixture
def any_house(database: Database) -> House:
    """Once on SQLite and once on PostgreSQL."""
    return House(database)
