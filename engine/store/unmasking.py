"""What was shown in the clear to whom, and why: a row each time, never changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime
from engine.store.sealing import SealedColumn


class Unmasking(Base):
    """`words` are sealed: people write freely about people. `token` is their place, known before the row."""

    __tablename__ = "unmasking"
    __table_args__ = (UniqueConstraint("token"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    token: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    account: Mapped[str] = mapped_column(String(80))
    post: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(20))
    words: Mapped[bytes] = mapped_column(LargeBinary)


UNMASKING_WORDS = SealedColumn(Unmasking, "words", ("token",))


def unmaskings_of(session: Session, case_id: int) -> list[Unmasking]:
    """Oldest first, for the access log of the case."""
    return list(session.scalars(select(Unmasking).where(Unmasking.case_id == case_id).order_by(Unmasking.id)))


def words_of(vault: Vault, row: Unmasking) -> str:
    return UNMASKING_WORDS.open(vault, row).decode()
