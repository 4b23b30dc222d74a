"""Link committed audit events into one chain, sign its state, read it back for an examination."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, func, insert, select
from sqlalchemy.orm import Session

from engine.domain.audit_chain import (
    BEGINNING,
    Anchor,
    StoredEvent,
    anchor_statement,
    event_digest,
    next_chain,
)
from engine.ports import Notary
from engine.store.audit import AuditAnchor, AuditEvent, AuditLink
from engine.store.base import write_kept
from engine.store.together import shared_rows

SEAL_GATE = 7_202_017  # any constant of our own: the advisory lock under which PostgreSQL links
# Transactions commit in another order than their ids were given out. Those that were slower than this many
# events are found when the whole log is looked through, at every anchor that is due.
LOOK_BACK = 2_000
EVENTS_PER_ANCHOR = 10_000
CHUNK = 20_000
NEWEST_ANCHOR = (
    select(AuditAnchor.seq, AuditAnchor.chain, AuditAnchor.at, AuditAnchor.key_id, AuditAnchor.signature)
    .order_by(AuditAnchor.seq.desc())
    .limit(1)
)


def seal_events(session: Session, limit: int, look_back: int | None = LOOK_BACK) -> int:
    """Link up to `limit` events; 0 when another transaction is at it. `look_back` None: the whole log."""
    session.flush()
    write_kept(session)
    if not _may_seal(session):
        return 0
    seq, chain, newest = _head(session)
    links = []
    for event in _unlinked(session, limit, 0 if look_back is None else newest - look_back):
        digest = digest_of_event(event)
        seq, chain = seq + 1, next_chain(chain, digest)
        links.append({"seq": seq, "event_id": event.id, "digest": digest, "chain": chain})
    if links:
        session.execute(insert(AuditLink), links)
    return len(links)


def _may_seal(session: Session) -> bool:
    """SQLite has one writer anyway. Held to the end of the transaction."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.execute(select(func.pg_try_advisory_xact_lock(SEAL_GATE))).scalar_one())


def _head(session: Session) -> tuple[int, bytes, int]:
    """Seq, chain and event of the last link."""
    wanted = select(AuditLink.seq, AuditLink.chain, AuditLink.event_id).order_by(AuditLink.seq.desc())
    last = session.execute(wanted.limit(1)).one_or_none()
    return (last.seq, last.chain, last.event_id) if last is not None else (0, BEGINNING, 0)


def _unlinked(session: Session, limit: int, after: int) -> list[StoredEvent]:
    """The bound stands at both tables, so that no plan of the database reads more than is looked back."""
    linked = (AuditLink.event_id == AuditEvent.id) & (AuditLink.event_id > after)
    wanted = select(*event_columns(session)).where(
        AuditEvent.id > after, ~select(AuditLink.seq).where(linked).exists()
    )
    rows = session.execute(wanted.order_by(AuditEvent.id).limit(limit))
    return [StoredEvent(*row) for row in rows]


def event_columns(session: Session) -> tuple[Any, ...]:  # columns, whatever the dialect makes of them
    """An event as text that is the same on every database."""
    at: Any = cast(AuditEvent.at, Text)
    if session.get_bind().dialect.name == "postgresql":
        at = func.to_char(func.timezone("UTC", AuditEvent.at), "YYYY-MM-DD HH24:MI:SS.US")
    facts = cast(AuditEvent.facts, Text)
    return (AuditEvent.id, at, AuditEvent.actor, AuditEvent.action, AuditEvent.case_id, facts)


def digest_of_event(event: StoredEvent) -> bytes:
    return event_digest(event.id, event.at, event.actor, event.action, event.case_id, event.facts)


def unsealed_before(session: Session, moment: datetime) -> int | None:
    """The first event of before that moment that has no link."""
    linked = select(AuditLink.seq).where(AuditLink.event_id == AuditEvent.id).exists()
    wanted = select(func.min(AuditEvent.id)).where(AuditEvent.at < moment, ~linked)
    return session.execute(wanted).scalar_one()


def newest_anchor(session: Session) -> Anchor | None:
    rows = shared_rows(session, NEWEST_ANCHOR)
    return Anchor(*rows[0]) if rows else None


def anchors_after(session: Session, seq: int) -> list[Anchor]:
    wanted = select(AuditAnchor).where(AuditAnchor.seq > seq).order_by(AuditAnchor.seq)
    return [_anchor(row) for row in session.scalars(wanted)]


def _anchor(row: AuditAnchor) -> Anchor:
    return Anchor(row.seq, row.chain, row.at, row.key_id, row.signature)


def anchor_is_due(session: Session, now: datetime, every: timedelta) -> bool:
    last, (seq, _, _) = newest_anchor(session), _head(session)
    if last is None:
        return seq > 0
    return seq > last.seq and (now >= last.at + every or seq >= last.seq + EVENTS_PER_ANCHOR)


def make_anchor(session: Session, notary: Notary, now: datetime) -> Anchor | None:
    """Sign the chain as it stands; None when there is nothing new, or while another is linking."""
    if not _may_seal(session):
        return None
    seq, chain, _ = _head(session)
    last = newest_anchor(session)
    if seq == 0 or (last is not None and last.seq >= seq):
        return None
    key_id, signature = notary.sign(anchor_statement(seq, chain, now))
    row = AuditAnchor(seq=seq, chain=chain, at=now, key_id=key_id, signature=signature)
    session.add(row)
    session.flush()
    return _anchor(row)


LinkedEvent = tuple[int, int, bytes, bytes, int | None, str, str, str, int | None, str]


def linked_events(session: Session) -> Iterator[LinkedEvent]:
    """Seq, event id, digest and chain of every link with the columns of its event, or None, in order."""
    columns = event_columns(session)
    joined = (
        select(AuditLink.seq, AuditLink.event_id, AuditLink.digest, AuditLink.chain, *columns)
        .outerjoin(AuditEvent, AuditEvent.id == AuditLink.event_id)
        .order_by(AuditLink.seq)
        .limit(CHUNK)
    )
    last = -(2**62)
    while rows := session.execute(joined.where(AuditLink.seq > last)).all():
        yield from map(tuple, rows)
        last = rows[-1][0]
