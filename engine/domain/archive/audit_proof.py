"""Audit events of a case with what proves them: links, the way to the next signed anchor, the anchor."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.audit_chain import (
    Anchor,
    StoredEvent,
    anchor_plain,
    event_digest,
    next_chain,
    parse_anchor,
)


@dataclass(frozen=True)
class PlacedEvent:
    """`seq` is its place in the chain; None while it has not been linked."""

    event: StoredEvent
    seq: int | None


@dataclass(frozen=True)
class Strip:
    """The digests of all links from `first` to the anchor, the case's and others': nothing else is told of
    those. `before` is what the first one follows."""

    first: int
    before: bytes
    digests: tuple[bytes, ...]
    anchor: Anchor


class ProofFault(StrEnum):
    UNREADABLE = "unreadable"
    EVENT_CHANGED = "event_changed"
    ANCHOR_DIFFERS = "anchor_differs"


@dataclass(frozen=True)
class Proved:
    """How many events the anchors vouch for. The signatures of the anchors are for who has the key."""

    events: int
    proved: int
    anchors: tuple[Anchor, ...]
    fault: ProofFault | None = None


def write_proof(events: Iterable[PlacedEvent], strips: Iterable[Strip], newest: Anchor | None) -> bytes:
    plain = {
        "events": [{**vars(placed.event), "seq": placed.seq} for placed in events],
        "strips": [
            {
                "first": strip.first,
                "before": strip.before.hex(),
                "digests": [digest.hex() for digest in strip.digests],
                "anchor": anchor_plain(strip.anchor),
            }
            for strip in strips
        ],
        "newest_anchor": None if newest is None else anchor_plain(newest),
    }
    return json.dumps(plain, ensure_ascii=False).encode()


def check_proof(content: bytes) -> Proved:
    """Never raises for whatever the bytes are."""
    try:
        plain = json.loads(content)
        events = [_event(row) for row in plain["events"]]
        strips = [_strip(row) for row in plain["strips"]]
        return _checked(events, strips)
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return Proved(0, 0, (), ProofFault.UNREADABLE)


def _checked(events: list[PlacedEvent], strips: list[Strip]) -> Proved:
    known: dict[int, bytes] = {}
    for strip in strips:
        chain = strip.before
        for seq, digest in enumerate(strip.digests, start=strip.first):
            chain, known[seq] = next_chain(chain, digest), digest
        if chain != strip.anchor.chain or strip.first + len(strip.digests) - 1 != strip.anchor.seq:
            return Proved(len(events), 0, (), ProofFault.ANCHOR_DIFFERS)
    placed = [one for one in events if one.seq in known]
    if any(_digest(one.event) != known[one.seq] for one in placed if one.seq is not None):
        return Proved(len(events), 0, (), ProofFault.EVENT_CHANGED)
    return Proved(len(events), len(placed), tuple(strip.anchor for strip in strips))


def _digest(event: StoredEvent) -> bytes:
    return event_digest(event.id, event.at, event.actor, event.action, event.case_id, event.facts)


def _event(row: Mapping[str, object]) -> PlacedEvent:
    values = {name: value for name, value in row.items() if name != "seq"}
    seq = row["seq"]
    if seq is not None and not isinstance(seq, int):
        raise TypeError("seq")
    event = StoredEvent(**values)  # type: ignore[arg-type]  # only its text is used
    if not all(isinstance(text, str) for text in (event.at, event.actor, event.action, event.facts)):
        raise TypeError("event")
    return PlacedEvent(event, seq)


def _strip(row: Mapping[str, object]) -> Strip:
    digests = row["digests"]
    if not isinstance(digests, list):
        raise TypeError("digests")
    anchor = parse_anchor(json.dumps(row["anchor"]))
    if not (isinstance(anchor.key_id, str) and anchor.statement):  # or the moment is none of any calendar
        raise TypeError("anchor")
    return Strip(
        int(str(row["first"])),
        bytes.fromhex(str(row["before"])),
        tuple(bytes.fromhex(str(digest)) for digest in digests),
        anchor,
    )
