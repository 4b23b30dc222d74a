"""The audit log: who did what to which case, when and why. Append-only, codes and ids only.

The database itself refuses changes (triggers); the links and anchors show those that were made all the same.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Identifier, Json, UtcDateTime, append_at_end


class AuditEvent(Base):
    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("verification_case.id"), index=True)
    facts: Mapped[dict[str, object]] = mapped_column(Json)


class AuditLink(Base):
    """The place of an event in the one chain. `seq` counts from 1 without a gap."""

    __tablename__ = "audit_link"

    seq: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("audit_event.id"), unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditAnchor(Base):
    """A signed state of the chain. Copies lie outside of this database."""

    __tablename__ = "audit_anchor"

    seq: Mapped[int] = mapped_column(Identifier, primary_key=True, autoincrement=False)
    chain: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    key_id: Mapped[str] = mapped_column(String(64))
    signature: Mapped[bytes] = mapped_column(LargeBinary(128))


def record_audit(
    session: Session,
    at: datetime,
    actor: str,
    action: str,
    case_id: int | None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """`facts` are codes, ids and digests; never names, id numbers, accounts or amounts."""
    event = {"at": at, "actor": actor, "action": action, "case_id": case_id, "facts": dict(facts or {})}
    append_at_end(session, AuditEvent, [event])
