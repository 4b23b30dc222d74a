"""Comments of staff on a case, sealed, with the files they attached; append-only."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime
from engine.store.sealing import SealedColumn


class CaseComment(Base):
    """`documents`: digests of files of the case."""

    __tablename__ = "case_comment"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    author: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    documents: Mapped[list[str]] = mapped_column(JSON)


COMMENT = SealedColumn(CaseComment, "body", ("token",))


@dataclass(frozen=True)
class Comment:
    author: str
    at: datetime
    documents: tuple[str, ...]
    words: str = field(repr=False)


def add_comment(session: Session, vault: Vault, case_id: int, comment: Comment) -> None:
    row = CaseComment(
        case_id=case_id,
        token=secrets.token_hex(16),
        author=comment.author,
        at=comment.at,
        documents=list(comment.documents),
    )
    COMMENT.seal(vault, row, comment.words.encode())
    session.add(row)


def comments_of(session: Session, vault: Vault, case_id: int) -> list[Comment]:
    wanted = select(CaseComment).where(CaseComment.case_id == case_id).order_by(CaseComment.id)
    return [
        Comment(row.author, row.at, tuple(row.documents), COMMENT.open(vault, row).decode())
        for row in session.scalars(wanted)
    ]
