"""Migrations: linear, complete, and what they build is what the tables say."""

import importlib
import pkgutil
import re
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import engine.store
from engine.store.base import Base
from web.database import MIGRATIONS, Database

FILES = sorted((MIGRATIONS / "versions").glob("*.py"))


def _all_tables() -> None:
    for module in pkgutil.iter_modules(engine.store.__path__, "engine.store."):
        if not module.ispkg:
            importlib.import_module(module.name)


def test_the_migrated_schema_is_the_one_the_tables_describe(database: Database) -> None:
    _all_tables()

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()

    with database.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == _head()


def test_the_files_are_numbered_in_a_line_and_the_head_is_named() -> None:
    numbers = [path.name[:4] for path in FILES]

    assert numbers == [f"{n:04d}" for n in range(1, len(FILES) + 1)]
    assert numbers[-1] == _head()
    for path, before in zip(FILES, [None, *numbers], strict=False):
        expected = "None" if before is None else f'"{before}"'
        assert re.search(rf"^down_revision = {expected}$", path.read_text(), re.MULTILINE)


def test_migrations_import_nothing_of_the_application() -> None:
    for path in FILES:
        assert not re.search(r"^(from|import) (engine|adapters|web)\b", path.read_text(), re.MULTILINE)


def _head() -> str:
    return (Path(MIGRATIONS) / ".head").read_text().strip()
