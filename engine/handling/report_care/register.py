"""The reports of a case on their page: how each stands, and the register of what was handed out (5.2 e)."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.domain.authority import Person, Right
from engine.domain.report_care import VOID_WORDS, VoidReason
from engine.handling.case_file.reading import CaseFile
from engine.handling.case_file.words import NATURES, REPORT_STATES, said
from engine.handling.rechecking import valid_report
from engine.handling.report_care.notice import replacement_of
from engine.handling.report_care.standing import Cared, is_in_place, proposal_of
from engine.service_tasks.number_report import ORIGINAL
from engine.store.releases import ReleaseKind, ReportRelease, reason_of_release, releases_of
from engine.store.reports import VOID_REASON, Report, reports_of_case

KINDS: Mapping[str, str] = {
    ReleaseKind.DELIVERED: "发送委托单位",
    ReleaseKind.DOWNLOADED: "委托单位下载",
    ReleaseKind.PRINTED: "打印",
}


@dataclass(frozen=True)
class ReleaseLine:
    """`reason` is None for somebody who may not read it."""

    at: datetime
    kind: str
    who: str
    copies: int
    reason: str | None = field(repr=False)


@dataclass(frozen=True)
class Voided:
    """`words` is None for somebody who may not read them."""

    at: datetime
    who: str
    reason: str
    words: str | None = field(repr=False)
    replaced_by: str | None


@dataclass(frozen=True)
class Possible:
    """What this person may do with the report now."""

    print: bool
    copy: bool
    void: bool
    reissue: bool


@dataclass(frozen=True)
class ReportCard:
    id: int
    number: str
    nature: str
    copy: int
    state: str  # its code
    state_words: str
    handler: str
    issued_at: datetime
    pages: int | None
    sha256: str | None
    sm3: str | None
    signer: str | None
    check_code: str | None
    receipt_at: datetime | None
    printed: int
    releases: tuple[ReleaseLine, ...]
    voided: Voided | None
    possible: Possible


@dataclass(frozen=True)
class ReportsPage:
    """`proposal` is the task of whoever must decide about a voiding."""

    cards: tuple[ReportCard, ...]
    proposal: int | None


def reports_page(file: CaseFile, person: Person) -> ReportsPage:
    """Newest first."""
    reports = tuple(reports_of_case(file.session, file.case.id))
    proposal = proposal_of(file.session, file.case.id)
    register: dict[int, list[ReportRelease]] = defaultdict(list)
    for row in releases_of(file.session, [report.id for report in reports]):
        register[row.report_id].append(row)
    cards = (
        _card(file, person, Cared(file.case, one, reports), register[one.id], is_busy=proposal is not None)
        for one in reports
    )
    return ReportsPage(tuple(cards), proposal)


def _card(
    file: CaseFile, person: Person, cared: Cared, releases: Sequence[ReportRelease], *, is_busy: bool
) -> ReportCard:
    report, may_read = cared.report, person.has(Right.PRINT_REPORT)
    return ReportCard(
        id=report.id,
        number=report.number,
        nature=said(NATURES, report.nature),
        copy=report.copy,
        state=report.state,
        state_words=said(REPORT_STATES, report.state),
        handler=report.handler,
        issued_at=report.issued_at,
        pages=report.pages,
        sha256=report.file_digest,
        sm3=report.sm3,
        signer=report.signer,
        check_code=report.check_code,
        receipt_at=report.receipt_at,
        printed=sum(one.copies for one in releases if one.kind == ReleaseKind.PRINTED),
        releases=tuple(_line(file, one, may_read) for one in releases),
        voided=_voided(file, cared, may_read),
        possible=_possible(file, person, cared, is_busy=is_busy),
    )


def _line(file: CaseFile, row: ReportRelease, may_read: bool) -> ReleaseLine:
    who = file.unit_name if row.who.startswith("unit:") else row.who
    reason = reason_of_release(file.platform.vault, row) if may_read else None
    return ReleaseLine(row.at, said(KINDS, row.kind), who, row.copies, reason)


def _voided(file: CaseFile, cared: Cared, may_read: bool) -> Voided | None:
    row = file.session.get_one(Report, cared.report.id)
    if row.voided_at is None or row.void_reason is None:
        return None
    reason: Mapping[str, str] = json.loads(VOID_REASON.open(file.platform.vault, row))
    return Voided(
        at=row.voided_at,
        who=row.voided_by or "",
        reason=VOID_WORDS[VoidReason(reason["code"])],
        words=reason["words"] if may_read else None,
        replaced_by=replacement_of(cared.report, cared.reports),
    )


def _possible(file: CaseFile, person: Person, cared: Cared, *, is_busy: bool) -> Possible:
    """What is plain to see; the doors look closer."""
    report = cared.report
    has_file = is_in_place(report) and report.file_digest is not None
    is_current = report.copy == ORIGINAL and cared.current == report
    may_void = has_file and not is_busy and (is_current or report.copy != ORIGINAL)
    is_valid = is_current and valid_report(file.session, file.case.id) == report
    return Possible(
        print=has_file and person.has(Right.PRINT_REPORT),
        copy=is_valid and not is_busy and person.has(Right.COPY_REPORT),
        void=may_void and person.has(Right.VOID_REPORT),
        reissue=may_void and is_current and person.has(Right.VOID_REPORT),
    )
