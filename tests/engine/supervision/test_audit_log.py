"""The audit log as it grows: linked once, in one chain, signed in time, copied out of the house."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.domain.audit_chain import anchor_line, parse_anchor
from engine.ports import TemporaryFailure
from engine.store.audit import AuditAnchor, AuditEvent, AuditLink, record_audit
from engine.store.audit_chain import anchors_after, seal_events
from engine.store.base import write_kept
from engine.supervision.app_role import RoleNotPossible, grant_application
from engine.supervision.audit_log import copy_anchors, examine_audit, read_anchors, seal_audit
from tests.builders import a_commission
from tests.engine.house import House
from tests.engine.supervision.ledger import a_ledger
from tests.fakes.outside import START
from web.database import Database


@pytest.fixture
def postgres_house(postgres_url: str) -> Iterator[House]:
    engine = create_engine(postgres_url)
    database = Database(engine)
    database.migrate()
    yield House(database)
    engine.dispose()


def seal(house: House, limit: int = 1000) -> int:
    with house.database.transaction() as session:
        return seal_audit(session, house.platform, limit)


def counted(house: House, table: type[AuditEvent] | type[AuditLink] | type[AuditAnchor]) -> int:
    with house.database.reading() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def test_every_event_is_linked_once(any_house: House) -> None:
    any_house.receive(a_commission())
    any_house.work()

    while seal(any_house, limit=7):
        continue

    assert counted(any_house, AuditLink) == counted(any_house, AuditEvent) > 7
    with any_house.database.reading() as session:
        assert examine_audit(session, any_house.notary, []).finding is None


def test_an_event_that_is_committed_late_is_linked_all_the_same(postgres_house: House) -> None:
    house = postgres_house
    with Session(house.database.engine) as slow:
        record_audit(slow, START, "slow", "tested", None)
        write_kept(slow)
        with house.database.transaction() as session:
            record_audit(session, START, "quick", "tested", None)
        seal(house)
        slow.commit()

    seal(house)

    with house.database.reading() as session:
        order = list(session.scalars(select(AuditLink.event_id).order_by(AuditLink.seq)))
    assert sorted(order) != order
    assert counted(house, AuditLink) == counted(house, AuditEvent)


def test_one_that_seals_does_not_wait_for_another(postgres_house: House) -> None:
    house = postgres_house

    with house.database.transaction() as first:
        sealed_first = seal_events(first, 100)
        sealed_second = seal(house)

    assert (sealed_first, sealed_second) == (1, 0)


def test_an_event_whose_transaction_is_given_up_is_not_linked(any_house: House) -> None:
    with Session(any_house.database.engine) as session:
        record_audit(session, START, "test", "given_up", None)
        seal_events(session, 100)
        session.rollback()

    seal(any_house)

    with any_house.database.reading() as session:
        assert session.scalars(select(AuditEvent.action)).all() == ["unit_registered"]
        assert examine_audit(session, any_house.notary, []).links == 1


@pytest.mark.parametrize(
    ("minutes", "news", "anchors"),
    [(59, True, 1), (60, True, 2), (60, False, 1)],
    ids=["too early", "in time", "nothing new"],
)
def test_an_anchor_is_made_when_it_is_time_and_there_is_news(
    house: House, minutes: int, news: bool, anchors: int
) -> None:
    seal(house)
    house.clock.pass_time(minutes=minutes)
    if news:
        with house.database.transaction() as session:
            record_audit(session, house.clock.now(), "test", "tested", None)

    seal(house)

    assert counted(house, AuditAnchor) == anchors


def test_anchors_are_copied_out_once_and_made_up_for_when_the_copy_failed(house: House) -> None:
    house.notary.failures = [TemporaryFailure("anchors_unwritable")]
    seal(house)
    with house.database.reading() as session:
        with pytest.raises(TemporaryFailure):
            copy_anchors(session, house.platform)

        copied = copy_anchors(session, house.platform), copy_anchors(session, house.platform)

    assert copied == (1, 0)
    assert read_anchors(house.notary.copies())[0].seq == 1


@pytest.mark.clause("M 5.1 c")
def test_the_unit_gets_a_signed_state_of_the_log_that_holds_the_making_of_its_report(
    any_house: House,
) -> None:
    any_house.receive(a_commission())
    any_house.work()

    (issued,) = any_house.units.bodies("report.issued")
    anchor = parse_anchor(json.dumps(issued["data"]["audit_anchor"]))  # type: ignore[index]

    with any_house.database.reading() as session:
        rendered = session.scalars(select(AuditEvent.id).where(AuditEvent.action == "report_rendered")).one()
        seq = session.scalars(select(AuditLink.seq).where(AuditLink.event_id == rendered)).one()
        assert anchor.seq >= seq
        assert examine_audit(session, any_house.notary, [anchor]).finding is None


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", '{"seq": "x"}', "not json"])
def test_what_is_not_an_anchor_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_anchor(line)


def test_an_anchor_reads_back_as_it_was_written(database: Database, tmp_path: Path) -> None:
    ledger = a_ledger(database, tmp_path)
    ledger.write(3)
    with database.reading() as session:
        (stored,) = anchors_after(session, 0)

    anchor = parse_anchor(anchor_line(stored))

    assert anchor == stored
    assert ledger.notary.is_genuine(anchor.key_id, anchor.statement, anchor.signature)


def as_role(house: House, role: str, url: str) -> Engine:
    with house.database.transaction() as session:
        session.execute(text(f"DROP ROLE IF EXISTS {role}"))
        session.execute(text(f"CREATE ROLE {role} LOGIN"))
        grant_application(session, role)
    return create_engine(make_url(url).set(username=role))


@pytest.mark.clause("M 5.1 c")
def test_the_role_of_the_application_works_but_cannot_change_the_log(
    postgres_house: House, postgres_url: str
) -> None:
    engine = as_role(postgres_house, "hedui_app", postgres_url)
    application = replace(postgres_house, database=Database(engine))

    application.database.migrate()
    application.receive(a_commission())
    application.work()
    seal(application)

    for attempt in ATTEMPTS:
        with (
            engine.connect() as connection,
            pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
        ):
            connection.execute(text(attempt))
    with application.database.reading() as session:
        assert examine_audit(session, application.notary, []).finding is None
    _forget(engine, postgres_house, "hedui_app")


def _forget(engine: Engine, house: House, role: str) -> None:
    """Roles belong to the server, not to the database of the test."""
    engine.dispose()
    with house.database.transaction() as session:
        session.execute(text(f"DROP OWNED BY {role}"))
        session.execute(text(f"DROP ROLE {role}"))


ATTEMPTS = (
    "UPDATE audit_event SET actor = 'x'",
    "DELETE FROM audit_event",
    "TRUNCATE audit_event CASCADE",
    "UPDATE audit_link SET seq = seq + 1",
    "DELETE FROM audit_anchor",
    "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_event_append_only ON audit_event",
    "DROP TABLE audit_link",
    "SET session_replication_role = replica",
)


def test_rights_cannot_be_given_where_there_are_no_roles_nor_to_a_strange_name(any_house: House) -> None:
    with pytest.raises(RoleNotPossible), any_house.database.transaction() as session:
        grant_application(session, "x; DROP TABLE audit_event")
