"""A short audit log with links and anchors, for tests that look after it or tamper with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from adapters.vault.notary import FileNotary
from engine.store.audit import record_audit
from engine.store.audit_chain import make_anchor, seal_events
from engine.supervision.audit_log import Examination, examine_audit, read_anchors
from tests.fakes.keys import MemoryKeys
from tests.fakes.outside import START
from web.database import Database


@dataclass
class Ledger:
    """Events number 1..n, linked; an anchor after each `write`, its copy outside of the database."""

    database: Database
    notary: FileNotary
    copies: list[str]

    def write(self, count: int, anchored: bool = True) -> None:
        with self.database.transaction() as session:
            for number in range(count):
                at = START + timedelta(seconds=number)
                record_audit(session, at, f"U{number:03}", "tested", None, {"number": number})
            seal_events(session, count)
            if anchored:
                make_anchor(session, self.notary, START)

    def examine(self, session: Session, with_copies: bool = True) -> Examination:
        return examine_audit(session, self.notary, read_anchors(self.copies) if with_copies else [])


def a_ledger(database: Database, folder: Path) -> Ledger:
    return Ledger(database, FileNotary(MemoryKeys(), folder), [])


@contextmanager
def forbidden_changes(database: Database) -> Iterator[Session]:
    """What only the owner of the database can do: the triggers do not hold. Taken back at the end."""
    with Session(database.engine) as session:
        if database.engine.dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        yield session
        session.rollback()
