"""Issued reports, the counter their numbers come from, and the evaluations they rest on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.plain import canonical_json, digest_of, from_plain
from engine.domain.report_number import LAST_SERIAL
from engine.domain.result import Evaluation
from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime, append_at_end, change_at_end
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


@dataclass(frozen=True)
class KnownReport:
    """A row of the table as it was read."""

    id: int
    case_id: int
    number: str
    handler: str
    state: str
    issued_at: datetime
    pages: int | None
    file_digest: str | None
    receipt_at: datetime | None
    receipt: bytes | None = field(repr=False)


@dataclass(frozen=True)
class LockedCounter:
    """Of a region and month, the last serial that has been given out."""

    region: str
    month: str
    last: int


@dataclass(frozen=True)
class KnownEvaluation:
    case_id: int
    digest: str
    body: bytes = field(repr=False)


RECEIPT = SealedColumn(Report, "receipt", ("number",))
# Bound to what it says: the same evaluation twice in a case is the same value twice.
EVALUATION = SealedColumn(EvaluationRecord, "body", ("case_id", "digest"))

REPORTS = cast(Table, Report.__table__)
EVALUATIONS = cast(Table, EvaluationRecord.__table__)
KNOWN = select(*(REPORTS.c[column.name] for column in fields(KnownReport)))
BY_ID = KNOWN.where(REPORTS.c.id == bindparam("id"))
BY_NUMBER = KNOWN.where(REPORTS.c.number == bindparam("number"))
OF_CASE = KNOWN.where(REPORTS.c.case_id == bindparam("case_id")).order_by(REPORTS.c.id.desc()).limit(1)
ADD = REPORTS.insert().returning(REPORTS.c.id)
RENDERED = (
    update(REPORTS)
    .where(REPORTS.c.id == bindparam("report_id"))
    .values(state=ReportState.RENDERED, pages=bindparam("of_pages"), file_digest=bindparam("digest"))
)
DELIVERED = (
    update(REPORTS)
    .where(REPORTS.c.id == bindparam("report_id"), REPORTS.c.state == ReportState.RENDERED)
    .values(state=ReportState.DELIVERED)
)
RECEIVED = (
    update(REPORTS)
    .where(REPORTS.c.id == bindparam("report_id"))
    .values(
        state=ReportState.RECEIVED,
        receipt_at=bindparam("at", type_=UtcDateTime),
        receipt=bindparam("sealed", type_=LargeBinary),
    )
)
LATEST_EVALUATION = (
    select(*(EVALUATIONS.c[column.name] for column in fields(KnownEvaluation)))
    .where(EVALUATIONS.c.case_id == bindparam("case_id"))
    .order_by(EVALUATIONS.c.id.desc())
    .limit(1)
)
COUNTERS = cast(Table, ReportCounter.__table__)
ITS_COUNTER = (COUNTERS.c.region == bindparam("of_region")) & (COUNTERS.c.month == bindparam("of_month"))
COUNTER = select(COUNTERS.c.last).where(ITS_COUNTER).with_for_update()
RAISE = update(COUNTERS).where(ITS_COUNTER).values(last=bindparam("taken"))


def lock_counter(session: Session, region: str, month: str) -> LockedCounter:
    """The counter of a region and month, made when missing, locked to the end of the caller's transaction."""
    connection, wanted = session.connection(), {"of_region": region, "of_month": month}
    last = connection.execute(COUNTER, wanted).scalar_one_or_none()
    if last is None:
        insert = pg_insert if connection.dialect.name == "postgresql" else sqlite_insert
        fresh = insert(ReportCounter).values(region=region, month=month, last=0)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=["region", "month"]))
        last = connection.execute(COUNTER, wanted).scalar_one()
    return LockedCounter(region, month, last)


def take_serial(session: Session, counter: LockedCounter) -> int:
    """The next serial, used in this transaction or not at all. Once for a locked counter."""
    taken = counter.last + 1
    raised = {"of_region": counter.region, "of_month": counter.month, "taken": taken}
    session.connection().execute(RAISE, raised)
    return taken


def add_report(session: Session, values: Mapping[str, object]) -> int:
    """Its id."""
    report_id: int = session.connection().execute(ADD, values).scalar_one()
    return report_id


def report_by_id(session: Session, report_id: object) -> KnownReport:
    return KnownReport(*session.connection().execute(BY_ID, {"id": report_id}).one())


def report_of_case(session: Session, case_id: int) -> KnownReport | None:
    row = session.connection().execute(OF_CASE, {"case_id": case_id}).one_or_none()
    return None if row is None else KnownReport(*row)


def report_by_number(session: Session, number: str) -> KnownReport | None:
    row = session.connection().execute(BY_NUMBER, {"number": number}).one_or_none()
    return None if row is None else KnownReport(*row)


def mark_rendered(session: Session, report_id: object, digest: str, pages: int) -> None:
    change_at_end(session, RENDERED, [{"report_id": report_id, "digest": digest, "of_pages": pages}])


def mark_delivered(session: Session, report_id: object) -> None:
    """The receipt may have overtaken the answer to our own call: a later state is never taken back."""
    change_at_end(session, DELIVERED, [{"report_id": report_id}])


def keep_receipt(
    session: Session, vault: Vault, report: KnownReport, receipt: Mapping[str, object], now: datetime
) -> KnownReport:
    sealed = vault.seal(RECEIPT.place_of(report.number), canonical_json(dict(receipt)))
    session.connection().execute(RECEIVED, {"report_id": report.id, "at": now, "sealed": sealed})
    return replace(report, state=ReportState.RECEIVED, receipt_at=now, receipt=sealed)


def receipt_of(vault: Vault, report: KnownReport) -> bytes:
    """Its canonical JSON; JSON null when the unit has not confirmed yet."""
    if report.receipt is None:
        return canonical_json(None)
    return vault.open(RECEIPT.place_of(report.number), report.receipt)


def add_evaluation(session: Session, vault: Vault, body: bytes, values: Mapping[str, object]) -> str:
    """Its digest. `values` are the other columns."""
    case_id, digest = cast(int, values["case_id"]), digest_of(body)
    sealed = vault.seal(EVALUATION.place_of(case_id, digest), body)
    append_at_end(session, EvaluationRecord, [{**values, "digest": digest, "body": sealed}])
    return digest


def latest_evaluation(session: Session, case_id: int) -> KnownEvaluation | None:
    row = session.connection().execute(LATEST_EVALUATION, {"case_id": case_id}).one_or_none()
    return None if row is None else KnownEvaluation(*row)


def evaluation_body(vault: Vault, evaluation: KnownEvaluation) -> bytes:
    """Its canonical JSON, as archives hold it."""
    return vault.open(EVALUATION.place_of(evaluation.case_id, evaluation.digest), evaluation.body)


def evaluation_of(vault: Vault, evaluation: KnownEvaluation) -> Evaluation:
    return from_plain(Evaluation, json.loads(evaluation_body(vault, evaluation)))
