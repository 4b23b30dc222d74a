"""Bring every sealed value under the current key, in batches, while the platform runs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.ports import SealBroken, Vault
from engine.store.accounts import TOTP_SECRET
from engine.store.cases import COMMISSION, Case, commission_of
from engine.store.comments import COMMENT
from engine.store.drafts import DRAFT
from engine.store.evaluations import EVALUATION
from engine.store.human_tasks import RESULT
from engine.store.people_index import PersonIndex, index_persons
from engine.store.queries import ANSWER_BODY, ANSWER_UNDERSTOOD
from engine.store.releases import RELEASE_REASON
from engine.store.reports import RECEIPT, VOID_REASON
from engine.store.sealing import SealedColumn
from engine.store.units import CALLBACK_SECRET, TOKEN_SECRET
from engine.store.unmasking import UNMASKING_WORDS

SEALED_COLUMNS = (
    COMMISSION,
    ANSWER_BODY,
    ANSWER_UNDERSTOOD,
    EVALUATION,
    RESULT,
    RECEIPT,
    TOKEN_SECRET,
    CALLBACK_SECRET,
    TOTP_SECRET,
    UNMASKING_WORDS,
    DRAFT,
    COMMENT,
    VOID_REASON,
    RELEASE_REASON,
)
PLAIN = b"\x00"  # the mark of what was stored before values were sealed (migration 0002)


@dataclass(frozen=True)
class Renewal:
    """A value to be replaced, if it is still the old one then."""

    identity: int | str
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)


@dataclass(frozen=True)
class Batch:
    """`last` is where the next batch goes on; None when this was the last one."""

    renewals: tuple[Renewal, ...]
    broken: tuple[SealBroken, ...]
    seen: int
    last: int | str | None


def next_batch(
    session: Session, vault: Vault, column: SealedColumn, after: int | str | None, limit: int, plain_too: bool
) -> Batch:
    """Reads only. A value that cannot be opened is told and stays as it is."""
    columns = column.rows.c
    wanted = select(column.identity, columns[column.column], *(columns[name] for name in column.key))
    wanted = wanted.where(columns[column.column].is_not(None)).order_by(column.identity)
    if after is not None:
        wanted = wanted.where(column.identity > after)
    rows = session.execute(wanted.limit(limit)).all()
    done = [_renewed(vault, column, row, plain_too) for row in rows if not vault.is_current(row[1])]
    return Batch(
        tuple(renewal for renewal in done if isinstance(renewal, Renewal)),
        tuple(failure for failure in done if isinstance(failure, SealBroken)),
        len(rows),
        rows[-1][0] if len(rows) == limit else None,
    )


def _renewed(vault: Vault, column: SealedColumn, row: Sequence[Any], plain_too: bool) -> Renewal | SealBroken:
    identity, old, *key = row
    place = column.place_of(*key)
    try:
        plain = old[1:] if plain_too and old[:1] == PLAIN else vault.open(place, old)
    except SealBroken as error:
        return error
    return Renewal(identity, old, vault.seal(place, plain))


def apply_batch(session: Session, column: SealedColumn, batch: Batch) -> int:
    """A value somebody wrote meanwhile is left alone: it is sealed with the current key already."""
    identity, value = column.identity, column.rows.c[column.column]
    changed = 0
    for renewal in batch.renewals:
        same = (identity == renewal.identity) & (value == renewal.old)
        change = update(column.rows).where(same).values({column.column: renewal.new})
        changed += session.execute(change).rowcount  # type: ignore[attr-defined]  # CursorResult for an UPDATE
    return changed


def index_cases(session: Session, vault: Vault, limit: int) -> int:
    """Cases from before there was an index of persons; 0 when all are in it."""
    indexed = select(PersonIndex.case_id).where(PersonIndex.case_id == Case.id).exists()
    missing = list(session.scalars(select(Case.id).where(~indexed).order_by(Case.id).limit(limit)))
    for case_id in missing:
        index_persons(session, vault, case_id, commission_of(session, vault, case_id).household.persons)
    return len(missing)
