"""Failed attempts to sign in, counted by name, browser and address: waiting grows, nobody is locked out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.sign_in import FORGET_AFTER, Patience
from engine.store.base import Base, UtcDateTime


class SignInFailure(Base):
    """`subject` is a keyed digest of a name, a browser or an address: what people type may be anything."""

    __tablename__ = "sign_in_failure"

    subject: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


@dataclass(frozen=True)
class Subject:
    """Something whose attempts are counted, and how patient the house is with it."""

    digest: bytes
    patience: Patience


def count_attempt(session: Session, subjects: Iterable[Subject], now: datetime) -> timedelta:
    """How long to wait; when that is nothing the attempt counts as failed until it is forgiven.

    It counts before it is looked at: many at once are many attempts.
    """
    patience = {subject.digest: subject.patience for subject in subjects}
    rows = _locked(session, patience, now)
    wait = max((row.next_at - now for row in rows if row.next_at > now), default=timedelta())
    if wait:
        return wait
    for row in rows:
        row.failures = 1 if row.last_at <= now - FORGET_AFTER else row.failures + 1
        row.last_at, row.next_at = now, now + patience[row.subject].wait_after(row.failures)
    session.flush()
    return wait


def _locked(session: Session, digests: Iterable[bytes], now: datetime) -> list[SignInFailure]:
    """Made when missing; in the same order for everybody."""
    fresh = [{"subject": digest, "failures": 0, "next_at": now, "last_at": now} for digest in sorted(digests)]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(SignInFailure).on_conflict_do_nothing(), fresh)
    return lock_failures(session, digests)


def lock_failures(session: Session, digests: Iterable[bytes]) -> list[SignInFailure]:
    """In the same order for everybody, so before any of them is changed: two would wait for each other."""
    wanted = select(SignInFailure).where(SignInFailure.subject.in_(sorted(digests)))
    ordered = wanted.order_by(SignInFailure.subject).with_for_update()
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def forgive_all(session: Session, digest: bytes) -> None:
    session.execute(delete(SignInFailure).where(SignInFailure.subject == digest))


def forgive_one(session: Session, digest: bytes, now: datetime) -> None:
    """The last attempt was a right one: it does not count, those before it still do."""
    row = session.get(SignInFailure, digest, populate_existing=True, with_for_update=True)
    if row is not None and row.failures > 0:
        row.failures, row.next_at = row.failures - 1, now


def forget_old_failures(session: Session, now: datetime) -> None:
    session.execute(delete(SignInFailure).where(SignInFailure.last_at <= now - FORGET_AFTER))
