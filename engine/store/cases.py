"""Cases (核对业务) and the commission each rests on, revision by revision."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import cast

from sqlalchemy import ForeignKey, LargeBinary, String, Table, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.commission import Commission
from engine.domain.json_text import canonical_json, read_json
from engine.domain.plain import digest_of, from_plain, to_plain
from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime, append
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
BY_IDS = select(Case).where(Case.id.in_(bindparam("ids", expanding=True))).order_by(Case.id)
LOCKED = BY_IDS.with_for_update(key_share=True).execution_options(populate_existing=True)
LOCKED_IF_FREE = BY_IDS.with_for_update(key_share=True, skip_locked=True).execution_options(
    populate_existing=True
)
PAPERS = cast(Table, CommissionRevision.__table__)
REVISIONS = select_of_cases(PAPERS.c.case_id, (PAPERS.c.revision, PAPERS.c.body)).order_by(PAPERS.c.revision)


def cases_by_id(session: Session, case_ids: Iterable[int]) -> dict[int, Case]:
    """Read, not locked."""
    return {case.id: case for case in session.scalars(BY_IDS, {"ids": sorted(case_ids)})}


def lock_cases(session: Session, case_ids: Iterable[int]) -> dict[int, Case]:
    """Locks the rows to the end of the transaction, in the order of their ids. First in the lock order."""
    return {case.id: case for case in session.scalars(LOCKED, {"ids": sorted(case_ids)})}


def lock_case(session: Session, case_id: int) -> Case:
    return lock_cases(session, [case_id])[case_id]


def lock_free_cases(session: Session, case_ids: Iterable[int]) -> dict[int, Case]:
    """Without those that another worker is at."""
    return {case.id: case for case in session.scalars(LOCKED_IF_FREE, {"ids": sorted(case_ids)})}


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
