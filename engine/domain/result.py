"""The result of an evaluation: tests against the local limits, overview, trace of every figure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Outcome(StrEnum):
    """Of one test. A verification reports and compares; it never says who is eligible (只核对、不认定)."""

    WITHIN = "within"
    EXCEEDS = "exceeds"
    UNDETERMINED = "undetermined"


class Band(StrEnum):
    """R12: the per-capita monthly income against the local standard."""

    BELOW = "below"
    EDGE = "edge"
    ABOVE = "above"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True)
class TraceInput:
    """One fact a figure was made of. `person` is a ref; nothing here names anybody."""

    label: str  # Chinese
    amount: Decimal | None
    person: str | None = None
    item: str | None = None
    source: str | None = None  # department code, or "declaration"
    at: datetime | None = None  # when the source answered
    counted: bool = True  # False: seen, kept, not used (D1, D2)
    reason: str = ""


@dataclass(frozen=True)
class Figure:
    """A computed figure with everything needed to compute it again."""

    code: str  # wage_income, per_capita_month ...
    label: str
    rule: str  # R3, D2 ...
    value: Decimal | None  # None = undetermined
    unit: str  # yuan, yuan_month, count, m2, ratio
    formula: str  # in words and figures of this case
    inputs: tuple[TraceInput, ...] = ()
    estimated: bool = False


@dataclass(frozen=True)
class Test:
    """A figure held against a local limit."""

    code: str
    label: str
    rule: str
    value: Decimal | None
    limit: Decimal | None
    outcome: Outcome
    reason: str = ""

    __test__ = False  # not a test of pytest


@dataclass(frozen=True)
class Doubt:
    """A contradiction a person must look at: codes and refs only, the amounts are in the trace."""

    code: str
    label: str
    person: str | None
    items: tuple[str, ...]
    is_material: bool  # D4: it moves a test across its limit


@dataclass(frozen=True)
class Overview:
    """核对结果概述 of Annex D. None = undetermined; money in yuan."""

    members: int
    income_per_capita_month: Decimal | None
    declared_income_month: Decimal | None
    standard_month: Decimal
    pension_month: Decimal | None
    unemployment_benefit_month: Decimal | None
    insurance_value: Decimal | None  # 人保
    dwellings: int | None
    vehicles: int | None
    has_invested_enterprise: bool | None
    provident_fund_balance: Decimal | None


@dataclass(frozen=True)
class Evaluation:
    """What verify_information yields. `inputs_digest` and `parameters_version` make it replayable."""

    tests: tuple[Test, ...]
    band: Band
    overview: Overview
    figures: tuple[Figure, ...]
    doubts: tuple[Doubt, ...]
    notes: tuple[str, ...]  # Chinese sentences the report prints
    parameters_version: str
    inputs_digest: str
