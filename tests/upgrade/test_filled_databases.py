"""Databases filled by earlier releases: migrated, nothing is lost, and their cases come to their end."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, func, select

from adapters.vault.ciphers import CipherName
from adapters.vault.vault import KeyVault
from engine.handling.human_work import complete_task
from engine.handling.messages import give_instruction
from engine.handling.outside_work import OUTSIDE
from engine.store.cases import Case, CaseState, commission_of
from engine.store.human_tasks import open_tasks
from engine.store.instances import InstanceState, ProcessInstance, history_of
from engine.store.outbox import OutboxRow, OutboxState, latest_work
from engine.store.reports import Report
from engine.store.resealing import SEALED_COLUMNS, apply_batch, index_cases, next_batch
from engine.supervision.audit_log import examine_audit, sign_audit
from engine.supervision.retrying import retry_incident
from tests.engine.handling.test_automatic_case import confirm
from tests.engine.house import UNIT_CODE, House
from tests.fakes.keys import MemoryKeys
from tests.fakes.outside import FakeDocuments
from tests.upgrade.fill import DOCUMENTS, FILLED, RING
from tests.upgrade.rows import Rows, put_rows, read_rows, tables_of
from web.database import MIGRATIONS, Database

FILES = sorted(FILLED.glob("*.json.gz"))
REVISIONS = sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("*.py"))
KEPT = [path.name[:4] for path in FILES]
FIRST_SEALED = "0002"
MANY = 10_000


@dataclass(frozen=True)
class Old:
    """A database as a release of that revision left it."""

    revision: str
    database: Database
    rows: Rows

    def house(self) -> House:
        """Today's programs over it, some hours later."""
        files = {str(row["digest"]): row["content"] for row in self.rows[DOCUMENTS]}
        house = House(self.database, keys=MemoryKeys(RING), documents=FakeDocuments(files))
        house.clock.pass_time(hours=3)
        return house


def rows_of(revision: str) -> Rows:
    """Of the release that had this revision or the next one after it; tables came in between, no column."""
    return read_rows(next(path for path in FILES if path.name[:4] >= revision))


@pytest.fixture(params=REVISIONS)
def old(request: pytest.FixtureRequest, database_url: str) -> Iterator[Old]:
    engine = create_engine(database_url, hide_parameters=True)  # as the platform opens it
    rows = rows_of(request.param)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, request.param)
        put_rows(connection, rows)
    yield Old(request.param, Database(engine), rows)
    engine.dispose()


def counted(database: Database) -> Counter[str]:
    with database.engine.connect() as connection:
        return Counter(
            {
                table.name: connection.scalar(select(func.count()).select_from(table)) or 0
                for table in tables_of(connection)
            }
        )


def seal_what_is_plain(database: Database) -> None:
    """`hedui keys reseal --plain`, as docs/operations.md asks for after 0002."""
    vault = KeyVault(MemoryKeys(RING), CipherName.AES_256_GCM)
    for column in SEALED_COLUMNS:
        with database.transaction() as session:
            apply_batch(session, column, next_batch(session, vault, column, None, MANY, plain_too=True))
    with database.transaction() as session:
        index_cases(session, vault, MANY)


def bring_up(old: Old) -> None:
    old.database.migrate()
    if old.revision < FIRST_SEALED:
        seal_what_is_plain(old.database)


def upgraded(old: Old) -> House:
    bring_up(old)
    return old.house()


def carry_on(house: House) -> None:
    """Everything people and the unit still have to do."""
    house.work()
    with house.database.transaction() as session:
        (task,) = open_tasks(session)
        result = {"exchange_decision": "proceed", "opinion": "已电话联系，对方设备故障"}
        complete_task(session, house.platform, task.id, "E001", result)
    with house.database.transaction() as session:
        (stopped,) = session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.INCIDENT))
        retry_incident(session, "work", stopped.id, "U001", house.clock.now(), "对方已恢复接收")
    with house.database.transaction() as session:
        suspended = session.scalars(select(Case).where(Case.state == CaseState.SUSPENDED)).one()
        told = latest_work(session, suspended.id, "notify_suspension")
        assert told is not None
        number = suspended.commission_no
        give_instruction(session, house.platform, UNIT_CODE, number, "continue", told.key)
    house.work()
    with house.database.reading() as session:
        waiting = list(session.scalars(select(Report.number).where(Report.receipt_at.is_(None))))
    for number in waiting:
        confirm(house, number)
    house.work()


def test_an_upgrade_loses_no_row(old: Old) -> None:
    before = counted(old.database)

    bring_up(old)

    after = counted(old.database)
    assert before.total() > MANY / 20
    assert {name: after[name] for name in before} == dict(before)


def test_cases_in_the_middle_come_to_their_end(old: Old) -> None:
    house = upgraded(old)

    carry_on(house)

    with house.database.reading() as session:
        states = {case.commission_no: case.state for case in session.scalars(select(Case))}
        rows = list(session.scalars(select(ProcessInstance)))
        numbers = list(session.scalars(select(Report.number).order_by(Report.id)))
    assert states == {f"WT-{number}": "closed" for number in range(1, 7)}
    assert {(row.state, row.failures) for row in rows} == {(InstanceState.FINISHED, 0)}
    assert len(numbers) == len(set(numbers)) == 6
    assert len(house.documents.published) == 5  # the sixth was archived before


@pytest.mark.parametrize("old", KEPT, indirect=True)
def test_what_was_written_is_read_and_the_history_goes_on(old: Old) -> None:
    house = upgraded(old)
    with house.database.reading() as session:
        ids = list(session.scalars(select(Case.id).order_by(Case.id)))
        before = {case_id: [row.id for row in history_of(session, case_id)] for case_id in ids}

    carry_on(house)

    with house.database.reading() as session:
        known = {case_id: commission_of(session, house.platform.vault, case_id).number for case_id in ids}
        after = {case_id: history_of(session, case_id) for case_id in ids}
    assert known == {case_id: f"WT-{case_id}" for case_id in ids}
    for case_id, rows in after.items():
        assert [row.id for row in rows][: len(before[case_id])] == before[case_id]
        assert [row.seq for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("old", KEPT, indirect=True)
def test_the_audit_log_is_chained_from_its_first_row_and_sound(old: Old) -> None:
    house = upgraded(old)

    carry_on(house)
    with house.database.transaction() as session:
        while sign_audit(session, house.platform, MANY) == MANY:
            continue

    with house.database.reading() as session:
        result = examine_audit(session, house.platform.notary, [])
    assert result.finding is None
    assert result.links == counted(house.database)["audit_event"]
    assert result.anchors >= 1


def test_whoever_adds_a_migration_keeps_a_database_of_its_revision() -> None:
    """`python -m tests.upgrade.fill`, before the release."""
    assert KEPT[-1] == REVISIONS[-1]


def test_every_operation_that_leaves_the_house_is_among_the_kept_rows() -> None:
    kept = {row["operation"] for path in FILES for row in read_rows(path)["outbox"]}

    assert kept <= OUTSIDE.keys()
    assert {"query_source", "notify_suspension", "render_report", "deliver_report", "archive_case"} <= kept
