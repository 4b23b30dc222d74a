"""Drafts of forms: what somebody has filled in so far and not sent, sealed, one for each subject."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import LargeBinary, Select, String, UniqueConstraint, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.json_text import canonical_json
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
    """In place of the one before; two pages of the same person saving at once do not disturb each other."""
    body = canonical_json({"values": dict(draft.values), "file_names": dict(draft.file_names)})
    values = {
        "form": draft.form,
        "saved_at": draft.saved_at,
        "body": vault.seal(DRAFT.place_of(account, subject), body),
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    adding = dialect.insert(FormDraft).values(account=account, subject=subject, **values)
    keeping = adding.on_conflict_do_update(index_elements=["account", "subject"], set_=values)
    session.execute(keeping, execution_options={"synchronize_session": False})


def drop_draft(session: Session, account: str, subject: str) -> None:
    """It is no business fact: what was sent is kept with the task."""
    session.execute(delete(FormDraft).where(FormDraft.account == account, FormDraft.subject == subject))


def drop_old_drafts(session: Session, before: datetime) -> int:
    gone = session.execute(delete(FormDraft).where(FormDraft.saved_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # CursorResult for a DELETE


def _wanted(account: str, subject: str) -> Select[FormDraft]:
    return select(FormDraft).where(FormDraft.account == account, FormDraft.subject == subject)
