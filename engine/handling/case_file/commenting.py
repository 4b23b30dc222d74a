"""Comments of staff on a case (备注), with files: sealed, never changed, on record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.authority import Person, Right
from engine.domain.errors import NotFound, RuleViolation
from engine.platform import Platform
from engine.store.audit import record_audit
from engine.store.cases import Case
from engine.store.comments import Comment, add_comment
from engine.store.documents import Document, add_document

ATTACHMENT = "attachment"
LONGEST, MOST_FILES = 2000, 5


class CommentEmpty(RuleViolation):
    """请填写备注内容"""


class CommentTooLong(RuleViolation):
    """备注内容不得超过 2000 字"""


class TooManyAttachments(RuleViolation):
    """一条备注最多附 5 个文件"""


@dataclass(frozen=True)
class Attachment:
    """A cleaned file that lies in the document store already."""

    name: str = field(repr=False)
    digest: str
    size: int


def check_comment(words: str, files: int) -> None:
    """Raises CommentEmpty, CommentTooLong, TooManyAttachments; before files are cleaned and stored."""
    if not words.strip():
        raise CommentEmpty
    if len(words.strip()) > LONGEST:
        raise CommentTooLong
    if files > MOST_FILES:
        raise TooManyAttachments


def comment_on(
    session: Session,
    platform: Platform,
    person: Person,
    case_id: int,
    words: str,
    attachments: Iterable[Attachment],
) -> None:
    """Raises NotFound, NotAuthorised and as check_comment."""
    person.need(Right.READ_CASES)
    files = {attachment.digest: attachment for attachment in attachments}
    check_comment(words, len(files))
    if session.get(Case, case_id) is None:
        raise NotFound(case=case_id)
    now = platform.clock.now()
    _file(session, case_id, files, now)
    comment = Comment(person.name, now, tuple(files), words.strip())
    add_comment(session, platform.vault, case_id, comment)
    facts = {"documents": list(files)}
    record_audit(session, now, person.name, "comment_added", case_id, facts)


def _file(session: Session, case_id: int, files: dict[str, Attachment], now: datetime) -> None:
    """The same file attached again is on file already."""
    wanted = select(Document.digest).where(Document.case_id == case_id, Document.kind == ATTACHMENT)
    known = set(session.scalars(wanted))
    for digest, attachment in files.items():
        if digest not in known:
            add_document(session, case_id, ATTACHMENT, attachment.name[:200], attachment, now)
