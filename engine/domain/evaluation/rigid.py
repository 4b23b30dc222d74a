"""R13: the two figures of a household in hardship through necessary expenditure (支出型困难家庭)."""

from dataclasses import replace
from decimal import Decimal

from engine.domain.evaluation.case import HARDSHIP_SERVICE, Case, derived
from engine.domain.evaluation.comparison import compare
from engine.domain.evaluation.income import Income
from engine.domain.evaluation.ledger import Sheet, plain
from engine.domain.evaluation.span import WHOLE, ZERO, Span, rounded
from engine.domain.result import Test

MONTHS_A_YEAR = 12


def is_rigid_examined(case: Case, income: Income) -> bool:
    """Nothing to compare where nobody reports necessary expenditure and nobody failed to answer."""
    if case.service == HARDSHIP_SERVICE or "expenditure" not in case.letter.content:
        return False
    return income.expenditure.span != Span()


def rigid_sheets(case: Case, income: Income) -> tuple[Sheet, Sheet, Sheet]:
    ratio = _ratio(income)
    return _income_year(case, income), ratio, _remainder(ratio)


def rigid_tests(case: Case, sheets: tuple[Sheet, Sheet, Sheet]) -> tuple[Test, ...]:
    """None where the local ratio is surely not reached: it is then no case of R13, and a note says so.

    The remainder is compared and not the ratio, so that within means not above the limit as everywhere.
    """
    year, ratio, remainder = sheets
    limit, highest = case.parameters.rigid_ratio, ratio.span.high
    if highest is not None and rounded(highest, "ratio") < limit:
        return ()
    return (
        compare(year, case.parameters.disposable_income_prev_year, "R13"),
        compare(remainder, WHOLE - limit, "R13"),
    )


def _income_year(case: Case, income: Income) -> Sheet:
    """Before necessary expenditure is taken off."""
    before = income.before_deduction
    year = replace(before, derived=before.span.at_least_zero().times(MONTHS_A_YEAR))
    sheet = case.per_head(year, "income_per_capita_year", "年人均收入", "R13", "yuan", len(case.months))
    return replace(sheet, formula=f"家庭收入 × {MONTHS_A_YEAR} = {sheet.formula}")


def _ratio(income: Income) -> Sheet:
    spent, earned = income.expenditure.span, income.before_deduction.span.at_least_zero()
    span = Span(
        _share(spent.low, earned.high), _share(spent.value, earned.value), _share(spent.high, earned.low)
    )
    parts = (income.expenditure, income.before_deduction)
    formula = " ÷ ".join("无法确定" if part.value is None else plain(part.value) for part in parts)
    is_estimated = any(part.is_estimated for part in parts)
    return derived("rigid_ratio", "必要支出占收入的比例", "R13", "ratio", span, formula, is_estimated)


def _remainder(ratio: Sheet) -> Sheet:
    """Of the rounded ratio, the printed one: 1 − 0.64 = 0.36."""
    low, value, high = (
        None if x is None else WHOLE - rounded(x, "ratio")
        for x in (ratio.span.high, ratio.span.value, ratio.span.low)
    )
    label, span = "必要支出以外的收入占收入的比例", Span(low, value, high)
    return derived("rigid_remainder", label, "R13", "ratio", span, "1 − 必要支出 ÷ 收入", ratio.is_estimated)


def _share(spent: Decimal | None, earned: Decimal | None) -> Decimal | None:
    """Spending out of no income at all is spending all of it; more than all is still all of it."""
    if spent is None or earned is None:
        return None
    if earned <= 0:
        return WHOLE if spent > 0 else ZERO
    return min(spent / earned, WHOLE)
