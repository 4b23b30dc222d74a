"""The register of copies (复制件登记): every time a report leaves the house or a printer, MZ/T 072 5.2 e)."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime, append_at_end
from engine.store.sealing import SealedColumn


class ReleaseKind(StrEnum):
    DELIVERED = "delivered"  # sent to the unit
    DOWNLOADED = "downloaded"  # fetched by the unit
    PRINTED = "printed"  # by our own staff, with a reason


class ReportRelease(Base):
    """`who` is a staff number or unit:CODE; `token` names the release and is the place of its reason."""

    __tablename__ = "report_release"
    __table_args__ = (CheckConstraint("copies >= 1", name="copies"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    copies: Mapped[int]
    reason: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed: people write it


RELEASE_REASON = SealedColumn(ReportRelease, "reason", ("token",))


@dataclass(frozen=True)
class Release:
    """One handing out, before it is written down."""

    report_id: int
    kind: ReleaseKind
    who: str
    at: datetime
    copies: int = 1
    reason: str = field(default="", repr=False)


def register_release(session: Session, vault: Vault, release: Release) -> str:
    """Its token. Written with the end of the transaction."""
    token = secrets.token_hex(16)
    reason = release.reason.encode()
    row = {
        "report_id": release.report_id,
        "kind": release.kind,
        "who": release.who,
        "at": release.at,
        "token": token,
        "copies": release.copies,
        "reason": vault.seal(RELEASE_REASON.place_of(token), reason) if reason else None,
    }
    append_at_end(session, ReportRelease, [row])
    return token


def releases_of(session: Session, report_ids: Iterable[int]) -> Sequence[ReportRelease]:
    """Oldest first."""
    wanted = select(ReportRelease).where(ReportRelease.report_id.in_(list(report_ids)))
    return session.scalars(wanted.order_by(ReportRelease.id)).all()


def was_sent(session: Session, report_id: int) -> bool:
    """To its unit, or fetched by it; the answer stays the same when the report is voided."""
    wanted = select(ReportRelease.id).where(
        ReportRelease.report_id == report_id,
        ReportRelease.kind.in_((ReleaseKind.DELIVERED, ReleaseKind.DOWNLOADED)),
    )
    return session.scalars(wanted.limit(1)).one_or_none() is not None


def reason_of_release(vault: Vault, row: ReportRelease) -> str:
    return RELEASE_REASON.open(vault, row).decode() if row.reason is not None else ""
