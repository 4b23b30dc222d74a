"""Drafts of a form somebody is filling in: opened, kept, dropped when sent or when nobody came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine.form_definitions import FormDefinition
from engine.platform import Platform
from engine.store import drafts
from engine.store.drafts import Draft

__all__ = [
    "Draft",
    "Filled",
    "drop_draft",
    "drop_old_drafts",
    "keep_draft",
    "new_subject",
    "open_draft",
    "task_subject",
]

LIFE_OF_DRAFTS = timedelta(days=30)


@dataclass(frozen=True)
class Filled:
    """A form as it stands on somebody's page; `file_names` of everything uploaded for it, by digest."""

    values: Mapping[str, object] = field(default_factory=dict, repr=False)
    file_names: Mapping[str, str] = field(default_factory=dict, repr=False)


def task_subject(task_id: int) -> str:
    return f"task:{task_id}"


def new_subject(form_key: str) -> str:
    return f"new:{form_key}"


def open_draft(
    session: Session, platform: Platform, account: str, subject: str, form: FormDefinition
) -> Draft | None:
    """None also when the form has become another one meanwhile."""
    found = drafts.draft_of(session, platform.vault, account, subject)
    return found if found is not None and found.form == form.key else None


def keep_draft(
    session: Session, platform: Platform, account: str, subject: str, form: FormDefinition, filled: Filled
) -> datetime:
    """When it was kept."""
    now = platform.clock.now()
    draft = Draft(form.key, now, filled.values, filled.file_names)
    drafts.keep_draft(session, platform.vault, account, subject, draft)
    return now


def drop_draft(session: Session, account: str, subject: str) -> None:
    drafts.drop_draft(session, account, subject)


def drop_old_drafts(session: Session, now: datetime) -> int:
    """What was sent is kept with its task; what nobody has touched for so long is nobody's any more."""
    return drafts.drop_old_drafts(session, now - LIFE_OF_DRAFTS)
