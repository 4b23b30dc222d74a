"""Times are aware on every database."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import StatementError

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

    with pytest.raises(StatementError, match="naive"), sqlite_database.transaction() as session:
        record_audit(session, naive, "test", "tested", None)
