"""Keys of the house: put on record what was done with them, and renew the seals of what is stored."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.platform import Platform
from engine.ports import Resealing, Vault
from engine.store.audit import record_audit
from engine.store.reindexing import apply_new_indexes, next_cases
from engine.store.resealing import SEALED_COLUMNS, apply_batch, index_cases, next_batch
from engine.store.sealing import SealedColumn

ROWS_AT_ONCE = 500
CASES_AT_ONCE = 100
Opening = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Progress:
    """What has been looked at and sealed anew so far, of one column or of the files."""

    what: str
    seen: int = 0
    renewed: int = 0
    broken: int = 0

    def plus(self, seen: int, renewed: int, broken: int) -> "Progress":
        return Progress(self.what, self.seen + seen, self.renewed + renewed, self.broken + broken)


def reseal(reading: Opening, transaction: Opening, platform: Platform, plain_too: bool) -> Iterator[Progress]:
    """Batch by batch; may be stopped at any time and started again.

    Reading and the work of the ciphers happen outside of the transactions that write.
    """
    for column in SEALED_COLUMNS:
        yield from _reseal_column(reading, transaction, platform.vault, column, plain_too)
    if plain_too:
        yield from _index(transaction, platform.vault)
    files = Progress("document")
    for became in platform.documents.reseal(plain_too):
        files = files.plus(1, became is Resealing.RENEWED, became is Resealing.BROKEN)
        yield files


def _reseal_column(
    reading: Opening, transaction: Opening, vault: Vault, column: SealedColumn, plain_too: bool
) -> Iterator[Progress]:
    progress = Progress(f"{column.rows.name}.{column.column}")
    last: int | str | None = None
    while True:
        with reading() as session:
            batch = next_batch(session, vault, column, last, ROWS_AT_ONCE, plain_too)
        renewed, last = 0, batch.last
        if batch.renewals:
            with transaction() as session:
                renewed = apply_batch(session, column, batch)
        progress = progress.plus(batch.seen, renewed, len(batch.broken))
        yield progress
        if last is None:
            return


def _index(transaction: Opening, vault: Vault) -> Iterator[Progress]:
    progress = Progress("person_index")
    while True:
        with transaction() as session:
            added = index_cases(session, vault, ROWS_AT_ONCE)
        if not added:
            return
        progress = progress.plus(added, added, 0)
        yield progress


def reindex(reading: Opening, transaction: Opening, vault: Vault) -> Iterator[Progress]:
    """After a new index key: every person found by it, batch by batch, as with resealing.

    Until it is through, and as long as the earlier keys are kept, people are looked up with all of them.
    """
    progress, last = Progress("person_index"), 0
    while True:
        with reading() as session:
            batch = next_cases(session, vault, last, CASES_AT_ONCE)
        renewed = 0
        if batch.changes:
            with transaction() as session:
                renewed = apply_new_indexes(session, batch.changes)
        progress = progress.plus(batch.seen, renewed, batch.broken)
        yield progress
        if batch.last is None:
            return
        last = batch.last


def record_rotation(session: Session, kind: str, key_id: str, who: str, now: datetime) -> None:
    """An index key has no id: the empty text."""
    record_audit(session, now, who, "key_rotated", None, {"kind": kind, "key": key_id})


def record_reindexing(session: Session, renewed: int, is_over: bool, who: str, now: datetime) -> None:
    facts = {"entries": renewed, "earlier_keys_forgotten": is_over}
    record_audit(session, now, who, "persons_reindexed", None, facts)


def record_resealing(session: Session, renewed: int, who: str, now: datetime) -> None:
    record_audit(session, now, who, "values_resealed", None, {"values": renewed})
