"""Audit events of a case proved by the digests up to a signed anchor."""

import hashlib
import json
from datetime import UTC, datetime

import pytest

from engine.domain.archive.audit_proof import (
    PlacedEvent,
    ProofFault,
    Strip,
    check_proof,
    write_proof,
)
from engine.domain.audit_chain import BEGINNING, Anchor, StoredEvent, event_digest, next_chain

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def an_event(number: int) -> StoredEvent:
    return StoredEvent(number, "2026-11-20 09:30:00.000000", "system", "case_closed", 7, "{}")


def digest(event: StoredEvent) -> bytes:
    return event_digest(event.id, event.at, event.actor, event.action, event.case_id, event.facts)


def a_proof() -> bytes:
    """The second of three links is of the case."""
    others = [hashlib.sha256(bytes([number])).digest() for number in (1, 2)]
    mine = an_event(20)
    digests = (others[0], digest(mine), others[1])
    chain = BEGINNING
    for one in digests:
        chain = next_chain(chain, one)
    strip = Strip(1, BEGINNING, digests, Anchor(3, chain, NOW, "k", b"s"))
    return write_proof([PlacedEvent(mine, 2), PlacedEvent(an_event(30), None)], [strip], strip.anchor)


def test_an_event_on_the_way_to_an_anchor_is_proved_and_a_late_one_is_not() -> None:
    proved = check_proof(a_proof())

    assert (proved.events, proved.proved, proved.fault) == (2, 1, None)
    assert [anchor.seq for anchor in proved.anchors] == [3]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("case_closed", "case_opened", ProofFault.EVENT_CHANGED),
        ('"first": 1', '"first": 2', ProofFault.ANCHOR_DIFFERS),
        (hashlib.sha256(b"\1").hexdigest(), "00" * 32, ProofFault.ANCHOR_DIFFERS),
        ('"events"', '"event"', ProofFault.UNREADABLE),
        ('"seq": 2', '"seq": "2"', ProofFault.UNREADABLE),
        ('"system"', '"\\ud800"', ProofFault.UNREADABLE),
        ('"key_id": "k"', '"key_id": {}', ProofFault.UNREADABLE),
        (NOW.isoformat(), "0001-01-01T00:00:00+14:00", ProofFault.UNREADABLE),
    ],
)
def test_a_change_is_found(old: str, new: str, fault: ProofFault) -> None:
    changed = a_proof().decode().replace(old, new, 1)

    assert changed != a_proof().decode()
    assert check_proof(changed.encode()).fault is fault


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"[" * 100_000, json.dumps({"events": [7], "strips": []}).encode()]
)
def test_what_is_no_proof_is_told(content: bytes) -> None:
    assert check_proof(content).fault is ProofFault.UNREADABLE
