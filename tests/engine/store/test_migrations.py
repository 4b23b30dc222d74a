"""Migrations: linear, complete, and what they build is what the tables say."""

import importlib
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, select, text

import engine.store
from adapters.vault.ciphers import CipherName
from adapters.vault.vault import KeyVault
from engine.domain.json_text import canonical_json
from engine.domain.plain import to_plain
from engine.ports import SealBroken
from engine.store.base import Base
from engine.store.cases import commission_of
from engine.store.human_tasks import HumanTask, result_of
from engine.store.people_index import cases_of_id_number
from engine.store.reports import receipt_of, report_by_id
from engine.store.resealing import SEALED_COLUMNS, apply_batch, index_cases, next_batch
from engine.store.units import TOKEN_SECRET, CommissioningUnit
from tests.builders import a_commission
from tests.fakes.keys import MemoryKeys
from tests.fakes.outside import START
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


def _upgrade(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_what_was_stored_before_there_were_keys_comes_through_and_is_sealed(database_url: str) -> None:
    """A sample database of the first schema: what stood in it is refused until it has been sealed."""
    engine = create_engine(database_url)
    database = Database(engine)
    _upgrade(database, "0001")
    commission = a_commission()
    body = canonical_json(to_plain(commission))
    with database.transaction() as session:
        for statement in SAMPLE:
            session.execute(
                text(statement), {"at": START, "body": body} if ":body" in statement else {"at": START}
            )

    database.migrate()

    vault = KeyVault(MemoryKeys(), CipherName.AES_256_GCM)
    with database.reading() as session, pytest.raises(SealBroken, match="not_sealed"):
        commission_of(session, vault, 1)
    renewed = _sealed_at_last(database, vault)
    assert renewed == {"commission_revision": 1, "report": 1, "human_task": 1, "commissioning_unit": 2}
    with database.reading() as session:
        assert commission_of(session, vault, 1) == commission
        assert receipt_of(vault, report_by_id(session, 1)) == b'{"received_by": "U001"}'
        assert TOKEN_SECRET.open(vault, session.get_one(CommissioningUnit, "U1")) == b"token"
        assert [
            result_of(vault, task) for task in session.scalars(select(HumanTask).order_by(HumanTask.id))
        ] == [
            {"opinion": "已联系"},
            None,
        ]
        assert cases_of_id_number(session, vault, commission.household.persons[0].id_no) == [1]
    engine.dispose()


def _sealed_at_last(database: Database, vault: KeyVault) -> Counter[str]:
    renewed: Counter[str] = Counter()
    for column in SEALED_COLUMNS:
        with database.transaction() as session:
            batch = next_batch(session, vault, column, None, 100, plain_too=True)
            renewed[column.rows.name] += apply_batch(session, column, batch)
    with database.transaction() as session:
        index_cases(session, vault, 100)
    return +renewed


SAMPLE = (
    "INSERT INTO commissioning_unit VALUES"
    " ('U1', '甲区民政局', 'http://unit.invalid', 'k', 'token', 'callback', true)",
    "INSERT INTO process_definition (digest, process_id, sources, recorded_at) VALUES ('d', 'p', '', :at)",
    "INSERT INTO verification_case"
    " (id, unit_code, commission_no, request_digest, service, channel, state, received_at)"
    " VALUES (1, 'U1', 'WT-2026-0001', 'd', 'aa', 'automatic', 'issued', :at)",
    "INSERT INTO commission_revision (id, case_id, revision, body, digest, recorded_at)"
    " VALUES (1, 1, 1, :body, 'd', :at)",
    "INSERT INTO process_instance (id, case_id, process_id, definition_digest, state, body, version, wake,"
    " due_at, failures, started_at, updated_at)"
    " VALUES (1, 1, 'p', 'd', 'running', '', 1, false, :at, 0, :at, :at)",
    "INSERT INTO report (id, case_id, number, region, month, serial, nature, copy, handler, state, issued_at,"
    " receipt_at, receipt) VALUES (1, 1, 'N1', '320400', '202611', 1, 'f', 1, '系统', 'received', :at, :at,"
    ' \'{"received_by": "U001"}\')',
    *(
        "INSERT INTO human_task (id, case_id, instance_id, task_id, element_id, name, post, form, state,"
        " created_at, result)"
        f" VALUES ({number}, 1, 1, 't{number}', 'e', '', '受理岗', 'f', 'completed', :at, {result})"
        for number, result in ((1, '\'{"opinion": "已联系"}\''), (2, "NULL"))
    ),
)
