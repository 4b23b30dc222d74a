"""The worked examples: five households counted by hand."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.result import Band, Outcome
from tests.builders import (
    a_declared_income,
    a_household,
    a_supporter,
    an_answer,
    wages,
)
from tests.domain.evaluation.evaluating import NOTHING_DECLARED, amount, check, evaluated, figure, outcome


def a_pension(yuan: int, basic: int = 0, scheme: str = "employee", **values: Any) -> dict[str, Any]:
    return {
        "monthly_pension": Decimal(yuan),
        "basic_pension_part": Decimal(basic),
        "pension_scheme": scheme,
        "start_month": "2012-06",
        "payment_status": "normal",
        **values,
    }


@pytest.mark.clause("M 6.3 a")
def test_a_couple_with_a_child_and_one_wage_is_below_the_standard():
    interest = a_declared_income("p1", category="property", amount_month_fen=720, payer="甲银行")
    wage = a_declared_income("p1", 2600)

    result = evaluated(
        an_answer("p1", "RS01", *wages(2600)),
        an_answer("p3", "JY02", {"aid_amount": Decimal(3000)}),
        members=3,
        declaration=replace(NOTHING_DECLARED, incomes=(wage, interest)),
    )

    assert amount(result, "income_total") == Decimal("28298.40")
    assert amount(result, "employment_cost") == Decimal("2988.00")
    assert amount(result, "exempt_income") == Decimal("3000.00")
    assert amount(result, "per_capita_month") == Decimal("786.07")
    assert outcome(result, "per_capita_month") is Outcome.WITHIN
    assert result.band is Band.BELOW
    assert result.doubts == ()


@pytest.mark.clause("M 6.3 a")
def test_two_pensioners_with_two_children_households_are_above_the_edge():
    child = {"household_size": 3, "household_income_month_fen": 3 * 3400_00}
    children = [a_supporter(f"s{n}", ("p1", "p2"), **child) for n in (1, 2)]

    result = evaluated(
        an_answer("p1", "RS02", a_pension(1480)),
        an_answer("p2", "RS02", a_pension(260, 220, "resident")),
        household=a_household(2, children),
    )

    shares = {line.amount for line in figure(result, "support_income").inputs}
    assert shares == {Decimal("597.50") * 12}
    assert amount(result, "per_capita_month") == Decimal("1955.00")
    assert result.band is Band.ABOVE


def test_support_by_formula_alone_needs_a_person_before_it_counts_as_exceeding():
    """L1: the supporters' income is declared, so the figure is above and the test undetermined."""
    child = {"household_size": 3, "household_income_month_fen": 3 * 3400_00}
    children = [a_supporter(f"s{n}", ("p1", "p2"), **child) for n in (1, 2)]

    result = evaluated(household=a_household(2, children), limits={"standard_month": 700})

    test = check(result, "per_capita_month")
    assert test.value is not None
    assert test.value > Decimal(700)
    assert test.outcome is Outcome.UNDETERMINED
    assert [d.code for d in result.doubts] == ["unverified_amount_decides"]


def test_an_income_of_exactly_the_standard_is_not_below_it():
    result = evaluated(an_answer("p1", "RS02", a_pension(1010)))

    test = check(result, "per_capita_month")
    assert test.value == Decimal("1010.00")
    assert test.outcome is Outcome.EXCEEDS
    assert result.band is Band.EDGE
    assert "不属于低于标准" in test.reason


def test_a_high_medical_bill_makes_a_candidate_for_hardship_through_expenditure():
    bill = {"month": "2026-03", "amount": Decimal(90000), "out_of_pocket": Decimal(61000)}

    result = evaluated(
        an_answer("p1", "RS01", *wages(8000)),
        an_answer("p2", "YB01", bill),
        members=3,
        limits={"employment_cost_mode": "none"},
    )

    assert amount(result, "income_before_deduction") == Decimal("96000.00")
    assert amount(result, "rigid_ratio") == Decimal("0.64")
    assert amount(result, "income_per_capita_year") == Decimal("32000.00")
    assert outcome(result, "income_per_capita_year") is Outcome.WITHIN
    assert outcome(result, "rigid_remainder") is Outcome.WITHIN
    assert any("0.64" in note and "达到当地规定的 0.60" in note for note in result.notes)


def test_assets_of_three_accounts_are_within_24_months_of_the_standard():
    result = evaluated(
        an_answer(
            "p1", "JR01", {"bank_name": "甲银行", "account_no": "1", "account_balance": Decimal(31000)}
        ),
        an_answer("p2", "JR01", {"bank_name": "乙银行", "bank_total_balance": Decimal("18250.55")}),
        an_answer("p2", "JR04", {"policy_name": "两全保险", "cash_value": Decimal(22000)}),
        members=3,
    )

    test = check(result, "financial_assets_per_capita")
    assert (test.value, test.limit) == (Decimal("23750.18"), Decimal("24240.00"))
    assert test.outcome is Outcome.WITHIN
