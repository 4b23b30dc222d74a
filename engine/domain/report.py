"""What a report says (MZ/T 072-2016 附录C, 附录D) as values ready to print: every text is final."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class PrintedTable:
    """One table of Annex D for one person or the household.

    `rows` are the printed cells. `note` says, with source and time, what did not come: 查无, 未返回, 未查询.
    It may stand beside rows when one of several sources or persons had nothing.
    """

    name: str
    group: str | None
    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True)
class PrintedPerson:
    """The tables of one person inside a per-person section; `name` is empty for household sections."""

    name: str
    tables: tuple[PrintedTable, ...]


@dataclass(frozen=True)
class PrintedSection:
    number: str  # 一 .. 五
    title: str
    period: str
    persons: tuple[PrintedPerson, ...]


@dataclass(frozen=True)
class PrintedMember:
    """A row of the member table of the overview page."""

    name: str
    sex: str
    ethnic_group: str
    id_type: str
    id_no: str
    relation: str


@dataclass(frozen=True)
class ReportContent:
    """All of Annex C; check_complete() names what is missing before a report may be issued."""

    title: str
    number: str
    addressee: str
    legal_basis: str
    commissioned_on: date
    commissioning_unit: str
    purpose: str
    head: PrintedMember
    income_from: date
    income_to: date
    property_as_of: date
    copies: int
    result: tuple[str, ...]  # sentences: the outcome of every test and the reservations
    result_summary: str  # the same in one line, for the head of the overview sheet
    overview: str
    notes: tuple[str, ...]  # C.1-15: what else the reader should know
    members: tuple[PrintedMember, ...]
    sharing_units: tuple[str, ...]
    sections: tuple[PrintedSection, ...]
    handler: str
    verification_unit: str
    issued_at: datetime
