"""450 trials on two databases by somebody who owns the database, but not the signing key: all are found."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from adapters.vault.notary import FileNotary
from engine.domain.audit_chain import BEGINNING, anchor_line, next_chain
from engine.store.audit import AuditAnchor, AuditEvent, AuditLink, record_audit
from engine.store.audit_chain import StoredEvent, anchors_after, digest_of_event, event_columns
from engine.store.base import write_kept
from engine.supervision.audit_log import Examination
from tests.engine.supervision.ledger import Ledger, a_ledger, forbidden_changes
from tests.fakes.keys import MemoryKeys
from tests.fakes.outside import START
from web.database import Database

EVENTS, TRIALS = 24, 25
DIFFERENT = range(1, EVENTS // 2 + 1)  # of these no two say the same


@dataclass
class Forger:
    """Changes what is stored; keeps his own signing key."""

    session: Session
    dice: random.Random
    folder: Path
    notary: FileNotary = field(init=False)

    def __post_init__(self) -> None:
        self.notary = FileNotary(MemoryKeys(), self.folder)

    def someone(self, first: int = 1, last: int = EVENTS) -> int:
        return self.dice.randint(first, last)

    def edit(self, event_id: int) -> None:
        values = self.dice.choice(
            (
                {"facts": {"number": -1}},
                {"actor": "U999"},
                {"action": "denied"},
                {"at": START.replace(year=2020)},
            )
        )
        self.session.execute(update(AuditEvent).where(AuditEvent.id == event_id).values(values))

    def digest(self, event_id: int) -> bytes:
        columns = select(*event_columns(self.session)).where(AuditEvent.id == event_id)
        return digest_of_event(StoredEvent(*self.session.execute(columns).one()))

    def chain_anew(self, event_ids: list[int]) -> None:
        """All links again over these events, as if nothing had ever been otherwise."""
        self.session.execute(delete(AuditLink))
        chain, links = BEGINNING, []
        for seq, event_id in enumerate(event_ids, start=1):
            digest = self.digest(event_id)
            chain = next_chain(chain, digest)
            links.append({"seq": seq, "event_id": event_id, "digest": digest, "chain": chain})
        self.session.execute(insert(AuditLink), links)

    def event_ids(self) -> list[int]:
        return list(self.session.scalars(select(AuditLink.event_id).order_by(AuditLink.seq)))


def edit(forger: Forger) -> None:
    """An event, in half of the trials with the digest of its link."""
    event = forger.someone()
    forger.edit(event)
    if forger.dice.random() < 0.5:
        change = update(AuditLink).where(AuditLink.event_id == event)
        forger.session.execute(change.values(digest=forger.digest(event)))


def remove(forger: Forger) -> None:
    """An event with its link, in half of the trials closing the gap."""
    event = forger.someone(last=EVENTS - 1)
    forger.session.execute(delete(AuditLink).where(AuditLink.event_id == event))
    forger.session.execute(delete(AuditEvent).where(AuditEvent.id == event))
    if forger.dice.random() < 0.5:
        for seq in range(event + 1, EVENTS + 1):
            forger.session.execute(update(AuditLink).where(AuditLink.seq == seq).values(seq=seq - 1))


def smuggle(forger: Forger) -> None:
    """An event of long ago: without a link, or in the middle of a chain made anew."""
    record_audit(forger.session, START.replace(year=2025), "U001", "approved", None)
    write_kept(forger.session)
    if forger.dice.random() < 0.5:
        new = forger.session.scalars(select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1)).one()
        ids = forger.event_ids()
        ids.insert(forger.someone(0, EVENTS - 1), new)
        forger.chain_anew(ids)


def reorder(forger: Forger) -> None:
    """Two events change places, in half of the trials in a chain made anew."""
    ids = forger.event_ids()
    first, second = forger.dice.sample(range(EVENTS), 2)
    ids[first], ids[second] = ids[second], ids[first]
    if forger.dice.random() < 0.5:
        forger.chain_anew(ids)
        return
    links = {link.seq: link for link in forger.session.scalars(select(AuditLink))}
    one, other = links[first + 1], links[second + 1]
    swapped = (other.event_id, other.digest), (one.event_id, one.digest)
    one.event_id = -1
    forger.session.flush()
    (other.event_id, other.digest) = swapped[1]
    forger.session.flush()
    (one.event_id, one.digest) = swapped[0]
    forger.session.flush()


def cut_off(forger: Forger) -> None:
    """The newest events, with their links and with the anchors that knew them."""
    cut_off_from(forger, forger.someone())


def cut_off_from(forger: Forger, first: int) -> None:
    forger.session.execute(delete(AuditAnchor).where(AuditAnchor.seq >= first))
    forger.session.execute(delete(AuditLink).where(AuditLink.seq >= first))
    forger.session.execute(delete(AuditEvent).where(AuditEvent.id >= first))


def forge_all(forger: Forger) -> None:
    """An event changed, everything chained anew, all anchors signed anew with the forger's key."""
    forger.edit(forger.someone())
    forger.chain_anew(forger.event_ids())
    chains = {seq: chain for seq, chain in forger.session.execute(select(AuditLink.seq, AuditLink.chain))}
    for anchor in anchors_after(forger.session, 0):
        statement = anchor.statement.replace(anchor.chain.hex().encode(), chains[anchor.seq].hex().encode())
        key_id, signature = forger.notary.sign(statement)
        change = update(AuditAnchor).where(AuditAnchor.seq == anchor.seq)
        forger.session.execute(
            change.values(chain=chains[anchor.seq], key_id=anchor.key_id, signature=signature)
        )
        assert key_id != anchor.key_id
    if forger.dice.random() < 0.5:
        forger.session.execute(delete(AuditAnchor))


