"""Which person stands in which case: found by the number of the identity document, readable by nobody."""

from collections.abc import Iterable

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.household import Person
from engine.domain.identity import normalise_resident_id
from engine.ports import Vault
from engine.store.base import Base, Identifier, append

PURPOSE = "id_number"


class PersonIndex(Base):
    """`id_index` is a keyed digest: without the index key not even a guessed number can be tried."""

    __tablename__ = "person_index"

    case_id: Mapped[int] = mapped_column(
        Identifier, ForeignKey("verification_case.id"), primary_key=True, autoincrement=False
    )
    ref: Mapped[str] = mapped_column(String(20), primary_key=True)
    id_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, index=True)


def index_persons(session: Session, vault: Vault, case_id: int, persons: Iterable[Person]) -> None:
    rows = [{"case_id": case_id, "ref": p.ref, "id_index": _index(vault, p.id_no)} for p in persons]
    append(session, PersonIndex, rows)


def cases_of_id_number(session: Session, vault: Vault, id_no: str) -> list[int]:
    """Ids of all cases in which the person was a member or a supporter, oldest first."""
    known = vault.indexes(PURPOSE, normalise_resident_id(id_no))
    wanted = select(PersonIndex.case_id).where(PersonIndex.id_index.in_(known)).distinct()
    return list(session.scalars(wanted.order_by(PersonIndex.case_id)))


def _index(vault: Vault, id_no: str) -> bytes:
    return vault.index(PURPOSE, normalise_resident_id(id_no))
