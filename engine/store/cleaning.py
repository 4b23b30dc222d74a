"""When the working copies of a closed case are to be cleaned, and what was: DB32/T 3319-2017 5.2.2.3.2."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    String,
    Table,
    bindparam,
    delete,
    null,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base, UtcDateTime, change_at_end
from engine.store.bulk import Change
from engine.store.cases import Case, CaseState
from engine.store.documents import Document
from engine.store.drafts import FormDraft
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.instances import InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState

UNDONE = "done_at IS NULL"
ARCHIVE = "archive"
KEPT = (ARCHIVE, "report")  # kinds of documents that stay where they are


class CaseCleaning(Base):
    """One for each case that has been closed with a package; `removed` lists digests and kinds, no names.

    `failure_code` says why the last attempt has removed nothing.
    """

    __tablename__ = "case_cleaning"
    __table_args__ = (
        Index("ix_case_cleaning_due", "due_at", postgresql_where=text(UNDONE), sqlite_where=text(UNDONE)),
    )

    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed: Mapped[list[dict[str, object]] | None] = mapped_column(JSON)
    failure_code: Mapped[str | None] = mapped_column(String(80))


def _setting(dialect: str) -> Change:
    """Only where there is a package. Anew at every closing: what came since then is in the newer one."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    package = (Document.case_id == bindparam("of_case"), Document.kind == ARCHIVE)
    has_package = select(Document.case_id, bindparam("due", type_=UtcDateTime)).where(*package)
    adding = insert(CaseCleaning).from_select(["case_id", "due_at"], has_package.distinct())
    values = {"due_at": adding.excluded.due_at, "done_at": None, "failure_code": None}
    return adding.on_conflict_do_update(index_elements=["case_id"], set_=values)


SET_DUE = {dialect: _setting(dialect) for dialect in ("sqlite", "postgresql")}
CASES = cast(Table, CaseCleaning.__table__)
DUE = (
    select(CaseCleaning.case_id)
    .join(Case, Case.id == CaseCleaning.case_id)
    .where(
        CaseCleaning.done_at.is_(None),
        CaseCleaning.due_at <= bindparam("now"),
        Case.state == CaseState.CLOSED,
    )
    .order_by(CaseCleaning.due_at, CaseCleaning.case_id)
    .limit(bindparam("most"))
)
PACKAGES = (
    select(Document.digest)
    .where(Document.case_id == bindparam("case_id"), Document.kind == ARCHIVE)
    .order_by(Document.id.desc())
)
WORKING_COPIES = (
    select(Document.kind, Document.digest)
    .where(Document.case_id == bindparam("case_id"), Document.kind.not_in(KEPT))
    .order_by(Document.id)
)
ELSEWHERE = (
    select(Document.digest)
    .where(
        Document.digest.in_(bindparam("digests", expanding=True)),
        (Document.case_id != bindparam("case_id")) | Document.kind.in_(KEPT),
    )
    .distinct()
)


@dataclass(frozen=True)
class WorkingCopy:
    kind: str
    digest: str


def set_cleaning_due(session: Session, case_id: int, due_at: datetime) -> None:
    """With the end of the transaction."""
    change_at_end(session, SET_DUE[session.get_bind().dialect.name], [{"of_case": case_id, "due": due_at}])


def cases_to_clean(session: Session, now: datetime, limit: int) -> list[int]:
    """Closed ones only: whatever opens a case again stops its cleaning until it is closed anew."""
    return list(session.scalars(DUE, {"now": now, "most": limit}))


def lock_cleaning(session: Session, case_id: int) -> CaseCleaning | None:
    """None while another worker is at it. The case is locked before."""
    wanted = select(CaseCleaning).where(CaseCleaning.case_id == case_id, CaseCleaning.done_at.is_(None))
    locked = wanted.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return session.scalars(locked).one_or_none()


def packages_of(session: Session, case_id: int) -> list[str]:
    """Digests, newest first."""
    return list(session.scalars(PACKAGES, {"case_id": case_id}))


def working_copies(session: Session, case_id: int) -> list[WorkingCopy]:
    """Files that came in or went out, beside the reports and the packages."""
    rows = session.execute(WORKING_COPIES, {"case_id": case_id})
    return list(dict.fromkeys(WorkingCopy(*row) for row in rows))


def used_elsewhere(session: Session, case_id: int, digests: Iterable[str]) -> set[str]:
    """Of these files those that are also another case's, or a report."""
    return set(session.scalars(ELSEWHERE, {"case_id": case_id, "digests": sorted(digests)}))


def finished_work(session: Session, case_id: int) -> list[OutboxRow]:
    """Whose answers nobody waits for any more."""
    over = select(ProcessInstance.id).where(
        ProcessInstance.case_id == case_id, ProcessInstance.state == InstanceState.FINISHED
    )
    wanted = select(OutboxRow).where(
        OutboxRow.case_id == case_id,
        OutboxRow.state == OutboxState.APPLIED,
        OutboxRow.result.is_not(None),
        OutboxRow.instance_id.in_(over),
    )
    return list(session.scalars(wanted.order_by(OutboxRow.id)))


def forget_results(session: Session, row_ids: Iterable[int]) -> None:
    """What the calls were made for stays: papers and pages of the case are told from it."""
    session.execute(update(OutboxRow).where(OutboxRow.id.in_(list(row_ids))).values(result=null()))


def ended_states(session: Session, case_id: int) -> Mapping[int, bytes]:
    """Instance -> what is left of its state."""
    wanted = select(ProcessInstance.id, ProcessInstance.body).where(
        ProcessInstance.case_id == case_id,
        ProcessInstance.state == InstanceState.FINISHED,
        ProcessInstance.body != b"",
    )
    return {instance_id: body for instance_id, body in session.execute(wanted.order_by(ProcessInstance.id))}


def forget_states(session: Session, instance_ids: Iterable[int]) -> None:
    session.execute(
        update(ProcessInstance).where(ProcessInstance.id.in_(list(instance_ids))).values(body=b"")
    )


def drafts_of_case(session: Session, case_id: int) -> Mapping[int, bytes]:
    """Draft -> its sealed body. A draft says by its subject which task it is for; one that is still to be
    done is somebody's work: a closed case has tasks when its report is to be voided."""
    over = (HumanTask.case_id == case_id, HumanTask.state != TaskState.OPEN)
    tasks = session.scalars(select(HumanTask.id).where(*over))
    subjects = [f"task:{task_id}" for task_id in tasks]
    wanted = select(FormDraft.id, FormDraft.body).where(FormDraft.subject.in_(subjects))
    return {draft_id: body for draft_id, body in session.execute(wanted.order_by(FormDraft.id))}


def forget_drafts(session: Session, draft_ids: Iterable[int]) -> None:
    session.execute(delete(FormDraft).where(FormDraft.id.in_(list(draft_ids))))


def all_drafts(session: Session) -> list[FormDraft]:
    return list(session.scalars(select(FormDraft)))


def refused_cleanings(session: Session) -> list[tuple[str, str]]:
    """Case number and reason, of cases that could not be cleaned when they were due."""
    wanted = (
        select(Case.case_no, CaseCleaning.failure_code)
        .join(Case, Case.id == CaseCleaning.case_id)
        .where(CaseCleaning.failure_code.is_not(None), CaseCleaning.done_at.is_(None))
    )
    return [(case_no or "", code or "") for case_no, code in session.execute(wanted.order_by(Case.id))]
