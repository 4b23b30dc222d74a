"""Issued reports and the counter their numbers come from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import cast

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.json_text import canonical_json
from engine.domain.report_number import LAST_SERIAL
from engine.ports import SignedFile, Vault
from engine.store.base import Base, Identifier, UtcDateTime, change_at_end
from engine.store.sealing import SealedColumn
from engine.store.together import rows_of, select_of_cases

HOLDING = "state <> 'voided'"
# Processes about a report after its issue, whatever has become of the case.
CARE = ("reissue_report", "copy_report")


class ReportState(StrEnum):
    NUMBERED = "numbered"
    RENDERED = "rendered"
    DELIVERED = "delivered"
    RECEIVED = "received"
    VOIDED = "voided"  # 作废: the number is kept and never used again


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
        Index(
            "ix_report_holding",
            "case_id",
            "nature",
            "copy",
            unique=True,
            postgresql_where=text(HOLDING),
            sqlite_where=text(HOLDING),
        ),
    )

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
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
    file_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    receipt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    receipt: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed: it names who received the report
    check_code: Mapped[str | None] = mapped_column(String(16))  # printed; none before release 0007
    signer: Mapped[str | None] = mapped_column(String(200))
    sm3: Mapped[str | None] = mapped_column(String(64))  # of the file, beside its SHA-256
    detached: Mapped[bytes | None] = mapped_column(LargeBinary)  # signature beside the file
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by: Mapped[str | None] = mapped_column(String(80))
    void_reason: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed: people write it


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
    check_code: str | None
    nature: str
    copy: int
    signer: str | None
    sm3: str | None
    voided_at: datetime | None


@dataclass(frozen=True)
class LockedCounter:
    """Of a region and month, the last serial that has been given out."""

    region: str
    month: str
    last: int


@dataclass(frozen=True)
class KnownVoidReason:
    """`code` is one of engine.domain.report_care."""

    code: str
    words: str = field(repr=False)


RECEIPT = SealedColumn(Report, "receipt", ("number",))
VOID_REASON = SealedColumn(Report, "void_reason", ("number",))

REPORTS = cast(Table, Report.__table__)
KNOWN = select(*(REPORTS.c[column.name] for column in fields(KnownReport)))
BY_ID = KNOWN.where(REPORTS.c.id == bindparam("id"))
BY_NUMBER = KNOWN.where(REPORTS.c.number == bindparam("number"))
OF_CASE = KNOWN.where(REPORTS.c.case_id == bindparam("case_id")).order_by(REPORTS.c.id.desc())
OF_CASES = select_of_cases(REPORTS.c.case_id, (REPORTS.c[column.name] for column in fields(KnownReport)))
NEWEST_OF_CASE = OF_CASE.limit(1)
HOLDING_ITS_PLACE = OF_CASE.where(
    REPORTS.c.nature == bindparam("of_nature"), REPORTS.c.copy == bindparam("of_copy"), text(HOLDING)
)
ADD = REPORTS.insert().returning(REPORTS.c.id)
RENDERED = (
    update(REPORTS)
    .where(REPORTS.c.id == bindparam("report_id"))
    .values(
        state=ReportState.RENDERED,
        pages=bindparam("of_pages"),
        file_digest=bindparam("digest"),
        signer=bindparam("signed_by"),
        sm3=bindparam("of_sm3"),
        detached=bindparam("beside", type_=LargeBinary),
    )
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
VOIDED = (
    update(REPORTS)
    .where(REPORTS.c.id == bindparam("report_id"), text(HOLDING))
    .values(
        state=ReportState.VOIDED,
        voided_at=bindparam("at", type_=UtcDateTime),
        voided_by=bindparam("by"),
        void_reason=bindparam("sealed", type_=LargeBinary),
    )
)
REASON_OF_VOID = select(REPORTS.c.void_reason).where(REPORTS.c.id == bindparam("id"))
DETACHED = select(REPORTS.c.detached).where(REPORTS.c.id == bindparam("id"))
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


def report_of(session: Session, case_id: int, report_id: object) -> KnownReport:
    """The same, for work that many cases share."""
    (row,) = (row for row in rows_of(session, OF_CASES, case_id) if row[0] == report_id)
    return KnownReport(*row)


def report_of_case(session: Session, case_id: int) -> KnownReport | None:
    """The newest, whatever has become of it."""
    row = session.connection().execute(NEWEST_OF_CASE, {"case_id": case_id}).one_or_none()
    return None if row is None else KnownReport(*row)


def reports_of_case(session: Session, case_id: int) -> list[KnownReport]:
    """Newest first, voided ones too."""
    return [KnownReport(*row) for row in session.connection().execute(OF_CASE, {"case_id": case_id})]


def report_in_place(session: Session, case_id: int, nature: str, copy: int) -> KnownReport | None:
    """The one report of this nature and copy that is not voided."""
    place = {"case_id": case_id, "of_nature": nature, "of_copy": copy}
    row = session.connection().execute(HOLDING_ITS_PLACE, place).one_or_none()
    return None if row is None else KnownReport(*row)


def report_by_number(session: Session, number: str) -> KnownReport | None:
    row = session.connection().execute(BY_NUMBER, {"number": number}).one_or_none()
    return None if row is None else KnownReport(*row)


def mark_rendered(session: Session, report_id: object, digest: str, pages: int, signed: SignedFile) -> None:
    made = {
        "report_id": report_id,
        "digest": digest,
        "of_pages": pages,
        "signed_by": signed.signer,
        "of_sm3": signed.sm3,
        "beside": signed.detached,
    }
    change_at_end(session, RENDERED, [made])


def mark_delivered(session: Session, report_id: object) -> None:
    """The receipt may have overtaken the answer to our own call: a later state is never taken back."""
    change_at_end(session, DELIVERED, [{"report_id": report_id}])


def mark_voided(
    session: Session, vault: Vault, report: KnownReport, reason: Mapping[str, object], who: str, now: datetime
) -> None:
    """At once: its place is free for another report in the same transaction. The number stays taken."""
    sealed = vault.seal(VOID_REASON.place_of(report.number), canonical_json(dict(reason)))
    voided = {"report_id": report.id, "at": now, "by": who, "sealed": sealed}
    session.connection().execute(VOIDED, voided)


def void_reason_of(session: Session, vault: Vault, report: KnownReport) -> KnownVoidReason:
    """Of a voided report."""
    sealed = session.connection().execute(REASON_OF_VOID, {"id": report.id}).scalar_one()
    return KnownVoidReason(**json.loads(vault.open(VOID_REASON.place_of(report.number), sealed)))


def detached_of(session: Session, report_id: int) -> bytes | None:
    """The signature beside its file, where the site has a key for one."""
    signature: bytes | None = session.connection().execute(DETACHED, {"id": report_id}).scalar_one()
    return signature


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
