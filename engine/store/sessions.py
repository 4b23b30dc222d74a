"""Sessions of staff, and the browsers known to belong to somebody: digests only."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.sign_in import DEVICE_LIFE, LONGEST_SESSION
from engine.store.accounts import Account
from engine.store.base import Base, UtcDateTime


class StaffSession(Base):
    """`digest` is of the random id only the browser has. `is_half`: the second factor is still to come."""

    __tablename__ = "staff_session"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    is_half: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KnownDevice(Base):
    """A browser from which the account has signed in."""

    __tablename__ = "known_device"

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


def session_with(session: Session, digest: bytes) -> tuple[StaffSession, Account] | None:
    """Only of active accounts."""
    wanted = select(StaffSession, Account).join(Account, Account.id == StaffSession.account_id)
    mine = wanted.where(StaffSession.digest == digest, Account.active.is_(True))
    found = session.execute(mine).one_or_none()
    return None if found is None else (found[0], found[1])


def note_seen(session: Session, digest: bytes, now: datetime) -> None:
    session.execute(update(StaffSession).where(StaffSession.digest == digest).values(seen_at=now))


def end_session(session: Session, digest: bytes) -> None:
    session.execute(delete(StaffSession).where(StaffSession.digest == digest))


def end_sessions(session: Session, account_id: int, but: bytes = b"") -> None:
    """All of the account, except the one given."""
    session.execute(
        delete(StaffSession).where(StaffSession.account_id == account_id, StaffSession.digest != but)
    )


def forget_the_old(session: Session, now: datetime) -> None:
    """What can no longer open anything, of everybody."""
    session.execute(delete(StaffSession).where(StaffSession.created_at <= now - LONGEST_SESSION))
    session.execute(delete(KnownDevice).where(KnownDevice.until <= now))


def is_known_device(session: Session, digest: bytes, account_id: int, now: datetime) -> bool:
    device = session.get(KnownDevice, digest)
    return device is not None and device.account_id == account_id and device.until > now


def know_device(session: Session, digest: bytes, account_id: int, now: datetime) -> None:
    session.merge(KnownDevice(digest=digest, account_id=account_id, until=now + DEVICE_LIFE))
    session.flush()


def forget_devices(session: Session, account_id: int) -> None:
    session.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))
