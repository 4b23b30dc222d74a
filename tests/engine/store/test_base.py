"""Times are aware on every database; JSON comes back as it was."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from engine.store.audit import AuditEvent, record_audit
from web.database import Database


def test_a_time_comes_back_in_utc_whatever_its_zone(database: Database) -> None:
    in_beijing = datetime(2026, 11, 21, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

    with database.transaction() as session:
        record_audit(session, in_beijing, "test", "tested", None)

    with database.reading() as session:
        stored = session.get_one(AuditEvent, 1).at
    assert stored == in_beijing
    assert stored.tzinfo == UTC


def test_a_time_without_a_zone_is_refused(sqlite_database: Database) -> None:
    naive = datetime(2026, 11, 21)  # noqa: DTZ001 - the mistake this test is about

    with pytest.raises(ValueError, match="naive"), sqlite_database.transaction() as session:
        record_audit(session, naive, "test", "tested", None)


def test_times_on_sqlite_are_text_that_sorts_by_time(sqlite_database: Database) -> None:
    in_beijing = datetime(2026, 11, 21, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))

    with sqlite_database.transaction() as session:
        record_audit(session, in_beijing, "test", "tested", None)

    with sqlite_database.reading() as session:
        assert (
            session.execute(text("SELECT at FROM audit_event")).scalar_one() == "2026-11-21 00:30:00.000000"
        )


def test_json_comes_back_as_it_was(database: Database) -> None:
    facts = {
        "text": "核对",
        "number": 10**18,
        "larger": [2**63, 2**64, -(2**70)],
        "list": [1, None, True, {"a": ""}],
        "nothing": None,
    }

    with database.transaction() as session:
        record_audit(session, datetime(2026, 11, 21, tzinfo=UTC), "test", "tested", None, facts)

    with database.reading() as session:
        assert session.get_one(AuditEvent, 1).facts == facts


def test_who_reads_waits_for_nobody_and_sees_one_state(sqlite_database: Database) -> None:
    moment = datetime(2026, 11, 21, tzinfo=UTC)

    with sqlite_database.reading() as reading:
        before = reading.scalars(select(func.count(AuditEvent.id))).one()
        with sqlite_database.transaction() as writing:
            record_audit(writing, moment, "test", "tested", None)
        within = reading.scalars(select(func.count(AuditEvent.id))).one()

    with sqlite_database.reading() as reading:
        after = reading.scalars(select(func.count(AuditEvent.id))).one()
    assert (before, within, after) == (0, 0, 1)
