"""Bring the index of persons under the current index key, in batches, while the platform runs."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.domain.commission import Commission
from engine.domain.identity import normalise_resident_id
from engine.domain.plain import from_plain
from engine.ports import SealBroken, Vault
from engine.store.cases import Case, commission_revisions
from engine.store.people_index import PURPOSE, PersonIndex


@dataclass(frozen=True)
class NewIndex:
    """Of one person in one case. `is_there`: somebody has written the new one already."""

    case_id: int
    ref: str
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    is_there: bool


@dataclass(frozen=True)
class IndexBatch:
    """`last` is the case where the next batch goes on; None when this was the last one."""

    changes: tuple[NewIndex, ...]
    broken: int
    seen: int
    last: int | None


def next_cases(session: Session, vault: Vault, after: int, limit: int) -> IndexBatch:
    """Reads only. A case whose commission cannot be opened keeps its index under the earlier key."""
    wanted = select(Case.id).where(Case.id > after).order_by(Case.id).limit(limit)
    case_ids = list(session.scalars(wanted))
    changes: list[NewIndex] = []
    broken = 0
    for case_id in case_ids:
        try:
            changes += _changes(session, vault, case_id)
        except SealBroken:
            broken += 1
    return IndexBatch(tuple(changes), broken, len(case_ids), case_ids[-1] if len(case_ids) == limit else None)


def _changes(session: Session, vault: Vault, case_id: int) -> Iterator[NewIndex]:
    entries = select(PersonIndex.ref, PersonIndex.id_index).where(PersonIndex.case_id == case_id)
    stored = {(ref, index) for ref, index in session.execute(entries)}
    for ref, id_no in _persons(session, vault, case_id):
        new, *earlier = vault.indexes(PURPOSE, normalise_resident_id(id_no))
        for old in earlier:
            if (ref, old) in stored:
                yield NewIndex(case_id, ref, old, new, (ref, new) in stored)


def _persons(session: Session, vault: Vault, case_id: int) -> set[tuple[str, str]]:
    """Of all revisions: who was left out later was in the case all the same."""
    papers = commission_revisions(session, vault, case_id)
    commissions = (from_plain(Commission, json.loads(paper.body)) for paper in papers)
    return {(person.ref, person.id_no) for known in commissions for person in known.household.persons}


def apply_new_indexes(session: Session, changes: Iterable[NewIndex]) -> int:
    """An entry that is not the old one any more is left alone."""
    changed = 0
    for change in changes:
        same = (
            (PersonIndex.case_id == change.case_id)
            & (PersonIndex.ref == change.ref)
            & (PersonIndex.id_index == change.old)
        )
        action = delete(PersonIndex) if change.is_there else update(PersonIndex).values(id_index=change.new)
        changed += session.execute(action.where(same)).rowcount  # type: ignore[attr-defined]  # CursorResult
    return changed
