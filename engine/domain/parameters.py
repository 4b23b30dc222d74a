"""The limits a locality sets: one row of the decision table economic_limits, checked and typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from engine.domain.errors import RuleViolation
from engine.domain.findings import Value

INCOME_WINDOWS = (3, 6, 12)
EMPLOYMENT_COST_MODES = ("none", "pct_of_income", "pct_of_min_wage")
ENTITY_EXEMPT_RULES = ("none", "couple_shop_without_employees")
RIGID_DEDUCTIONS = ("full", "none")


class ParameterInvalid(RuleViolation):
    """当地标准的参数缺失或者不正确（决策表 economic_limits）"""

    def __str__(self) -> str:
        return f"{self.message()}：{self.facts['parameter']}"


@dataclass(frozen=True)
class LocalParameters:
    """Money in yuan. A limit is the largest number that is still within."""

    standard_month: Decimal
    income_window_months: int
    min_wage_month: Decimal
    employment_cost_mode: str
    employment_cost_rate: Decimal
    exempt_items: tuple[str, ...]  # R7: what these items report is not counted
    basic_pension_exempt: bool
    edge_multiple: Decimal
    disposable_income_prev_year: Decimal
    rigid_ratio: Decimal
    support_threshold_multiple: Decimal
    support_rate_le2: Decimal
    support_rate_ge3: Decimal
    support_by_agreement_first: bool
    financial_limit_months: Decimal
    vehicle_limit: int
    vehicle_exempt_types: tuple[str, ...]
    vehicle_exempt_value: Decimal  # 0 = no vehicle is exempt by its value
    dwelling_limit: int
    area_per_capita_limit: Decimal  # 0 = the area is not limited
    nonresidential_limit: int
    entity_limit: int
    entity_exempt_rule: str
    disposal_lookback_months: int
    farm_income_per_mu: Decimal  # a year; 0 = farmland yields no counted income
    deeming_enabled: bool
    version: str
    rigid_deduction: str = "none"  # R10; the only output the table may leave out

    @property
    def financial_limit(self) -> Decimal:
        return self.financial_limit_months * self.standard_month

    @property
    def edge_month(self) -> Decimal:
        return self.edge_multiple * self.standard_month


def local_parameters(row: Mapping[str, Value]) -> LocalParameters:
    """Raises ParameterInvalid with the name of the missing, wrong or unknown output."""
    optional = {"rigid_deduction"}
    for name in row:
        if name not in READERS:
            raise ParameterInvalid(parameter=name, problem="unknown")
    values: dict[str, object] = {}
    for field in fields(LocalParameters):
        if row.get(field.name) is not None:
            values[field.name] = READERS[field.name](field.name, row[field.name])
        elif field.name not in optional:
            raise ParameterInvalid(parameter=field.name, problem="missing")
    return LocalParameters(**values)  # type: ignore[arg-type]  # every reader returns the type of its field


def _amount(name: str, value: Value) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ParameterInvalid(parameter=name, problem="not a number")
    amount = Decimal(value)
    if not amount.is_finite() or amount < 0:
        raise ParameterInvalid(parameter=name, problem="out of range")
    return amount


def _positive(name: str, value: Value) -> Decimal:
    amount = _amount(name, value)
    if amount == 0:
        raise ParameterInvalid(parameter=name, problem="out of range")
    return amount


def _rate(name: str, value: Value) -> Decimal:
    rate = _amount(name, value)
    if rate > 1:
        raise ParameterInvalid(parameter=name, problem="out of range")
    return rate


def _multiple(name: str, value: Value) -> Decimal:
    multiple = _amount(name, value)
    if multiple < 1:
        raise ParameterInvalid(parameter=name, problem="out of range")
    return multiple


def _count(name: str, value: Value) -> int:
    amount = _amount(name, value)
    if amount != int(amount):
        raise ParameterInvalid(parameter=name, problem="not a whole number")
    return int(amount)


def _window(name: str, value: Value) -> int:
    months = _count(name, value)
    if months not in INCOME_WINDOWS:
        raise ParameterInvalid(parameter=name, problem="out of range")
    return months


def _flag(name: str, value: Value) -> bool:
    if not isinstance(value, bool):
        raise ParameterInvalid(parameter=name, problem="not true or false")
    return value


def _text(name: str, value: Value) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ParameterInvalid(parameter=name, problem="not a text")
    return value.strip()


def _codes(name: str, value: Value) -> tuple[str, ...]:
    """Codes separated by spaces; an empty text means none."""
    if not isinstance(value, str):
        raise ParameterInvalid(parameter=name, problem="not a text")
    return tuple(sorted(set(value.split())))


def _one_of(*words: str) -> "Reader":
    def read(name: str, value: Value) -> str:
        word = _text(name, value)
        if word not in words:
            raise ParameterInvalid(parameter=name, problem="unknown word")
        return word

    return read


Reader = Callable[[str, Value], object]
READERS: Mapping[str, Reader] = {
    "standard_month": _positive,
    "income_window_months": _window,
    "min_wage_month": _amount,
    "employment_cost_mode": _one_of(*EMPLOYMENT_COST_MODES),
    "employment_cost_rate": _rate,
    "exempt_items": _codes,
    "basic_pension_exempt": _flag,
    "edge_multiple": _multiple,
    "disposable_income_prev_year": _positive,
    "rigid_ratio": _rate,
    "support_threshold_multiple": _amount,
    "support_rate_le2": _rate,
    "support_rate_ge3": _rate,
    "support_by_agreement_first": _flag,
    "financial_limit_months": _amount,
    "vehicle_limit": _count,
    "vehicle_exempt_types": _codes,
    "vehicle_exempt_value": _amount,
    "dwelling_limit": _count,
    "area_per_capita_limit": _amount,
    "nonresidential_limit": _count,
    "entity_limit": _count,
    "entity_exempt_rule": _one_of(*ENTITY_EXEMPT_RULES),
    "disposal_lookback_months": _count,
    "farm_income_per_mu": _amount,
    "deeming_enabled": _flag,
    "version": _text,
    "rigid_deduction": _one_of(*RIGID_DEDUCTIONS),
}
