"""A commission (核对申请): the three papers of MZ/T 072-2016 附录A as values."""

from dataclasses import dataclass
from datetime import date, datetime

from engine.domain.household import Household, Period


@dataclass(frozen=True)
class Evidence:
    """Confirmation by signature, seal or fingerprint (A.1 e, A.2 i): how, and the digest of its scan."""

    method: str  # signature | seal | fingerprint | electronic
    digest: str  # SHA-256, hex


@dataclass(frozen=True)
class Authorisation:
    """核对授权书 (A.1): who allows whom to ask what about whom, from when to when."""

    number: str
    signed_by: str  # ref of the person, or of the guardian
    covers: tuple[str, ...]  # refs
    guardian_basis: str | None  # why the signer may sign for the others
    commissioning_unit: str
    verification_unit: str
    scope: tuple[str, ...]  # item codes; ("*",) = all items of the service
    evaluation_allowed: bool
    valid: Period
    evidence: Evidence | None


@dataclass(frozen=True)
class CommissionLetter:
    """核对委托书 (A.2)."""

    verification_unit: str
    commissioning_unit: str
    content: tuple[str, ...]  # income | property | expenditure
    period: Period  # of the data (核对期间), for income and expenditure
    property_as_of: date
    valid: Period
    disclaimer_accepted: bool
    agent: str
    signature: Evidence | None
    seal: Evidence | None


@dataclass(frozen=True)
class Material:
    """A row of the list of material (A.2 h)."""

    name: str
    copies: int


@dataclass(frozen=True)
class DeclaredIncome:
    """Declared income for months of the period (A.3 c); category: wage | business | property | transfer."""

    person: str
    category: str
    amount_month_fen: int
    first_month: str  # "2025-11"
    last_month: str
    payer: str = ""


@dataclass(frozen=True)
class Declaration:
    """经济状况自行申报材料 (A.3 c). None = not declared, which is never the same as zero."""

    incomes: tuple[DeclaredIncome, ...]
    financial_assets_fen: int | None
    dwellings: int | None
    vehicles: int | None
    entities: int | None
    rigid_expenditure_fen: int | None  # self-paid medical and other necessary expenditure in the period
    serious_illness: bool = False


@dataclass(frozen=True)
class Review:
    """One of the two reviews of the material (6.1 b)."""

    reviewer: str  # staff number of the unit
    name: str
    reviewed_at: datetime
    passed: bool


@dataclass(frozen=True)
class Commission:
    """Everything a unit sends. `identity_copies`: refs of those whose identity paper is enclosed (A.3 b)."""

    number: str
    service: str
    purpose: str
    received_at: datetime
    household: Household
    letter: CommissionLetter | None
    authorisations: tuple[Authorisation, ...]
    declaration: Declaration | None
    identity_copies: tuple[str, ...]
    materials: tuple[Material, ...]
    reviews: tuple[Review, ...]
    copies: int = 1
