"""Invented people and what they have: the facts from which both the declaration and the records are made.

Money is in fen. Months are texts ("2026-03"), as on the wire.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Quirk(StrEnum):
    """What is wrong with a household or with the answers about it; NONE for the great majority."""

    NONE = "none"
    UNDECLARED_SPOUSE = "undeclared_spouse"
    UNDECLARED_CHILD = "undeclared_child"
    UNDERSTATED_WAGE = "understated_wage"
    DECEASED_MEMBER = "deceased_member"
    MISSING_AUTHORISATION = "missing_authorisation"
    WRONG_IDENTITY = "wrong_identity"
    FLAKY_SOURCE = "flaky_source"
    SILENT_SOURCE = "silent_source"


@dataclass(frozen=True)
class Job:
    employer: str
    credit_code: str
    gross: int  # a month
    first_month: str
    last_month: str | None  # None: goes on
    card: str
    bank: str

    @property
    def pension_contribution(self) -> int:
        return self.gross * 8 // 100

    @property
    def medical_contribution(self) -> int:
        return self.gross * 2 // 100

    @property
    def unemployment_contribution(self) -> int:
        return self.gross // 200

    @property
    def fund_contribution(self) -> int:
        return self.gross * 5 // 100

    @property
    def net(self) -> int:
        """What arrives on the account each month."""
        taken = self.pension_contribution + self.medical_contribution
        return self.gross - taken - self.unemployment_contribution - self.fund_contribution

    def months(self, first: str, last: str) -> tuple[str, str]:
        """The part of a span it was held in."""
        return max(first, self.first_month), min(last, self.last_month or last)


@dataclass(frozen=True)
class Pension:
    month: int
    basic: int
    scheme: str
    first_month: str


@dataclass(frozen=True)
class Unemployment:
    registered: date
    benefit: int  # a month
    first_month: str
    last_month: str


@dataclass(frozen=True)
class Schooling:
    school: str
    level: str  # GB/T 4658
    enrolled: date
    tuition: int
    aid: int  # a year


@dataclass(frozen=True)
class Account:
    bank: str
    bank_code: str
    card: str
    deposit_type: str
    balance: int


@dataclass(frozen=True)
class Holding:
    """A financial asset outside the bank account. kind: the item code that reports it."""

    kind: str
    name: str
    number: str
    value: int


@dataclass(frozen=True)
class Dwelling:
    address: str
    area: int  # square metres
    price: int
    acquired: date
    unit_no: str
    title_no: str
    owners: tuple[str, ...]  # refs


@dataclass(frozen=True)
class Vehicle:
    plate: str
    model: str
    brand: str
    kind: str  # code list vehicle_type
    use: str  # code list vehicle_use
    registered: date
    value: int


@dataclass(frozen=True)
class Business:
    name: str
    credit_code: str
    scope: str
    profit: int  # of the last year


@dataclass(frozen=True)
class Disability:
    certificate: str
    kind: str
    level: str
    subsidy: int  # a month


@dataclass(frozen=True)
class Illness:
    name: str
    month: int  # paid by the patient after the medical insurance
    serious: bool


@dataclass(frozen=True)
class Marriage:
    """A registration. The spouse may live elsewhere: `spouse_ref` is None then."""

    event: str  # code list marriage_event
    on: date
    husband: tuple[str, str]  # name, number
    wife: tuple[str, str]


@dataclass(frozen=True)
class Resident:
    """One person. `declared` is False for somebody the household does not mention."""

    ref: str
    name: str
    id_no: str
    born_on: date
    male: bool
    relation: str
    marital: str  # GB/T 2261.2
    ethnic_group: str
    declared: bool = True
    supports: tuple[str, ...] = ()
    own_household_size: int = 1
    earned_by_others: int = 0  # a month, in the household of somebody who owes support
    died_on: date | None = None
    marriages: tuple[Marriage, ...] = ()
    job: Job | None = None
    pension: Pension | None = None
    unemployment: Unemployment | None = None
    schooling: Schooling | None = None
    accounts: tuple[Account, ...] = ()
    holdings: tuple[Holding, ...] = ()
    wallet: int | None = None
    vehicles: tuple[Vehicle, ...] = ()
    business: Business | None = None
    disability: Disability | None = None
    illness: Illness | None = None
    is_veteran: bool = False
    child_support: int = 0  # received each month by judgment
    shows_everything: bool = False  # has a record of the items almost nobody has

    @property
    def own_household_income(self) -> int:
        """A month, of the household of somebody who owes support."""
        own = self.job.net if self.job else self.pension.month if self.pension else 0
        return own + self.earned_by_others

    @property
    def financial_assets(self) -> int:
        held = sum(a.balance for a in self.accounts) + sum(h.value for h in self.holdings)
        return held + (self.wallet or 0)

    def age_on(self, day: date) -> int:
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))


@dataclass(frozen=True)
class SandboxHousehold:
    """A household as it truly is; what it declares is made from it with its quirk."""

    number: int
    area: str  # urban | rural
    address: str
    residents: tuple[Resident, ...]
    dwellings: tuple[Dwelling, ...]
    quirk: Quirk
    farmland: int | None = None  # hundredths of a mu
    farm_subsidy: int = 0  # a year

    @property
    def head(self) -> Resident:
        return self.residents[0]

    @property
    def declared(self) -> tuple[Resident, ...]:
        return tuple(resident for resident in self.residents if resident.declared)

    def resident(self, id_no: str) -> Resident | None:
        return next((resident for resident in self.residents if resident.id_no == id_no), None)


def months_between(start: date, end: date) -> Iterator[str]:
    """Every month a span touches."""
    for count in range(start.year * 12 + start.month - 1, end.year * 12 + end.month):
        yield f"{count // 12}-{count % 12 + 1:02d}"


def yuan(fen: int) -> str:
    """Money on the wire: yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"
