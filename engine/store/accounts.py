"""Accounts of staff (人员账号): how each proves who it is. Which posts they hold: engine.store.grants."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Identifier, UtcDateTime
from engine.store.sealing import SealedColumn


class Account(Base):
    """`name` is the staff number, which audit and tasks name. A code starts it, then password and factor."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    active: Mapped[bool]
    code_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    code_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed
    totp_since: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: shown, not yet confirmed
    totp_step: Mapped[int] = mapped_column(Identifier, default=0)  # of the last code taken: none twice
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


TOTP_SECRET = SealedColumn(Account, "totp_secret", ("name",))


class RecoveryCode(Base):
    """Instead of the second factor, once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def account_named(session: Session, name: str) -> Account | None:
    return session.scalars(select(Account).where(Account.name == name)).one_or_none()


def lock_account(session: Session, account_id: int) -> Account:
    """As it is now, locked to the end of the transaction."""
    wanted = select(Account).where(Account.id == account_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def take_step(session: Session, account_id: int, step: int) -> bool:
    """A code of the second factor counts once, however many present it at the same time."""
    newer = update(Account).where(Account.id == account_id, Account.totp_step < step)
    return bool(session.execute(newer.values(totp_step=step)).rowcount)  # type: ignore[attr-defined]  # CursorResult for an UPDATE


def renew_recovery_codes(session: Session, account_id: int, digests: list[bytes]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.add_all(RecoveryCode(account_id=account_id, digest=digest) for digest in digests)
    session.flush()


def use_recovery_code(session: Session, account_id: int, digest: bytes, now: datetime) -> bool:
    fresh = update(RecoveryCode).where(
        RecoveryCode.account_id == account_id, RecoveryCode.digest == digest, RecoveryCode.used_at.is_(None)
    )
    return bool(session.execute(fresh.values(used_at=now)).rowcount)  # type: ignore[attr-defined]  # CursorResult for an UPDATE
