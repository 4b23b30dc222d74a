"""Files of a case: what kind, under which digest, how large."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Identifier, UtcDateTime, append_at_end


class Document(Base):
    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("case_id", "kind", "digest"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))  # report | archive
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StoredFile(Protocol):
    @property
    def digest(self) -> str: ...

    @property
    def size(self) -> int: ...


def add_document(
    session: Session, case_id: int, kind: str, name: str, file: StoredFile, now: datetime
) -> None:
    row = {
        "case_id": case_id,
        "kind": kind,
        "name": name,
        "digest": file.digest,
        "size": file.size,
        "created_at": now,
    }
    append_at_end(session, Document, [row])
