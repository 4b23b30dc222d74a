"""核对结果概述 of MZ/T 072-2016 附录D: eleven figures. What a source did not answer is None, never zero."""

from collections.abc import Iterator
from decimal import Decimal

from engine.domain.evaluation.assessment import Assessment
from engine.domain.evaluation.case import Case
from engine.domain.evaluation.entities import has_invested_enterprise
from engine.domain.evaluation.fact import Fact, without_repeats
from engine.domain.evaluation.real_estate import ITEMS, found_dwellings
from engine.domain.evaluation.span import ZERO, rounded
from engine.domain.evaluation.transfers import is_stopped
from engine.domain.evaluation.vehicles import owned_vehicles
from engine.domain.result import Overview


def overview_of(case: Case, result: Assessment) -> Overview:
    per_capita = result.sheet("per_capita_month")
    return Overview(
        members=len(case.members),
        income_per_capita_month=None if per_capita is None else per_capita.value,
        declared_income_month=_declared(case),
        standard_month=case.parameters.standard_month,
        pension_month=_total(case, "RS02", _pensions(case)),
        unemployment_benefit_month=_total(case, "RS03", _benefits(case)),
        insurance_value=_total(case, "JR04", _insurance(case)),
        dwellings=found_dwellings(case) if all(case.is_complete(item) for item in ITEMS) else None,
        vehicles=owned_vehicles(case) if case.is_complete("GA02") else None,
        has_invested_enterprise=has_invested_enterprise(case),
        provident_fund_balance=_fund(case),
    )


def _total(case: Case, item: str, amounts: Iterator[Decimal]) -> Decimal | None:
    return rounded(sum(amounts, ZERO), "yuan") if case.is_complete(item) else None


def _declared(case: Case) -> Decimal | None:
    """Per month, of the months of the window only."""
    declaration = case.commission.declaration
    if declaration is None or not case.months:
        return None
    fen = sum(
        income.amount_month_fen
        for income in declaration.incomes
        for month in case.months
        if income.first_month <= month <= income.last_month
    )
    return rounded(Decimal(fen) / 100 / len(case.months), "yuan")


def _pensions(case: Case) -> Iterator[Decimal]:
    return (fact.money("monthly_pension") or ZERO for fact in case.facts("RS02") if not is_stopped(fact))


def _benefits(case: Case) -> Iterator[Decimal]:
    """What is paid in the last month of the window."""
    for fact in case.facts("RS03"):
        last = case.months[-1] if case.months else ""
        if fact.month("benefit_start") <= last <= (fact.month("benefit_end") or last):
            yield fact.money("unemployment_benefit") or ZERO


def _insurance(case: Case) -> Iterator[Decimal]:
    for fact in case.facts("JR04"):
        cash = fact.money("cash_value")
        yield (fact.money("policy_total_value") or ZERO) if cash is None else cash


def _fund(case: Case) -> Decimal | None:
    """D2: the balance stands in two tables of Annex D and counts once."""
    balance = ZERO
    for person in case.members:
        answered = [item for item in ("GJJ03", "GJJ01") if case.is_complete_for(person.ref, item)]
        if not answered:
            return None
        balance += max(_balance(case, person.ref, item) for item in answered)
    return rounded(balance, "yuan")


def _balance(case: Case, person: str, item: str) -> Decimal:
    first = without_repeats(case.facts(item, person=person), _account)
    return sum((fact.money("account_balance") or ZERO for fact in first), ZERO)


def _account(fact: Fact) -> str | None:
    return fact.text("personal_no") or fact.text("account_no") or None
