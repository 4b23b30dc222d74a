"""The arithmetic of the audit log's chain: digests of events, links, anchors, and what damage is called."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

BEGINNING = bytes(32)  # what the first link follows


@dataclass(frozen=True)
class StoredEvent:
    """An audit event as the database gives it back, every value as text: the same text on every database."""

    id: int
    at: str  # UTC, "2026-11-20 09:30:00.000000"
    actor: str
    action: str
    case_id: int | None
    facts: str  # JSON as written


@dataclass(frozen=True)
class Anchor:
    """The chain up to `seq` was `chain` at `at`: signed, so that who has no signing key cannot rewrite it."""

    seq: int
    chain: bytes
    at: datetime
    key_id: str
    signature: bytes

    @property
    def statement(self) -> bytes:
        return anchor_statement(self.seq, self.chain, self.at)


def anchor_plain(anchor: Anchor) -> dict[str, object]:
    """As units and anchor files hold it."""
    return {
        "seq": anchor.seq,
        "chain": anchor.chain.hex(),
        "at": anchor.at.astimezone(UTC).isoformat(),
        "key_id": anchor.key_id,
        "signature": base64.b64encode(anchor.signature).decode(),
    }


def anchor_line(anchor: Anchor) -> str:
    return json.dumps(anchor_plain(anchor), sort_keys=True)


def parse_anchor(line: str) -> Anchor:
    """Raises ValueError."""
    try:
        plain: Mapping[str, str] = json.loads(line)
        return Anchor(
            int(plain["seq"]),
            bytes.fromhex(plain["chain"]),
            datetime.fromisoformat(plain["at"]),
            plain["key_id"],
            base64.b64decode(plain["signature"], validate=True),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not an anchor") from error


class Damage(StrEnum):
    """What can be wrong with the log."""

    LINK_MISSING = "link_missing"
    EVENT_MISSING = "event_missing"
    EVENT_CHANGED = "event_changed"
    CHAIN_BROKEN = "chain_broken"
    EVENT_NOT_LINKED = "event_not_linked"
    ANCHOR_FORGED = "anchor_forged"
    ANCHOR_DIFFERS = "anchor_differs"
    LOG_CUT_OFF = "log_cut_off"


def event_digest(id_: int, at: str, actor: str, action: str, case_id: int | None, facts: str) -> bytes:
    """Lengths stand before the texts that could hold any character, so that no two events read the same."""
    text = f"{id_}|{at}|{case_id}|{len(actor)}:{actor}{len(action)}:{action}{facts}"
    return hashlib.sha256(text.encode()).digest()


def next_chain(chain: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(chain + digest).digest()


def anchor_statement(seq: int, chain: bytes, at: datetime) -> bytes:
    return f"hedui audit anchor\n{seq}\n{chain.hex()}\n{at.astimezone(UTC).isoformat()}".encode()
