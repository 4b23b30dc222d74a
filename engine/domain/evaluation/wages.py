"""R3: pay of employment in the window, less the necessary cost of employment."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from engine.domain.evaluation.case import Case
from engine.domain.evaluation.fact import Fact, without_repeats
from engine.domain.evaluation.income_evidence import IncomeEvidence, by_month
from engine.domain.evaluation.ledger import Grade, Line, plain
from engine.domain.evaluation.span import ZERO

LEFT_THE_SCHEME = ("suspended", "ended")
ACTIVE_FUND = ("normal", "")


def read_wages(case: Case, person: str) -> IncomeEvidence:
    records = case.facts("RS01", person=person)
    paid = by_month(_paid(records))
    bases = (
        by_month(_base(records, "month", "养老保险缴费基数")),
        by_month(_base(_active_fund(case, person), "last_contribution_month", "公积金缴存基数")),
        by_month(_base(_employee_scheme(case, person), "last_month", "医疗保险缴费基数")),
    )
    annual = by_month(_annual(case, records, set(paid) | set(bases[0])))
    return IncomeEvidence((paid, *bases, annual), patchy=_patchy(records))


def necessary_cost(case: Case, lines: Iterable[Line]) -> tuple[tuple[Line, ...], Decimal]:
    """The lines of one person and month with the cost taken off, and the cost: never more than the pay."""
    kept = tuple(lines)
    pay = sum((line.amount or ZERO for line in kept if line.counted), ZERO)
    cost = rest = min(_cost(case, pay), max(pay, ZERO))
    result = []
    for line in kept:
        if line.counted and line.amount and rest:
            part = min(rest, line.amount)
            rest -= part
            label = f"{line.label} {plain(line.amount)}，减必要就业成本 {plain(part)}"
            result.append(replace(line, amount=line.amount - part, label=label))
        else:
            result.append(line)
    return tuple(result), cost


def _cost(case: Case, pay: Decimal) -> Decimal:
    parameters = case.parameters
    if parameters.employment_cost_mode == "pct_of_income":
        return pay * parameters.employment_cost_rate
    if parameters.employment_cost_mode == "pct_of_min_wage":
        return parameters.min_wage_month * parameters.employment_cost_rate
    return ZERO


def _paid(records: Iterable[Fact]) -> Iterator[tuple[str, Line]]:
    for fact in records:
        amount, month = fact.money("net_wage"), fact.month("month")
        if amount is not None and month:
            yield month, fact.line(f"{month} 实发工资", amount)


def _base(records: Iterable[Fact], month_field: str, label: str) -> Iterator[tuple[str, Line]]:
    """A base speaks of the one month it was paid for, and is not the pay itself."""
    for fact in records:
        amount, month = fact.money("contribution_base"), fact.month(month_field)
        if amount and month and fact.money("net_wage") is None:
            yield month, fact.line(f"{month} {label}", amount, Grade.ESTIMATED, "按缴费基数推算")


def _active_fund(case: Case, person: str) -> Iterator[Fact]:
    return (fact for fact in case.facts("GJJ01", person=person) if fact.text("status") in ACTIVE_FUND)


def _employee_scheme(case: Case, person: str) -> Iterator[Fact]:
    """Only employees are insured by their pay."""
    return (fact for fact in case.facts("RS04", person=person) if fact.text("scheme") == "employee")


def _annual(case: Case, records: Iterable[Fact], months: set[str]) -> Iterator[tuple[str, Line]]:
    """D3: fills only months of last year, and only when the source gave no month of that year."""
    given_years = {month[:4] for month in months}
    known = (fact for fact in records if fact.money("last_year_avg_monthly_income"))
    for fact in without_repeats(known, _employer):
        year, amount = fact.last_year, fact.money("last_year_avg_monthly_income")
        for month in case.months:
            if month[:4] == year and year not in given_years:
                yield (
                    month,
                    fact.line(f"{month} 上年度平均月收入", amount, Grade.ESTIMATED, "按上年度平均数推算"),
                )


def _employer(fact: Fact) -> str:
    """The annual figure is repeated in every record of an employer."""
    return fact.text("employer") or fact.text("contributing_employer")


def _patchy(records: Iterable[Fact]) -> str:
    """Somebody in work of whom no single month is known: the rest of the year is unknown, not zero."""
    current = [fact for fact in records if fact.text("insured_status") not in LEFT_THE_SCHEME]
    is_dated = any(fact.month("month") for fact in current)
    return "在职但没有分月数据，不作为零" if current and not is_dated else ""


def gross_pay(case: Case, person: str) -> Decimal:
    """Pay of the window before contributions: tax is of the gross, 实发工资 is what is left."""
    gross = ZERO
    for fact in case.facts("RS01", person=person):
        if fact.month("month") in case.months:
            parts = ("net_wage", "pension_contribution", "unemployment_contribution", "medical_contribution")
            paid = sum((fact.money(name) or ZERO for name in parts), ZERO)
            gross += max(paid, fact.money("contribution_base") or ZERO)
    return gross


def paid_months(case: Case, person: str) -> set[str]:
    """Months of the window with pay on record."""
    paid = by_month(_paid(case.facts("RS01", person=person)))
    return {month for month in case.months if any(line.amount for line in paid.get(month, ()))}
