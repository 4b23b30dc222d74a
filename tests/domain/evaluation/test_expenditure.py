"""R10 and R13: necessary expenditure, its deduction, and hardship through it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.findings import MatchStatus, Value
from engine.domain.result import Outcome
from tests.builders import a_letter, an_answer, wages
from tests.domain.evaluation.evaluating import (
    NOTHING_DECLARED,
    amount,
    check,
    codes,
    doubt,
    evaluated,
    outcome,
)

BILL = {"month": "2026-03", "amount": Decimal(9000), "out_of_pocket": Decimal(2400)}
DEDUCTED: dict[str, Value] = {"rigid_deduction": "full"}
DECLARED = replace(NOTHING_DECLARED, rigid_expenditure_fen=120_000)


def a_worker(yuan: int = 2600) -> Any:
    return an_answer("p1", "RS01", *wages(yuan))


@pytest.mark.parametrize(("mode", "total"), [("full", 28212 - 2400), ("none", 28212)])
def test_self_paid_medical_cost_is_taken_off_where_the_locality_deducts_it(mode: str, total: int):
    result = evaluated(a_worker(), an_answer("p1", "YB01", BILL), limits={"rigid_deduction": mode})

    assert amount(result, "rigid_expenditure") == Decimal(2400)
    assert amount(result, "income_total") == Decimal(total)


def test_necessary_expenditure_lowers_no_income_unless_the_locality_says_so():
    result = evaluated(a_worker(), an_answer("p1", "YB01", BILL))

    assert amount(result, "rigid_expenditure") == Decimal(2400)
    assert amount(result, "income_total") == amount(result, "income_before_deduction") == Decimal(28212)


def test_cost_outside_the_window_is_left_out():
    result = evaluated(an_answer("p1", "YB01", BILL | {"month": "2025-10"}))

    assert amount(result, "rigid_expenditure") == Decimal("0.00")


def test_income_is_never_below_zero():
    result = evaluated(a_worker(300), an_answer("p1", "YB01", BILL), limits=DEDUCTED)

    assert amount(result, "income_total") == Decimal("0.00")
    assert amount(result, "per_capita_month") == Decimal("0.00")


def test_a_bill_without_the_self_paid_part_leaves_the_deduction_unknown():
    bill = {"month": "2026-03", "amount": Decimal(9000)}

    result = evaluated(a_worker(9000), an_answer("p1", "YB01", bill), limits=DEDUCTED)

    assert amount(result, "rigid_expenditure") is None
    assert outcome(result, "per_capita_month") is Outcome.UNDETERMINED
    assert outcome(result, "rigid_remainder") is Outcome.UNDETERMINED


def test_tuition_of_somebody_studying_counts_for_the_window_as_an_estimate():
    school = {"tuition": Decimal(5000), "study_status": "studying"}

    result = evaluated(an_answer("p1", "JY01", school), limits={"income_window_months": 6})

    assert amount(result, "rigid_expenditure") == Decimal(2500)


@pytest.mark.parametrize("change", [{"study_status": "graduated"}, {"private_high_fee": True}])
def test_tuition_that_is_not_necessary_does_not_count(change: dict[str, Any]):
    school = {"tuition": Decimal(5000), "study_status": "studying", **change}

    result = evaluated(an_answer("p1", "JY01", school))

    assert amount(result, "rigid_expenditure") == Decimal("0.00")


def test_declared_expenditure_counts_where_no_department_knows_of_any():
    result = evaluated(a_worker(), declaration=DECLARED)

    assert amount(result, "rigid_expenditure") == Decimal("1200.00")


def test_a_department_record_outranks_the_declared_expenditure():
    result = evaluated(a_worker(), an_answer("p1", "YB01", BILL), declaration=DECLARED)

    assert amount(result, "rigid_expenditure") == Decimal(2400)


def test_declared_expenditure_alone_does_not_bring_a_household_under_the_standard():
    declaration = replace(NOTHING_DECLARED, rigid_expenditure_fen=600_000)

    result = evaluated(a_worker(1300), declaration=declaration, limits=DEDUCTED)

    assert check(result, "per_capita_month").value == Decimal("551.00")
    assert outcome(result, "per_capita_month") is Outcome.UNDETERMINED
    assert doubt(result, "unverified_amount_decides") is not None


def test_a_silent_expenditure_source_never_shows_that_the_income_exceeds():
    silent = an_answer("p1", "YB01", status=MatchStatus.TIMEOUT)

    result = evaluated(a_worker(9000), silent, limits=DEDUCTED)

    assert outcome(result, "per_capita_month") is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("bill", "ratio", "reached"),
    [("16926", "0.60", True), ("16927", "0.60", True), ("16700", "0.59", False), ("99999", "1.00", True)],
)
def test_the_rounded_ratio_is_compared(bill: str, ratio: str, reached: bool):
    result = evaluated(a_worker(), an_answer("p1", "YB01", BILL | {"out_of_pocket": Decimal(bill)}))

    assert amount(result, "rigid_ratio") == Decimal(ratio)
    assert ("rigid_remainder" in codes(result)) is reached
    assert not reached or outcome(result, "rigid_remainder") is Outcome.WITHIN
    assert any(f"{'达到' if reached else '未达到'}当地规定的 0.60" in note for note in result.notes)


def test_declared_expenditure_alone_makes_no_candidate():
    result = evaluated(a_worker(), declaration=replace(NOTHING_DECLARED, rigid_expenditure_fen=2_000_000))

    test = check(result, "rigid_remainder")
    assert (test.value, test.limit) == (Decimal("0.29"), Decimal("0.40"))
    assert test.outcome is Outcome.UNDETERMINED


def test_an_income_of_the_local_average_is_not_below_it():
    result = evaluated(
        a_worker(4000),
        an_answer("p1", "YB01", BILL | {"out_of_pocket": Decimal(30000)}),
        limits={"disposable_income_prev_year": 48000, "employment_cost_mode": "none"},
    )

    assert amount(result, "income_per_capita_year") == Decimal("48000.00")
    assert outcome(result, "income_per_capita_year") is Outcome.EXCEEDS


def test_a_household_without_income_that_spends_spends_all_of_it():
    result = evaluated(an_answer("p1", "YB01", BILL))

    assert amount(result, "rigid_ratio") == Decimal("1.00")


@pytest.mark.parametrize(
    "case",
    [
        {"service": "ab"},
        {"letter": a_letter(content=("income", "property"))},
    ],
)
def test_hardship_through_expenditure_is_looked_at_only_when_asked_for(case: dict[str, Any]):
    bill = an_answer("p1", "YB01", BILL | {"out_of_pocket": Decimal(20000)})

    assert "rigid_remainder" in codes(evaluated(a_worker(), bill))
    assert "rigid_remainder" not in codes(evaluated(a_worker(), bill, **case))


def test_without_any_expenditure_there_is_nothing_to_compare():
    assert "rigid_remainder" not in codes(evaluated(a_worker()))
