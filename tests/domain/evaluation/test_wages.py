"""R3 with D1 and D3: pay by month, what stands in for it, and the cost of employment."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.findings import MatchStatus
from engine.domain.result import Band, Figure, Outcome
from tests.builders import a_declared_income, an_answer, months, wages
from tests.domain.evaluation.evaluating import NOTHING_DECLARED, amount, check, doubt, evaluated, figure

NO_COST = {"employment_cost_mode": "none"}


def declared(yuan: int, **changes: Any) -> Any:
    return replace(NOTHING_DECLARED, incomes=(a_declared_income("p1", yuan, **changes),))


def counted(found: Figure) -> set[str]:
    return {line.reason for line in found.inputs if line.counted}


@pytest.mark.parametrize(
    ("mode", "rate", "pay", "net"),
    [
        ("none", "0.10", 2600, "2600"),
        ("pct_of_income", "0.10", 2600, "2340"),
        ("pct_of_min_wage", "0.10", 2600, "2351"),
        ("pct_of_min_wage", "0.10", 249, "0"),
        ("pct_of_min_wage", "0.10", 100, "0"),
        ("pct_of_min_wage", "0", 100, "100"),
    ],
)
def test_the_necessary_cost_of_employment_is_taken_off_and_never_more_than_the_pay(
    mode: str, rate: str, pay: int, net: str
):
    result = evaluated(
        an_answer("p1", "RS01", *wages(pay)),
        limits={"employment_cost_mode": mode, "employment_cost_rate": Decimal(rate)},
    )

    assert amount(result, "wage_income") == Decimal(net) * 12
    assert amount(result, "employment_cost") == (pay - Decimal(net)) * 12


def test_the_cost_is_taken_once_for_two_jobs_in_a_month():
    jobs = [*wages(100, count=1), *wages(2000, count=1, employer="乙公司")]

    result = evaluated(an_answer("p1", "RS01", *jobs))

    assert amount(result, "wage_income") == Decimal("2100") - Decimal("249")
    assert amount(result, "employment_cost") == Decimal("249.00")


def test_a_record_that_came_twice_counts_once():
    result = evaluated(an_answer("p1", "RS01", *wages(2600), *wages(2600)), limits=NO_COST)

    assert amount(result, "wage_income") == Decimal(2600 * 12)


def test_pay_outside_the_window_does_not_count():
    result = evaluated(an_answer("p1", "RS01", *wages(2600, "2025-09", 2)), limits=NO_COST)

    assert amount(result, "wage_income") == Decimal("0.00")


def test_the_record_of_a_month_outranks_the_base_and_the_declaration_and_keeps_them():
    base = {"contribution_base": Decimal(4000), "last_contribution_month": "2025-11"}

    result = evaluated(
        an_answer("p1", "RS01", *wages(2600)),
        an_answer("p1", "GJJ01", base),
        declaration=declared(1500),
        limits=NO_COST,
    )

    wage = figure(result, "wage_income")
    lost = [line for line in wage.inputs if not line.counted]
    assert wage.value == Decimal(2600 * 12)
    assert not wage.estimated
    assert {line.amount for line in lost} == {Decimal(4000), Decimal(1500)}
    assert {line.reason for line in lost} == {"已有更可靠的数据（D1）"}


@pytest.mark.parametrize(
    ("item", "record"),
    [
        ("RS01", {"contribution_base": Decimal(4000), "month": "2025-11"}),
        (
            "GJJ01",
            {"contribution_base": Decimal(4000), "last_contribution_month": "2025-11", "status": "normal"},
        ),
        ("RS04", {"contribution_base": Decimal(4000), "last_month": "2025-11", "scheme": "employee"}),
    ],
)
def test_a_contribution_base_stands_in_for_its_month_and_is_marked_estimated(item: str, record: Any):
    result = evaluated(an_answer("p1", item, record), declaration=declared(1500), limits=NO_COST)

    wage = figure(result, "wage_income")
    assert wage.value == Decimal(4000 + 11 * 1500)
    assert wage.estimated


@pytest.mark.parametrize(
    ("item", "record"),
    [
        (
            "GJJ01",
            {"contribution_base": Decimal(4000), "last_contribution_month": "2025-11", "status": "sealed"},
        ),
        ("RS04", {"contribution_base": Decimal(4000), "last_month": "2025-11", "scheme": "resident"}),
        ("GJJ01", {"contribution_base": Decimal(4000)}),
    ],
)
def test_a_base_that_says_nothing_of_pay_in_a_month_is_left_alone(item: str, record: Any):
    result = evaluated(an_answer("p1", item, record), limits=NO_COST)

    assert amount(result, "wage_income") == Decimal("0.00")


@pytest.mark.clause("M 6.3 a")
def test_an_annual_figure_fills_only_the_months_it_covers():
    """Somebody who earned 6,000 a month in 2025 and lost the job has not earned 6,000 in 2026."""
    record = {"employer": "甲公司", "last_year_avg_monthly_income": Decimal(6000)}

    result = evaluated(an_answer("p1", "RS01", record), limits=NO_COST)

    wage, test = figure(result, "wage_income"), check(result, "per_capita_month")
    estimates = [line for line in wage.inputs if line.amount]
    assert [line.amount for line in estimates] == [Decimal(6000), Decimal(6000)]
    assert wage.estimated
    assert wage.value is None
    assert test.outcome is Outcome.UNDETERMINED
    assert result.band is Band.UNDETERMINED


def test_an_annual_figure_with_a_declaration_for_the_other_months_is_an_estimate_that_never_exceeds_alone():
    record = {"employer": "甲公司", "last_year_avg_monthly_income": Decimal(60000)}

    result = evaluated(an_answer("p1", "RS01", record), declaration=declared(100), limits=NO_COST)

    test = check(result, "per_capita_month")
    assert test.value == Decimal("10083.33")
    assert test.outcome is Outcome.UNDETERMINED
    assert "推算" in test.reason
    assert doubt(result, "unverified_amount_decides") is not None


def test_an_annual_figure_is_not_spread_over_a_year_of_which_the_source_gave_months():
    november = wages(1000, "2025-11", 1)[0] | {"last_year_avg_monthly_income": Decimal(6000)}

    result = evaluated(an_answer("p1", "RS01", november), limits=NO_COST)

    assert amount(result, "wage_income") == Decimal("1000.00")


def test_the_annual_figures_of_two_employers_add_up_and_a_repeated_one_does_not():
    annual = {"last_year_avg_monthly_income": Decimal(600)}
    rows = [
        annual | {"employer": "甲公司"},
        annual | {"employer": "甲公司", "paying_bank": "甲银行"},
        annual | {"contributing_employer": "乙公司"},
        annual | {"contributing_employer": "丙公司"},
    ]

    result = evaluated(an_answer("p1", "RS01", *rows), declaration=declared(0), limits=NO_COST)

    assert amount(result, "wage_income") == Decimal(2 * 3 * 600)


def test_somebody_insured_of_whom_no_month_is_known_is_not_without_pay():
    result = evaluated(an_answer("p1", "RS01", {"employer": "甲公司", "net_wage": Decimal(3000)}))

    assert amount(result, "wage_income") is None
    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED


def test_somebody_who_left_the_scheme_and_has_no_pay_has_none():
    result = evaluated(an_answer("p1", "RS01", {"employer": "甲公司", "insured_status": "ended"}))

    assert amount(result, "wage_income") == Decimal("0.00")
    assert check(result, "per_capita_month").outcome is Outcome.WITHIN


def test_declared_pay_counts_where_no_department_knows_of_any():
    result = evaluated(declaration=declared(900))

    line = figure(result, "wage_income").inputs[0]
    assert line.source == "declaration"
    assert amount(result, "per_capita_month") == Decimal(900 - 249)
    assert check(result, "per_capita_month").outcome is Outcome.WITHIN
    assert any("按申报计算" in note for note in result.notes)


def test_known_pay_above_the_limit_exceeds_although_another_source_is_silent():
    """D5: a sure lower bound decides."""
    result = evaluated(
        an_answer("p1", "RS01", *wages(9000)), an_answer("p1", "RS03", status=MatchStatus.TIMEOUT)
    )

    test = check(result, "per_capita_month")
    assert (test.value, test.outcome) == (None, Outcome.EXCEEDS)
    assert "已获得的数据合计已不低于标准" in test.reason
    assert result.band is Band.ABOVE


def test_a_partial_answer_counts_as_a_lower_bound_only():
    partial = an_answer("p1", "RS01", *wages(9000, count=1), status=MatchStatus.PARTIAL)

    result = evaluated(partial)

    assert amount(result, "wage_income") is None
    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED


def test_records_of_a_doubtful_identity_are_nobodys():
    foreign = an_answer("p1", "RS01", *wages(90000), status=MatchStatus.IDENTITY_MISMATCH)

    result = evaluated(foreign)

    assert [line.amount for line in figure(result, "wage_income").inputs] == [None]
    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED


def test_every_counted_month_is_traced_to_its_source():
    result = evaluated(an_answer("p1", "RS01", *wages(2600)))

    lines = figure(result, "wage_income").inputs
    assert [line.label[:7] for line in lines] == list(months("2025-11", 12))
    assert {(line.person, line.item, line.source) for line in lines} == {("p1", "RS01", "RS")}
    assert all(line.at is not None for line in lines)
