"""The audit log (系统日志): link and sign it as it grows, examine whether anybody has touched it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from engine.domain.audit_chain import (
    BEGINNING,
    Anchor,
    Damage,
    anchor_line,
    event_digest,
    next_chain,
    parse_anchor,
)
from engine.platform import Platform
from engine.ports import Notary
from engine.store.audit_chain import (
    LinkedEvent,
    anchor_is_due,
    anchors_after,
    linked_events,
    make_anchor,
    newest_anchor,
    seal_events,
    unsealed_before,
)

TARRY = timedelta(hours=1)  # an event is linked within seconds; one this old without a link was smuggled in


def seal_audit(session: Session, platform: Platform, limit: int) -> int:
    """Link what has been committed, and sign when it is time. For the worker's sweep; cheap when idle."""
    linked = seal_events(session, limit)
    if anchor_is_due(session, platform.clock.now(), platform.anchor_every):
        linked += sign_audit(session, platform, limit)
    return linked


def sign_audit(session: Session, platform: Platform, limit: int) -> int:
    """An anchor now, after late events have been looked for in the whole log."""
    linked = seal_events(session, limit, look_back=None)
    make_anchor(session, platform.notary, platform.clock.now())
    return linked


def copy_anchors(session: Session, platform: Platform) -> int:
    """Write the anchors that have no copy yet out of the house. Raises TemporaryFailure; then again later."""
    newest, last = newest_anchor(session), platform.notary.last_copy()
    if newest is None or newest.seq <= last:
        return 0
    anchors = anchors_after(session, last)
    platform.notary.keep_copies({anchor.seq: anchor_line(anchor) for anchor in anchors})
    return len(anchors)


@dataclass(frozen=True)
class Finding:
    """The first bad place: a link of the chain, or an event when it is about one without a link."""

    damage: Damage
    seq: int | None
    event: int | None


@dataclass(frozen=True)
class Examination:
    links: int
    anchors: int
    finding: Finding | None


def read_anchors(lines: Iterable[str]) -> list[Anchor]:
    """Raises ValueError when a line is not an anchor; blank lines do not count."""
    return [parse_anchor(line) for line in lines if line.strip()]


def examine_audit(session: Session, notary: Notary, copies: Iterable[Anchor]) -> Examination:
    """Goes through the whole log. Without copies of anchors a log cut off or made anew looks sound."""
    anchors = [*anchors_after(session, 0), *copies]
    walk = _Walk(notary, anchors)
    finding = next(walk.findings(linked_events(session)), None)
    if finding is None and anchors:
        finding = _smuggled(session, anchors)
    return Examination(walk.seq, len({anchor.statement for anchor in anchors}), finding)


def _smuggled(session: Session, anchors: list[Anchor]) -> Finding | None:
    event = unsealed_before(session, max(anchor.at for anchor in anchors) - TARRY)
    return Finding(Damage.EVENT_NOT_LINKED, None, event) if event is not None else None


class _Walk:
    """One pass over the links; remembers where it is."""

    def __init__(self, notary: Notary, anchors: Iterable[Anchor]) -> None:
        self.seq = 0
        self._chain = BEGINNING
        self._notary = notary
        self._anchors: dict[int, list[Anchor]] = defaultdict(list)
        for anchor in anchors:
            self._anchors[anchor.seq].append(anchor)

    def findings(self, rows: Iterable[LinkedEvent]) -> Iterator[Finding]:
        for row in rows:
            damage = self._damage_of(row)
            if damage is not None:
                yield Finding(damage, self.seq + 1, row[1] if row[0] == self.seq + 1 else None)
            self.seq, self._chain = row[0], row[3]
            yield from self._against_anchors()
        for seq in sorted(seq for seq in self._anchors if seq > self.seq):
            genuine = all(map(self._is_genuine, self._anchors[seq]))
            yield Finding(Damage.LOG_CUT_OFF if genuine else Damage.ANCHOR_FORGED, seq, None)

    def _damage_of(self, row: LinkedEvent) -> Damage | None:
        seq, _, digest, chain, event_id, at, actor, action, case_id, facts = row
        if seq != self.seq + 1:
            return Damage.LINK_MISSING
        if event_id is None:
            return Damage.EVENT_MISSING
        if event_digest(event_id, at, actor, action, case_id, facts) != digest:
            return Damage.EVENT_CHANGED
        return None if next_chain(self._chain, digest) == chain else Damage.CHAIN_BROKEN

    def _against_anchors(self) -> Iterator[Finding]:
        for anchor in self._anchors.get(self.seq, ()):
            if not self._is_genuine(anchor):
                yield Finding(Damage.ANCHOR_FORGED, self.seq, None)
            if anchor.chain != self._chain:
                yield Finding(Damage.ANCHOR_DIFFERS, self.seq, None)

    def _is_genuine(self, anchor: Anchor) -> bool:
        return self._notary.is_genuine(anchor.key_id, anchor.statement, anchor.signature)
