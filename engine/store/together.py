"""Rows of many cases with one statement: who asks for those of one case has read those of its companions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

LOT = "lot"
Rows = Sequence[tuple[Any, ...]]
OfCases = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Lot:
    """`read` and `shared` hold rows of statements: by case, and by parameter."""

    case_ids: set[int]
    read: dict[OfCases, dict[int, list[tuple[Any, ...]]]] = field(default_factory=dict, repr=False)
    shared: dict[tuple[object, ...], Rows] = field(default_factory=dict, repr=False)


def select_of_cases(case_id: ColumnElement[int], columns: Iterable[Any]) -> OfCases:
    """What `rows_of` takes: the columns of the rows whose `case_id` is among those it asks for."""
    return select(case_id, *columns).where(case_id.in_(bindparam("case_ids", expanding=True)))


@contextmanager
def reading_together(session: Session, case_ids: Iterable[int]) -> Iterator[None]:
    """Inside, `rows_of` reads each statement once for all these cases. Whoever writes what it reads says so
    by `read_alone`; what is written at the end of the transaction is not read before."""
    session.info[LOT] = Lot(set(case_ids))
    try:
        yield
    finally:
        del session.info[LOT]


def read_alone(session: Session, case_id: int) -> None:
    """Rows of this case have been written: what was read together with others does not count for it."""
    lot: Lot | None = session.info.get(LOT)
    if lot is not None:
        lot.case_ids.discard(case_id)


def rows_of(session: Session, statement: OfCases, case_id: int) -> Rows:
    """The selected columns of the rows of one case, in the order of the statement."""
    lot: Lot | None = session.info.get(LOT)
    if lot is not None and case_id in lot.case_ids and statement not in lot.read:
        _read(session, statement, lot)
    if lot is None or case_id not in lot.case_ids:
        return [row[1:] for row in _execute(session, statement, [case_id])]
    return lot.read[statement].get(case_id, [])


def _read(session: Session, statement: OfCases, lot: Lot) -> None:
    """A value that cannot be read costs its own case something and no companion: all read alone then."""
    found = defaultdict(list)
    try:
        for row in _execute(session, statement, sorted(lot.case_ids)):
            found[row[0]].append(row[1:])
    except SQLAlchemyError:
        raise  # the database, not a row
    except Exception:
        lot.case_ids.clear()
    else:
        lot.read[statement] = found


def shared_rows(session: Session, statement: OfCases, **values: object) -> Rows:
    """Rows that are no case's own: once for all cases that are read together, which do not write them."""
    lot: Lot | None = session.info.get(LOT)
    if lot is None:
        return session.connection().execute(statement, values).all()
    asked = (statement, *values.items())
    if asked not in lot.shared:
        lot.shared[asked] = session.connection().execute(statement, values).all()
    return lot.shared[asked]


def _execute(session: Session, statement: OfCases, case_ids: list[int]) -> Rows:
    return session.connection().execute(statement, {"case_ids": case_ids}).all()
