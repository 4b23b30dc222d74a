"""Issued reports, the counter their numbers come from, and the evaluations they rest on."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.plain import canonical_json, from_plain
from engine.domain.report_number import LAST_SERIAL
from engine.domain.result import Evaluation
from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime
from engine.store.sealing import SealedColumn


class ReportState(StrEnum):
    NUMBERED = "numbered"
    RENDERED = "rendered"
    DELIVERED = "delivered"
    RECEIVED = "received"


class ReportCounter(Base):
    """The last serial of a region and month: locked, raised and used in one transaction, so without gaps."""

    __tablename__ = "report_counter"
    __table_args__ = (CheckConstraint(f"last >= 0 AND last <= {LAST_SERIAL}", name="serial_range"),)

    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    month: Mapped[str] = mapped_column(String(6), primary_key=True)
    last: Mapped[int]


class Report(Base):
    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("region", "month", "serial"),
        UniqueConstraint("case_id", "nature", "copy"),
    )

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    region: Mapped[str] = mapped_column(String(6))
    month: Mapped[str] = mapped_column(String(6))
    serial: Mapped[int]
    nature: Mapped[str] = mapped_column(String(1))
    copy: Mapped[int]
    handler: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(20))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    pages: Mapped[int | None]
    file_digest: Mapped[str | None] = mapped_column(String(64))
    receipt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed: it names who received the report


class EvaluationRecord(Base):
    """A computed result, sealed, with the digests it can be computed again from. Append-only."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    parameters_version: Mapped[str] = mapped_column(String(80))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    definition_digest: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)


RECEIPT = SealedColumn(Report, "receipt", ("number",))
# Bound to what it says: the same evaluation twice in a case is the same value twice.
EVALUATION = SealedColumn(EvaluationRecord, "body", ("case_id", "digest"))


def lock_counter(session: Session, region: str, month: str) -> ReportCounter:
    """The counter of a region and month, made when missing, locked to the end of the caller's transaction."""
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    fresh = insert(ReportCounter).values(region=region, month=month, last=0)
    session.execute(fresh.on_conflict_do_nothing(index_elements=["region", "month"]))
    wanted = select(ReportCounter).where(ReportCounter.region == region, ReportCounter.month == month)
    return session.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()


def report_of_case(session: Session, case_id: int) -> Report | None:
    wanted = select(Report).where(Report.case_id == case_id).order_by(Report.id.desc()).limit(1)
    return session.scalars(wanted).one_or_none()


def report_by_number(session: Session, number: str) -> Report | None:
    return session.scalars(select(Report).where(Report.number == number)).one_or_none()


def latest_evaluation(session: Session, case_id: int) -> EvaluationRecord | None:
    wanted = select(EvaluationRecord).where(EvaluationRecord.case_id == case_id)
    return session.scalars(wanted.order_by(EvaluationRecord.id.desc()).limit(1)).one_or_none()


def evaluation_body(vault: Vault, record: EvaluationRecord) -> bytes:
    """Its canonical JSON, as archives hold it."""
    return EVALUATION.open(vault, record)


def evaluation_of(vault: Vault, record: EvaluationRecord) -> Evaluation:
    return from_plain(Evaluation, json.loads(evaluation_body(vault, record)))


def keep_receipt(vault: Vault, report: Report, receipt: Mapping[str, object], now: datetime) -> None:
    RECEIPT.seal(vault, report, canonical_json(dict(receipt)))
    report.receipt_at, report.state = now, ReportState.RECEIVED


def receipt_of(vault: Vault, report: Report) -> bytes:
    """Its canonical JSON; JSON null when the unit has not confirmed yet."""
    return canonical_json(None) if report.receipt is None else RECEIPT.open(vault, report)
