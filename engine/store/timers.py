"""Timers of waiting instances: when each must be looked at again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ForeignKey, String, Table, UniqueConstraint, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, Identifier, UtcDateTime, append_at_end, change_at_end
from engine.store.instances import wake_instances


class Timer(Base):
    """When an instance must be looked at again. Written anew with every advance, found by `due_at` alone."""

    __tablename__ = "timer"
    __table_args__ = (UniqueConstraint("instance_id", "task_id"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[str] = mapped_column(String(64))
    element_id: Mapped[str] = mapped_column(String(100))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


TIMERS = cast(Table, Timer.__table__)
NO_TIMERS = delete(TIMERS).where(TIMERS.c.instance_id == bindparam("of_instance"))


def claim_due_timers(session: Session, now: datetime, limit: int) -> int:
    """Wake the instances whose timers are due and take the timers away; returns how many.

    Whoever deletes a row has claimed it: two workers never wake for the same timer. A waking instance that
    finds it is too early (clocks differ) writes its timer again.
    """
    due = select(Timer.id).where(Timer.due_at <= now).order_by(Timer.due_at).limit(limit)
    taken = delete(Timer).where(Timer.id.in_(due.with_for_update(skip_locked=True)))
    instances = list(session.scalars(taken.returning(Timer.instance_id)))
    wake_instances(session, set(instances))
    return len(instances)


def set_timers(session: Session, instance_id: int, timers: Sequence[Mapping[str, object]]) -> None:
    """Instead of those the instance had before: rows of Timer, once in a transaction."""
    change_at_end(session, NO_TIMERS, [{"of_instance": instance_id}])
    append_at_end(session, Timer, timers)


def next_timer(session: Session) -> datetime | None:
    return session.scalars(select(func.min(Timer.due_at))).one()


def wake_all_waiting_for_timers(session: Session) -> int:
    """They write their timers anew; returns how many instances."""
    instances = set(session.scalars(select(Timer.instance_id).distinct()))
    wake_instances(session, instances)
    return len(instances)
