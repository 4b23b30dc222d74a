"""Heartbeats of workers: who is at work on which machine, and when it was last seen."""

from datetime import datetime

from sqlalchemy import String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, UtcDateTime


class Heartbeat(Base):
    """One row per worker process, removed when it stops in order; a killed one is seen to grow old."""

    __tablename__ = "worker_heartbeat"

    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    host: Mapped[str] = mapped_column(String(60))
    pid: Mapped[int]
    version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def note_heartbeat(session: Session, owner: str, version: str, now: datetime) -> None:
    """`owner` is host:pid:token and belongs to one process, so nobody else inserts the same row."""
    seen = update(Heartbeat).where(Heartbeat.owner == owner).values(seen_at=now)
    if session.execute(seen).rowcount == 0:  # type: ignore[attr-defined]  # CursorResult for an UPDATE
        host, pid, _ = owner.split(":")
        session.add(
            Heartbeat(owner=owner, host=host, pid=int(pid), version=version, started_at=now, seen_at=now)
        )


def remove_heartbeat(session: Session, owner: str) -> None:
    session.execute(delete(Heartbeat).where(Heartbeat.owner == owner))


def remove_older_heartbeats(session: Session, before: datetime) -> None:
    session.execute(delete(Heartbeat).where(Heartbeat.seen_at < before))


def heartbeats(session: Session) -> list[Heartbeat]:
    """The one seen last comes first."""
    return list(session.scalars(select(Heartbeat).order_by(Heartbeat.seen_at.desc(), Heartbeat.owner)))
