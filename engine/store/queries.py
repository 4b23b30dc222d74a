"""Queries sent to the sources and their answers, as received with digest and as understood."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.findings import Findings, ItemAnswer, MatchStatus, latest
from engine.domain.json_text import canonical_json, read_json
from engine.domain.plain import digest_of, from_plain, to_plain
from engine.ports import SourceReply, Vault
from engine.store.base import Base, Identifier, Json, UtcDateTime, append_at_end, change_at_end
from engine.store.sealing import SealedColumn
from engine.store.together import rows_of, select_of_cases


class QueryState(StrEnum):
    PLANNED = "planned"
    ANSWERED = "answered"
    FAILED = "failed"


class Query(Base):
    """One round of questions of a case to a department. `rows` = [person ref, item, authorisation number]."""

    __tablename__ = "query"
    __table_args__ = (UniqueConstraint("case_id", "source", "round"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"))
    source: Mapped[str] = mapped_column(String(20))
    round: Mapped[int]
    batch_no: Mapped[str] = mapped_column(String(80), unique=True)
    rows: Mapped[list[list[str]]] = mapped_column(Json)
    required_items: Mapped[list[str]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(20))
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure_code: Mapped[str | None] = mapped_column(String(80))


@dataclass(frozen=True)
class QueryHead:
    """Which query it is and how it stands, without its questions."""

    id: int
    case_id: int
    source: str
    round: int
    batch_no: str
    state: str


@dataclass(frozen=True)
class KnownQuery(QueryHead):
    """A row of the table as it was read."""

    rows: list[list[str]]
    required_items: list[str]
    planned_at: datetime
    answered_at: datetime | None
    failure_code: str | None


class Answer(Base):
    """`body` is what came over the wire, untouched (MZ/T 072 5.2 d); `understood` is our reading of it.

    Both are sealed; `digest` is of the body as it came.
    """

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("query_id", "attempt"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    query_id: Mapped[int] = mapped_column(ForeignKey("query.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    source: Mapped[str] = mapped_column(String(20))
    attempt: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    content_type: Mapped[str] = mapped_column(String(100))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    understood: Mapped[bytes] = mapped_column(LargeBinary)


ANSWER_BODY = SealedColumn(Answer, "body", ("query_id", "attempt"))
ANSWER_UNDERSTOOD = SealedColumn(Answer, "understood", ("query_id", "attempt"))


@dataclass(frozen=True)
class OpenedAnswer:
    query_id: int
    source: str
    attempt: int
    content_type: str
    received_at: datetime
    digest: str
    body: bytes = field(repr=False)
    understood: object = field(repr=False)  # plain JSON


QUERIES = cast(Table, Query.__table__)
OF_CASES, HEADS_OF_CASES = (
    select_of_cases(QUERIES.c.case_id, (QUERIES.c[column.name] for column in fields(kind))).order_by(
        QUERIES.c.id
    )
    for kind in (KnownQuery, QueryHead)
)
MARK = update(QUERIES).where(QUERIES.c.id == bindparam("query_id"))
Sealed = tuple[Vault, int, int, bytes]  # with the place it was sealed for
MOST_REMEMBERED = 2_000
_REMEMBERED: dict[Sealed, tuple[ItemAnswer, ...]] = {}
ANSWERED = MARK.values(state=QueryState.ANSWERED, answered_at=bindparam("at", type_=UtcDateTime))
FAILED = MARK.values(
    state=QueryState.FAILED,
    answered_at=bindparam("at", type_=UtcDateTime),
    failure_code=bindparam("code"),
)
FAILED_LATER = MARK.values(failure_code=bindparam("code"))
ANSWERS = cast(Table, Answer.__table__)
RECEIVED = (
    select(*(ANSWERS.c[column.name] for column in fields(OpenedAnswer)))
    .where(ANSWERS.c.case_id == bindparam("case_id"))
    .order_by(ANSWERS.c.id)
)
UNDERSTOOD = select_of_cases(
    ANSWERS.c.case_id, (ANSWERS.c.query_id, ANSWERS.c.attempt, ANSWERS.c.understood)
).order_by(ANSWERS.c.id)


def queries_of(session: Session, case_id: int) -> list[KnownQuery]:
    return [KnownQuery(*row) for row in rows_of(session, OF_CASES, case_id)]


def query_heads(session: Session, case_id: int) -> list[QueryHead]:
    return [QueryHead(*row) for row in rows_of(session, HEADS_OF_CASES, case_id)]


def mark_answered(session: Session, query: QueryHead, at: datetime) -> None:
    change_at_end(session, ANSWERED, [{"query_id": query.id, "at": at}])


def mark_failed(session: Session, query: QueryHead, at: datetime, code: str) -> None:
    """The last attempt failed too. An answer that came earlier stays; else the source has not answered."""
    if query.state == QueryState.ANSWERED:
        change_at_end(session, FAILED_LATER, [{"query_id": query.id, "code": code}])
    else:
        change_at_end(session, FAILED, [{"query_id": query.id, "at": at, "code": code}])


def add_answer(
    session: Session,
    vault: Vault,
    query: QueryHead,
    attempt: int,
    reply: SourceReply,
    understood: tuple[ItemAnswer, ...],
) -> None:
    plain = canonical_json([to_plain(answer) for answer in understood])
    sealed = vault.seal(ANSWER_UNDERSTOOD.place_of(query.id, attempt), plain)
    _remember((vault, query.id, attempt, sealed), understood)
    row = {
        "query_id": query.id,
        "case_id": query.case_id,
        "source": query.source,
        "attempt": attempt,
        "body": vault.seal(ANSWER_BODY.place_of(query.id, attempt), reply.body),
        "digest": digest_of(reply.body),
        "content_type": reply.content_type[:100],
        "received_at": reply.received_at,
        "understood": sealed,
    }
    append_at_end(session, Answer, [row])


def answers_of(session: Session, vault: Vault, case_id: int) -> list[OpenedAnswer]:
    rows = session.connection().execute(RECEIVED, {"case_id": case_id})
    return [_opened(vault, *row) for row in rows]


def _opened(
    vault: Vault,
    query_id: int,
    source: str,
    attempt: int,
    content_type: str,
    received_at: datetime,
    digest: str,
    body: bytes,
    understood: bytes,
) -> OpenedAnswer:
    return OpenedAnswer(
        query_id=query_id,
        source=source,
        attempt=attempt,
        content_type=content_type,
        received_at=received_at,
        digest=digest,
        body=vault.open(ANSWER_BODY.place_of(query_id, attempt), body),
        understood=read_json(vault.open(ANSWER_UNDERSTOOD.place_of(query_id, attempt), understood)),
    )


def findings_of(session: Session, vault: Vault, case_id: int, queries: Iterable[KnownQuery]) -> Findings:
    """What the sources said of this case; one that failed has said ERROR or TIMEOUT, never nothing.

    `queries` are those of the case.
    """
    said = [
        answer
        for query_id, attempt, sealed in rows_of(session, UNDERSTOOD, case_id)
        for answer in _understood(vault, query_id, attempt, sealed)
    ]
    return findings_from(said, (query for query in queries if query.state == QueryState.FAILED))


def findings_from(said: Iterable[ItemAnswer], failed: Iterable[KnownQuery]) -> Findings:
    """All that was said, and of queries that failed that nothing was."""
    return latest([*said, *(unanswered for query in failed for unanswered in _unanswered(query))])


def _understood(vault: Vault, query_id: int, attempt: int, sealed: bytes) -> tuple[ItemAnswer, ...]:
    sealed_there: Sealed = (vault, query_id, attempt, sealed)
    known = _REMEMBERED.get(sealed_there)
    if known is None:
        plain = read_json(vault.open(ANSWER_UNDERSTOOD.place_of(query_id, attempt), sealed))
        known = tuple(from_plain(ItemAnswer, answer) for answer in plain)
        _remember(sealed_there, known)
    return known


def _remember(sealed_there: Sealed, answers: tuple[ItemAnswer, ...]) -> None:
    """What these very bytes hold in this place never changes. Whoever has written them reads them next, of
    some fifty cases at a time."""
    if len(_REMEMBERED) >= MOST_REMEMBERED:
        _REMEMBERED.clear()
    _REMEMBERED[sealed_there] = answers


def _unanswered(query: KnownQuery) -> list[ItemAnswer]:
    status = MatchStatus.TIMEOUT if query.failure_code == "timeout" else MatchStatus.ERROR
    at = query.answered_at or query.planned_at
    return [ItemAnswer(person, item, query.source, status, at) for person, item, _ in query.rows]
