"""Human tasks of the diagrams, waiting for a post (岗位)."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.authority import Doing
from engine.domain.json_text import canonical_json
from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime
from engine.store.sealing import SealedColumn


class TaskState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


_IS_FREE = text("state = 'open' AND owner IS NULL")
_HAS_LIMIT = text("state = 'open' AND due_at IS NOT NULL")


class HumanTask(Base):
    __tablename__ = "human_task"
    __table_args__ = (
        UniqueConstraint("instance_id", "task_id"),
        Index("ix_human_task_post", "state", "post", "created_at"),
        Index("ix_human_task_owner", "state", "owner", "created_at"),
        Index(
            "ix_human_task_free",
            "post",
            "due_at",
            "created_at",
            "id",
            postgresql_where=_IS_FREE,
            sqlite_where=_IS_FREE,
        ),
        Index(
            "ix_human_task_due",
            "post",
            "due_at",
            "id",
            postgresql_where=_HAS_LIMIT,
            sqlite_where=_HAS_LIMIT,
        ),
        Index("ix_human_task_done", "completed_by", "completed_at"),
    )

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("process_instance.id"))
    task_id: Mapped[str] = mapped_column(String(64))
    element_id: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(60))
    form: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_by: Mapped[str | None] = mapped_column(String(80))
    owner: Mapped[str | None] = mapped_column(String(80))  # who has claimed it
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_place_of: Mapped[str | None] = mapped_column(String(80))  # the absent one the owner stands in for
    transferred_from: Mapped[str | None] = mapped_column(String(80))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    suspended: Mapped[bool] = mapped_column(server_default=false())
    version: Mapped[int] = mapped_column(
        server_default="0"
    )  # counts what people did with it: whose page is old?
    result: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed: people write freely about people


RESULT = SealedColumn(HumanTask, "result", ("instance_id", "task_id"))


def keep_result(vault: Vault, task: HumanTask, result: Mapping[str, object]) -> None:
    RESULT.seal(vault, task, canonical_json(dict(result)))


def result_of(vault: Vault, task: HumanTask) -> Mapping[str, object] | None:
    """What the worker filled in; None before."""
    if task.result is None:
        return None
    result: dict[str, object] = json.loads(RESULT.open(vault, task))
    return result


def open_tasks(session: Session, post: str | None = None) -> list[HumanTask]:
    wanted = select(HumanTask).where(HumanTask.state == TaskState.OPEN)
    if post is not None:
        wanted = wanted.where(HumanTask.post == post)
    return list(session.scalars(wanted.order_by(HumanTask.created_at, HumanTask.id)))


def tasks_of_instance(session: Session, instance_id: int) -> list[HumanTask]:
    return list(session.scalars(select(HumanTask).where(HumanTask.instance_id == instance_id)))


def task_as_it_is(session: Session, task_id: int) -> HumanTask:
    """Read anew, whatever this session has seen of it before."""
    wanted = select(HumanTask).where(HumanTask.id == task_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one()


def tasks_of_case(session: Session, case_id: int) -> list[HumanTask]:
    return list(session.scalars(select(HumanTask).where(HumanTask.case_id == case_id)))


def doings_of(session: Session, case_id: int, elements: Iterable[str]) -> list[Doing]:
    """Who has done these elements in the case, ever, and who has them now."""
    wanted = select(HumanTask).where(
        HumanTask.case_id == case_id,
        HumanTask.element_id.in_(sorted(elements)),
        or_(
            HumanTask.state == TaskState.COMPLETED,
            (HumanTask.state == TaskState.OPEN) & HumanTask.owner.is_not(None),
        ),
    )
    return [
        Doing(task.element_id, task.completed_by or task.owner or "", task.in_place_of)
        for task in session.scalars(wanted)
    ]


def change_open_task(session: Session, task_id: int, version: int, values: Mapping[str, object]) -> bool:
    """Only as it was when that version was seen, and only while it is open."""
    same = update(HumanTask).where(
        HumanTask.id == task_id, HumanTask.version == version, HumanTask.state == TaskState.OPEN
    )
    changed = session.execute(same.values(version=version + 1, **values))
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # CursorResult for an UPDATE
