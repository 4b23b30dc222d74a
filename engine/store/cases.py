"""Cases (核对业务) and the commission each rests on, revision by revision."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.commission import Commission
from engine.domain.json_text import canonical_json, read_json
from engine.domain.plain import digest_of, from_plain, to_plain
from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime, append, change_at_end
from engine.store.people_index import index_persons
from engine.store.sealing import SealedColumn
from engine.store.together import rows_of, select_of_cases


class CaseState(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    ISSUED = "issued"
    CLOSED = "closed"


OPEN_STATES = (CaseState.RECEIVED, CaseState.ACCEPTED, CaseState.SUSPENDED)


class Case(Base):
    """One verification of one household for one unit. Holds no personal data: that is in the commission."""

    __tablename__ = "verification_case"
    __table_args__ = (UniqueConstraint("unit_code", "commission_no"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("commissioning_unit.code"))
    commission_no: Mapped[str] = mapped_column(String(64))
    request_digest: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), index=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # searched by days long ago
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class CommissionRevision(Base):
    """The commission as accepted at the door, sealed. Append-only: a supplement is a new revision.

    `digest` is of the plain content, to be compared with papers and archives.
    """

    __tablename__ = "commission_revision"
    __table_args__ = (UniqueConstraint("case_id", "revision"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"))
    revision: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass
class KnownCase:
    """A row as the worker has it. What becomes of it is written by `keep_cases`."""

    id: int
    case_no: str | None
    unit_code: str
    commission_no: str
    service: str
    channel: str
    received_at: datetime
    state: str
    accepted_at: datetime | None
    closed_at: datetime | None

    def __post_init__(self) -> None:
        self.as_read = self.changing

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def changing(self) -> tuple[object, ...]:
        return self.state, self.accepted_at, self.closed_at


AnyCase = Case | KnownCase

COMMISSION = SealedColumn(CommissionRevision, "body", ("case_id", "revision"))


@dataclass(frozen=True)
class CommissionPaper:
    """One opened revision: the canonical JSON of a commission."""

    revision: int
    body: bytes = field(repr=False)


def find_case(session: Session, unit_code: str, commission_no: str) -> Case | None:
    wanted = {"of_unit": unit_code, "of_commission": commission_no}
    return session.scalars(BY_COMMISSION, wanted).one_or_none()


BY_COMMISSION = select(Case).where(
    Case.unit_code == bindparam("of_unit"), Case.commission_no == bindparam("of_commission")
)
LOCKED = (
    select(Case)
    .where(Case.id == bindparam("of_id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
CASES = cast(Table, Case.__table__)
KNOWN = (
    select(*(CASES.c[column.name] for column in fields(KnownCase)))
    .where(CASES.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(CASES.c.id)
)
KNOWN_LOCKED = KNOWN.with_for_update(key_share=True)
KNOWN_IF_FREE = KNOWN.with_for_update(key_share=True, skip_locked=True)
KEEP = (
    update(CASES)
    .where(CASES.c.id == bindparam("of_id"))
    .values(
        state=bindparam("now_state"),
        accepted_at=bindparam("now_accepted", type_=UtcDateTime),
        closed_at=bindparam("now_closed", type_=UtcDateTime),
    )
)
PAPERS = cast(Table, CommissionRevision.__table__)
REVISIONS = select_of_cases(PAPERS.c.case_id, (PAPERS.c.revision, PAPERS.c.body)).order_by(PAPERS.c.revision)


def lock_case(session: Session, case_id: int) -> Case:
    """Locks the row to the end of the transaction. First in the lock order."""
    return session.scalars(LOCKED, {"of_id": case_id}).one()


def cases_by_id(session: Session, case_ids: Iterable[int]) -> dict[int, KnownCase]:
    """Read, not locked."""
    return _known(session, KNOWN, case_ids)


def lock_cases(session: Session, case_ids: Iterable[int]) -> dict[int, KnownCase]:
    """Locks the rows to the end of the transaction, in the order of their ids."""
    return _known(session, KNOWN_LOCKED, case_ids)


def lock_free_cases(session: Session, case_ids: Iterable[int]) -> dict[int, KnownCase]:
    """Without those that another worker is at."""
    return _known(session, KNOWN_IF_FREE, case_ids)


def _known(session: Session, statement: Select[Any], case_ids: Iterable[int]) -> dict[int, KnownCase]:
    rows = session.connection().execute(statement, {"ids": sorted(case_ids)})
    return {row[0]: KnownCase(*row) for row in rows}


def keep_cases(session: Session, cases: Iterable[KnownCase]) -> None:
    """At the end of the transaction, those that have changed."""
    rows = [
        {
            "of_id": case.id,
            "now_state": case.state,
            "now_accepted": case.accepted_at,
            "now_closed": case.closed_at,
        }
        for case in cases
        if case.changing != case.as_read
    ]
    change_at_end(session, KEEP, rows)


def add_commission(session: Session, vault: Vault, case: Case, commission: Commission, now: datetime) -> None:
    """The case must have its id."""
    _add_revision(session, vault, case.id, 1, commission, now)
    index_persons(session, vault, case.id, commission.household.persons)


def revise_commission(
    session: Session, vault: Vault, case: Case, commission: Commission, now: datetime
) -> int:
    """Add the next revision and return its number. The case is locked; the earlier ones stay as they are."""
    earlier = commission_revisions(session, vault, case.id)
    revision = 1 + earlier[-1].revision
    _add_revision(session, vault, case.id, revision, commission, now)
    opened = (from_plain(Commission, read_json(paper.body)) for paper in earlier)
    known = {(person.ref, person.id_no) for known in opened for person in known.household.persons}
    persons = commission.household.persons
    index_persons(session, vault, case.id, (p for p in persons if (p.ref, p.id_no) not in known))
    return revision


def _add_revision(
    session: Session, vault: Vault, case_id: int, revision: int, commission: Commission, now: datetime
) -> None:
    body = canonical_json(to_plain(commission))
    row = {
        "case_id": case_id,
        "revision": revision,
        "body": vault.seal(COMMISSION.place_of(case_id, revision), body),
        "digest": digest_of(body),
        "recorded_at": now,
    }
    append(session, CommissionRevision, [row])


def commission_of(session: Session, vault: Vault, case_id: int) -> Commission:
    """The latest revision."""
    revision, sealed = rows_of(session, REVISIONS, case_id)[-1]
    return _opened(vault, case_id, revision, sealed)  # type: ignore[arg-type]  # a vault is its own key


@lru_cache(maxsize=64)  # every step of a case looks at it; what these very bytes hold never changes
def _opened(vault: Vault, case_id: int, revision: int, sealed: bytes) -> Commission:
    return from_plain(Commission, read_json(vault.open(COMMISSION.place_of(case_id, revision), sealed)))


def commission_revisions(session: Session, vault: Vault, case_id: int) -> list[CommissionPaper]:
    return [
        CommissionPaper(revision, vault.open(COMMISSION.place_of(case_id, revision), body))
        for revision, body in rows_of(session, REVISIONS, case_id)
    ]
