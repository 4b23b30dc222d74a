"""D1: a declaration of a category covers all of it, so what a department reports of it never counts twice."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.domain.commission import Declaration
from engine.domain.findings import Value
from engine.domain.household import Period
from engine.domain.result import Outcome
from tests.builders import a_declared_income, a_household, a_letter, a_supporter, an_answer, wages
from tests.domain.evaluation.evaluating import NOTHING_DECLARED, amount, check, doubt, evaluated, figure

SUBSIDY = {"farmland_area": Decimal(0), "subsidy_total": Decimal(240), "bank_account_no": "6217"}
AID = {"aid_reason": "助学金", "aid_amount": Decimal(3000)}
ASSISTANCE = {"certificate_no": "D1", "monthly_amount": Decimal(500), "start_month": "2024-01"}
PENSION = {"monthly_pension": Decimal(1000), "start_month": "2020-01", "payment_status": "normal"}
ENTITLED = {"payment_amount": Decimal(500), "start_year": 2020}
LAND = {"farmland_area": Decimal("3.6"), "bank_account_no": "6217"}
SHOP = {"uscc": "92320402MA0000002P", "last_year_profit": Decimal(12000), "status": "active"}


def declared(category: str, *yuan: int, person: str = "p1", payer: str = "") -> Declaration:
    incomes = tuple(a_declared_income(person, y, category=category, payer=payer) for y in yuan)
    return replace(NOTHING_DECLARED, incomes=incomes)


@pytest.mark.parametrize(
    ("item", "record", "yuan", "counted"),
    [
        ("NY01", SUBSIDY, (20,), 240),
        ("NY01", SUBSIDY, (800, 20), 240 + 12 * 800),
        ("NY01", SUBSIDY, (5,), 240),
        ("JY02", AID, (250,), 0),
        ("JY02", AID, (300,), 12 * 50),
        ("MZ01", ASSISTANCE, (500,), 0),
        ("MZ01", ASSISTANCE, (500, 80), 12 * 80),
        ("TY01", ENTITLED, (500,), 0),
        ("RS02", PENSION, (1000, 80), 12 * 1000),
    ],
)
def test_money_a_department_reports_is_not_counted_again_by_the_declaration(
    item: str, record: Mapping[str, Value], yuan: tuple[int, ...], counted: int
):
    """A record of the month outranks; a sum of the year or what is exempt is a part of the declaration."""
    result = evaluated(an_answer("p1", item, record), declaration=declared("transfer", *yuan))

    assert amount(result, "transfer_income") == Decimal(counted)


def test_the_part_a_department_reports_is_kept_as_seen_and_not_used():
    result = evaluated(an_answer("p1", "NY01", SUBSIDY), declaration=declared("transfer", 50))

    lines = [line for line in figure(result, "transfer_income").inputs if line.source == "declaration"]
    assert [(line.amount, line.counted) for line in lines[:2]] == [(Decimal(20), False), (Decimal(30), True)]
    assert lines[0].reason == "部门数据已包含（D1）"


def test_what_is_declared_beyond_a_record_is_still_only_declared():
    result = evaluated(an_answer("p1", "NY01", SUBSIDY), declaration=declared("transfer", 5000))

    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED


def test_a_record_of_a_month_beats_the_whole_declaration_and_a_person_looks_when_that_decides():
    result = evaluated(an_answer("p1", "RS02", PENSION), declaration=declared("transfer", 1000, 80))

    found = doubt(result, "transfer_income_differs")
    assert amount(result, "transfer_income") == Decimal(12000)
    assert found is not None
    assert found.is_material


def test_assistance_counted_for_one_member_is_not_counted_by_the_declaration_of_another():
    result = evaluated(
        an_answer("p1", "MZ01", ASSISTANCE),
        an_answer("p2", "MZ01", ASSISTANCE),
        members=2,
        declaration=declared("transfer", 500, person="p2"),
        limits={"exempt_items": ""},
    )

    assert amount(result, "transfer_income") == Decimal(6000)


def test_farm_income_is_a_part_of_the_declared_business():
    """Declared together 250 a month: 150 of the land, which the local rate covers, and 100 of the shop."""
    result = evaluated(
        an_answer("p1", "NY01", LAND),
        an_answer("p1", "SC01", SHOP),
        declaration=declared("business", 100, 150),
    )

    assert amount(result, "business_income") == Decimal(1800 + 2 * 1000 + 10 * 100)


@pytest.mark.parametrize("yuan", [(1000, 150), (1150,)])
def test_a_shop_with_land_that_is_declared_as_it_is_raises_no_doubt(yuan: tuple[int, ...]):
    result = evaluated(
        an_answer("p1", "NY01", LAND), an_answer("p1", "SC01", SHOP), declaration=declared("business", *yuan)
    )

    assert doubt(result, "business_income_differs") is None


@pytest.mark.parametrize(("yuan", "differs"), [(250, False), (0, False), (120, False), (300, True)])
def test_to_declare_what_the_local_rule_exempts_or_not_is_no_difference(yuan: int, differs: bool):
    result = evaluated(an_answer("p1", "JY02", AID), declaration=declared("transfer", yuan))

    assert (doubt(result, "transfer_income_differs") is not None) is differs


def test_the_pay_from_a_supporter_who_is_the_employer_is_pay_and_no_support():
    son = a_supporter("s1", support_by_agreement_month_fen=0)

    result = evaluated(
        household=a_household(1, [son]),
        declaration=declared("wage", 800, payer=son.name),
        limits={"employment_cost_mode": "none"},
    )

    assert amount(result, "wage_income") == Decimal(9600)


@pytest.mark.parametrize(("item", "record", "counted"), [("NY01", SUBSIDY, 60), ("JY02", AID, 750)])
def test_a_sum_of_the_year_counts_for_the_months_of_the_window_only(
    item: str, record: Mapping[str, Value], counted: int
):
    """D3: a quarter of the year in a window of three months, and then it is an estimate."""
    limits: dict[str, Value] = {"income_window_months": 3, "exempt_items": ""}

    result = evaluated(an_answer("p1", item, record), limits=limits)

    transfer = figure(result, "transfer_income")
    assert (transfer.value, transfer.estimated) == (Decimal(counted), True)
    assert not figure(evaluated(an_answer("p1", "NY01", SUBSIDY)), "transfer_income").estimated


def test_the_declared_income_of_the_overview_is_that_of_the_window():
    year = declared("wage", 1200)
    quarter = evaluated(
        an_answer("p1", "RS01", *wages(1200)), declaration=year, limits={"income_window_months": 3}
    )
    short = a_letter(period=Period(a_letter().period.start.replace(month=12), a_letter().period.end))

    eleven = evaluated(an_answer("p1", "RS01", *wages(1200)), declaration=year, letter=short)

    assert quarter.overview.declared_income_month == Decimal("1200.00")
    assert eleven.overview.declared_income_month == Decimal("1200.00")
