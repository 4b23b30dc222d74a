"""Drafts of forms: what somebody has filled in so far and not sent, sealed, one for each subject."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import LargeBinary, Select, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.plain import canonical_json
from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime
from engine.store.sealing import SealedColumn


class FormDraft(Base):
    """`subject` says what the form is for, by ids: `task:12`, `new:register_submission`."""

    __tablename__ = "form_draft"
    __table_args__ = (UniqueConstraint("account", "subject"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    account: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(80))
    form: Mapped[str] = mapped_column(String(100))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


DRAFT = SealedColumn(FormDraft, "body", ("account", "subject"))


@dataclass(frozen=True)
class Draft:
    """Values as typed; `file_names` of uploaded files by their digest."""

    form: str
    saved_at: datetime
    values: Mapping[str, object] = field(repr=False)
    file_names: Mapping[str, str] = field(repr=False)


def draft_of(session: Session, vault: Vault, account: str, subject: str) -> Draft | None:
    row = session.scalars(_wanted(account, subject)).one_or_none()
    if row is None:
        return None
    body = json.loads(DRAFT.open(vault, row))
    return Draft(row.form, row.saved_at, body["values"], body["file_names"])


def keep_draft(session: Session, vault: Vault, account: str, subject: str, draft: Draft) -> None:
    """In place of the one before. The caller holds nobody else back: a draft is its author's alone."""
    row = session.scalars(_wanted(account, subject).with_for_update()).one_or_none()
    if row is None:
        row = FormDraft(account=account, subject=subject)
        session.add(row)
    row.form, row.saved_at = draft.form, draft.saved_at
    body = {"values": dict(draft.values), "file_names": dict(draft.file_names)}
    DRAFT.seal(vault, row, canonical_json(body))


def drop_draft(session: Session, account: str, subject: str) -> None:
    """It is no business fact: what was sent is kept with the task."""
    session.execute(delete(FormDraft).where(FormDraft.account == account, FormDraft.subject == subject))


def drop_old_drafts(session: Session, before: datetime) -> int:
    gone = session.execute(delete(FormDraft).where(FormDraft.saved_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # CursorResult for a DELETE


def _wanted(account: str, subject: str) -> Select[FormDraft]:
    return select(FormDraft).where(FormDraft.account == account, FormDraft.subject == subject)
