"""Human tasks of the diagrams, waiting for a post (岗位)."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.plain import canonical_json
from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime
from engine.store.sealing import SealedColumn


class TaskState(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class HumanTask(Base):
    __tablename__ = "human_task"
    __table_args__ = (
        UniqueConstraint("instance_id", "task_id"),
        Index("ix_human_task_post", "state", "post", "created_at"),
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


def completed_by(session: Session, case_id: int, element_id: str) -> str | None:
    """Who completed that element last in this case."""
    wanted = (
        select(HumanTask.completed_by)
        .where(
            HumanTask.case_id == case_id,
            HumanTask.element_id == element_id,
            HumanTask.state == TaskState.COMPLETED,
        )
        .order_by(HumanTask.id.desc())
        .limit(1)
    )
    return session.scalars(wanted).one_or_none()