def cut_off_and_fill_up(forger: Forger) -> None:
    """As many other events in the place of the newest: the log is as long as ever, and chained."""
    first = forger.someone(2)
    cut_off_from(forger, first)
    for number in range(first, EVENTS + 1):
        record_audit(forger.session, START, f"U{number:03}", "filled", None, {"number": number})
    forger.session.flush()
    forger.chain_anew(list(forger.session.scalars(select(AuditEvent.id).order_by(AuditEvent.id))))


def exchange_contents(forger: Forger) -> None:
    """Who did one thing did the other, in half of the trials with the digests of the links."""
    one, other = (forger.session.get_one(AuditEvent, event) for event in forger.dice.sample(DIFFERENT, 2))
    actors, facts = (one.actor, other.actor), (one.facts, other.facts)
    (other.actor, one.actor), (other.facts, one.facts) = actors, facts
    forger.session.flush()
    if forger.dice.random() < 0.5:
        for event in (one.id, other.id):
            change = update(AuditLink).where(AuditLink.event_id == event)
            forger.session.execute(change.values(digest=forger.digest(event)))


def sign_anew(forger: Forger) -> None:
    """Only an anchor: another moment, another signature, or the signature of the other anchor."""
    anchors = anchors_after(forger.session, 0)
    anchor, other = forger.dice.sample(anchors, 2)
    values = forger.dice.choice(
        (
            {"at": START.replace(year=2020)},
            {"signature": forger.notary.sign(anchor.statement)[1]},
            {"signature": other.signature},
            {"chain": other.chain},
            {"key_id": "0" * 16},
        )
    )
    forger.session.execute(update(AuditAnchor).where(AuditAnchor.seq == anchor.seq).values(values))


KINDS: tuple[Callable[[Forger], None], ...] = (
    *(edit, remove, smuggle, reorder, cut_off, forge_all),
    *(cut_off_and_fill_up, exchange_contents, sign_anew),
)


@pytest.fixture
def ledger(database: Database, tmp_path: Path) -> Ledger:
    """Two anchors, both copied out."""
    written = a_ledger(database, tmp_path)
    written.write(EVENTS // 2)
    written.write(EVENTS // 2)
    with database.reading() as session:
        written.copies = [anchor_line(anchor) for anchor in anchors_after(session, 0)]
    return written


def test_a_log_nobody_touched_is_sound(ledger: Ledger) -> None:
    with ledger.database.reading() as session:
        assert ledger.examine(session) == Examination(EVENTS, 2, None)


@pytest.mark.clause("M 5.1 c")
@pytest.mark.parametrize("tamper", KINDS, ids=lambda kind: kind.__name__)
def test_tampering_is_found(ledger: Ledger, tamper: Callable[[Forger], None], tmp_path: Path) -> None:
    missed = []
    for trial in range(TRIALS):
        with forbidden_changes(ledger.database) as session:
            tamper(Forger(session, random.Random(f"{tamper.__name__} {trial}"), tmp_path))
            session.flush()
            if ledger.examine(session).finding is None:
                missed.append(trial)

    assert missed == []


def test_a_log_made_anew_is_sound_to_whoever_has_no_copy_of_an_anchor(ledger: Ledger, tmp_path: Path) -> None:
    """The limit of the method, on record: it is the copies that cannot be bent."""
    with forbidden_changes(ledger.database) as session:
        forger = Forger(session, random.Random("limit"), tmp_path)
        forger.edit(7)
        forger.chain_anew(forger.event_ids())
        session.execute(delete(AuditAnchor))

        assert ledger.examine(session, with_copies=False).finding is None
        assert ledger.examine(session).finding is not None


@pytest.mark.parametrize("table", ["audit_event", "audit_link", "audit_anchor"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_the_log(ledger: Ledger, table: str, change: str) -> None:
    column = "actor" if table == "audit_event" else "seq"
    statement = change.format(table, column, column)
    if ledger.database.engine.dialect.name == "sqlite" and statement.startswith("TRUNCATE"):
        statement = f"DELETE FROM {table} WHERE 1 = 1"  # what TRUNCATE would be

    with ledger.database.engine.connect() as connection, pytest.raises(Exception, match="append-only"):
        connection.execute(text(statement))
