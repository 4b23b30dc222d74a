"""R4 to R8: business, property and transfer income, exemptions, support."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.findings import MatchStatus
from engine.domain.household import Period, Person
from engine.domain.result import Outcome
from tests.builders import a_declared_income, a_household, a_letter, a_supporter, an_answer
from tests.domain.evaluation.evaluating import NOTHING_DECLARED, amount, check, evaluated, figure

PENSION = {"monthly_pension": Decimal(1000), "start_month": "2020-01", "payment_status": "normal"}


def declared(category: str, yuan: int, **changes: Any) -> Any:
    income = a_declared_income("p1", yuan, category=category, **changes)
    return replace(NOTHING_DECLARED, incomes=(income,))


def test_last_years_profit_fills_its_own_months_and_the_declaration_the_others():
    shop = {"uscc": "92320402MA0000002P", "last_year_profit": Decimal(12000), "status": "active"}

    result = evaluated(an_answer("p1", "SC01", shop), declaration=declared("business", 500))

    assert amount(result, "business_income") == Decimal(2 * 1000 + 10 * 500)
    assert figure(result, "business_income").estimated


def test_a_business_in_operation_without_figures_for_the_year_is_undetermined():
    shop = {"uscc": "92320402MA0000002P", "last_year_profit": Decimal(0), "status": "active"}

    result = evaluated(an_answer("p1", "SC01", shop))

    assert amount(result, "business_income") is None
    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED


def test_a_business_given_up_has_no_income():
    shop = {"uscc": "92320402MA0000002P", "last_year_profit": Decimal(12000), "status": "cancelled"}

    result = evaluated(an_answer("p1", "SC01", shop))

    assert amount(result, "business_income") == Decimal("0.00")


def test_a_second_business_without_a_figure_leaves_the_income_unknown():
    known = {"uscc": "92320402MA0000002P", "last_year_profit": Decimal(12000), "status": "active"}
    silent = {"uscc": "92320402MA0000003K", "status": "active"}

    result = evaluated(an_answer("p1", "SC01", known, silent), declaration=declared("business", 500))

    assert amount(result, "business_income") is None


def test_twelve_twelfths_are_the_whole_when_it_comes_to_half_a_fen():
    shop = {"uscc": "92320402MA0000002P", "last_year_profit": Decimal("0.115"), "status": "active"}

    result = evaluated(
        an_answer("p1", "SC01", shop), letter=a_letter(period=Period(date(2025, 1, 1), date(2025, 12, 31)))
    )

    assert amount(result, "business_income") == Decimal("0.12")


def test_a_loss_takes_nothing_from_other_income():
    shop = {"uscc": "92320402MA0000002P", "last_year_profit": Decimal(-12000)}

    result = evaluated(an_answer("p1", "SC01", shop), declaration=declared("business", 500))

    assert amount(result, "business_income") == Decimal(10 * 500)


def test_income_of_an_organisation_adds_its_two_kinds():
    organisation = {"business_net_income": Decimal(1200), "unregistered_business_net_income": Decimal(2400)}

    result = evaluated(an_answer("p1", "MZ04", organisation), declaration=declared("business", 0))

    assert amount(result, "business_income") == Decimal(600)


def test_a_mere_membership_of_an_organisation_is_no_business():
    result = evaluated(an_answer("p1", "MZ04", {"organisation_name": "甲协会", "position": "会员"}))

    assert amount(result, "business_income") == Decimal("0.00")


def test_farmland_yields_by_the_local_rate_and_once_for_the_household():
    land = {"farmland_area": Decimal("3.6"), "subsidy_total": Decimal(240), "bank_account_no": "6217"}

    result = evaluated(an_answer("p1", "NY01", land), an_answer("p2", "NY01", land), members=2)

    assert amount(result, "business_income") == Decimal("1800.00")
    assert amount(result, "transfer_income") == Decimal("240.00")
    assert any("重复的记录只计算一次" in note for note in result.notes)


def test_farm_income_by_the_local_rate_replaces_what_was_declared_for_it():
    land = {"farmland_area": Decimal("3.6"), "bank_account_no": "6217"}

    result = evaluated(an_answer("p1", "NY01", land), declaration=declared("business", 100))

    assert amount(result, "business_income") == Decimal("1800.00")


def test_farmland_without_a_local_rate_yields_nothing():
    land = {"farmland_area": Decimal("3.6")}

    result = evaluated(an_answer("p1", "NY01", land), limits={"farm_income_per_mu": 0})

    assert amount(result, "business_income") == Decimal("0.00")


def test_declared_interest_is_property_income():
    result = evaluated(declaration=declared("property", 30))

    assert amount(result, "property_income") == Decimal(360)


def test_an_insurance_payment_in_the_window_is_an_estimate_because_it_may_be_capital():
    paid = {"policy_name": "年金", "cash_value": Decimal(0), "benefit_amount": Decimal(90000)}

    inside = evaluated(an_answer("p1", "JR04", paid | {"benefit_date": date(2026, 3, 5)}))
    before = evaluated(an_answer("p1", "JR04", paid | {"benefit_date": date(2025, 3, 5)}))

    assert amount(inside, "property_income") == Decimal(90000)
    assert check(inside, "per_capita_month").outcome is Outcome.UNDETERMINED
    assert amount(before, "property_income") == Decimal("0.00")


@pytest.mark.parametrize(
    ("record", "months"),
    [
        ({"start_month": "2020-01"}, 12),
        ({"start_month": "2026-08"}, 3),
        ({"start_month": "2026-11"}, 0),
    ],
)
def test_a_pension_counts_from_its_first_month(record: dict[str, Any], months: int):
    result = evaluated(an_answer("p1", "RS02", PENSION | record))

    assert amount(result, "transfer_income") == Decimal(1000 * months)
    assert not figure(result, "transfer_income").estimated


def test_a_pension_without_a_first_month_is_an_estimate():
    result = evaluated(an_answer("p1", "RS02", {"monthly_pension": Decimal(5000)}))

    assert figure(result, "transfer_income").estimated
    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED


def test_a_pension_that_was_stopped_is_unknown_and_not_zero():
    result = evaluated(an_answer("p1", "RS02", PENSION | {"payment_status": "ended"}))

    assert amount(result, "transfer_income") is None
    assert result.overview.pension_month == Decimal("0.00")


@pytest.mark.parametrize(
    ("scheme", "basic", "exempt", "counted"),
    [
        ("resident", Decimal(220), True, "780"),
        ("resident", Decimal(2200), True, "0"),
        ("resident", Decimal(220), False, "1000"),
        ("employee", Decimal(220), True, "1000"),
        (None, Decimal(220), True, "780"),
        (None, None, True, "1000"),
    ],
)
def test_the_basic_part_of_a_resident_pension_is_exempt_where_the_locality_says_so(
    scheme: str | None, basic: Decimal | None, exempt: bool, counted: str
):
    pension = PENSION | {"pension_scheme": scheme, "basic_pension_part": basic}

    result = evaluated(an_answer("p1", "RS02", pension), limits={"basic_pension_exempt": exempt})

    assert amount(result, "transfer_income") == Decimal(counted) * 12
    assert amount(result, "exempt_income") == (1000 - Decimal(counted)) * 12


def test_an_unreported_basic_part_makes_the_pension_an_estimate():
    pension = PENSION | {"pension_scheme": "resident", "monthly_pension": Decimal(3000)}

    result = evaluated(an_answer("p1", "RS02", pension))

    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("dates", "months", "estimated"),
    [
        ({"benefit_start": "2026-01", "benefit_end": "2026-03"}, 3, False),
        ({"benefit_start": "2025-01", "benefit_end": "2027-03"}, 12, False),
        ({"benefit_start": "2026-08"}, 3, True),
        ({}, 12, True),
    ],
)
def test_unemployment_benefit_counts_in_its_months(dates: dict[str, str], months: int, estimated: bool):
    result = evaluated(an_answer("p1", "RS03", {"unemployment_benefit": Decimal(1800), **dates}))

    assert amount(result, "transfer_income") == Decimal(1800 * months)
    assert figure(result, "transfer_income").estimated is estimated


def test_a_registered_unemployed_person_without_benefit_receives_none():
    result = evaluated(an_answer("p1", "RS03", {"status": "registered", "registered_date": date(2026, 2, 1)}))

    assert amount(result, "transfer_income") == Decimal("0.00")


@pytest.mark.parametrize("item", ["MZ01", "JY02", "TY01"])
def test_exempt_items_do_not_count_and_their_silence_does_no_harm(item: str):
    result = evaluated(an_answer("p1", item, status=MatchStatus.ERROR))

    assert amount(result, "transfer_income") == Decimal("0.00")
    assert check(result, "per_capita_month").outcome is Outcome.WITHIN


@pytest.mark.parametrize(
    ("item", "record", "counted"),
    [
        ("MZ01", {"monthly_amount": Decimal(500), "start_month": "2026-01"}, 5000),
        ("MZ01", {"monthly_amount": Decimal(500), "start_month": "2024-01", "end_month": "2025-12"}, 1000),
        ("JY02", {"aid_amount": Decimal(3000)}, 3000),
        ("TY01", {"payment_amount": Decimal(700), "start_year": 2020}, 8400),
        ("TY01", {"payment_amount": Decimal(700), "start_year": "2026"}, 7000),
        ("TY01", {"payment_amount": Decimal(700), "last_paid_until": date(2025, 12, 31)}, 1400),
        (
            "TY01",
            {"payment_amount": Decimal(700), "start_year": 2026, "last_paid_until": date(2026, 3, 31)},
            2100,
        ),
        ("TY01", {"entitled_category": "退役军人"}, 0),
        ("JY02", {"aid_reason": "助学贷款贴息"}, 0),
        ("NY01", {"subsidy_total": Decimal(240)}, 240),
    ],
)
def test_what_a_locality_does_not_exempt_counts_in_its_months(
    item: str, record: dict[str, Any], counted: int
):
    exempted = evaluated(an_answer("p1", item, record), limits={"exempt_items": item})
    result = evaluated(an_answer("p1", item, record), limits={"exempt_items": ""})

    assert amount(result, "transfer_income") == Decimal(counted)
    assert amount(exempted, "transfer_income") == Decimal("0.00")
    assert amount(exempted, "exempt_income") == Decimal(counted)


def test_the_assistance_of_the_household_counts_once_for_all_its_members():
    assistance = {"certificate_no": "D1", "monthly_amount": Decimal(500), "start_month": "2024-01"}

    result = evaluated(
        an_answer("p1", "MZ01", assistance),
        an_answer("p2", "MZ01", assistance),
        members=2,
        limits={"exempt_items": ""},
    )

    assert amount(result, "transfer_income") == Decimal(6000)


def test_the_amount_of_one_certificate_may_change_inside_the_window():
    until_june = {"certificate_no": "D1", "monthly_amount": Decimal(500), "end_month": "2026-06"}
    since_july = {"certificate_no": "D1", "monthly_amount": Decimal(600), "start_month": "2026-07"}

    result = evaluated(an_answer("p1", "MZ01", until_june, since_july), limits={"exempt_items": ""})

    assert amount(result, "transfer_income") == Decimal(8 * 500 + 4 * 600)


def test_a_pension_on_record_outranks_the_declared_transfer_of_the_month():
    result = evaluated(an_answer("p1", "RS02", PENSION), declaration=declared("transfer", 400))

    assert amount(result, "transfer_income") == Decimal(12000)


def supporters(*persons: Person) -> Any:
    return a_household(1, persons)


@pytest.mark.parametrize(
    ("changes", "limits", "month"),
    [
        ({"household_income_month_fen": 2_010_00}, {}, "500"),
        ({"household_income_month_fen": 1_010_00}, {}, "0"),
        ({"household_income_month_fen": 4_020_00, "household_size": 2}, {}, "500"),
        ({"household_income_month_fen": 2_010_00, "supports": ("p1", "elsewhere")}, {}, "250"),
        ({"household_income_month_fen": 3_010_00}, {"support_threshold_multiple": 2}, "495"),
        ({"support_by_agreement_month_fen": 333_00}, {}, "333"),
        (
            {"support_by_agreement_month_fen": 333_00, "household_income_month_fen": 2_010_00},
            {"support_by_agreement_first": False},
            "500",
        ),
        ({"household_income_month_fen": 9_000_00, "excluded_reason": "low income"}, {}, "0"),
        ({"household_income_month_fen": 9_000_00, "supports": ("elsewhere",)}, {}, "0"),
    ],
)
def test_support_follows_agreement_or_formula(changes: dict[str, Any], limits: Any, month: str):
    household = supporters(a_supporter("s1", **changes))

    result = evaluated(household=household, limits=limits)

    assert amount(result, "support_income") == Decimal(month) * 12


def test_support_is_not_shared_with_a_member_who_died():
    """Half of 1,000 above the threshold goes to the one parent who is left."""
    child = a_supporter("s1", ("p1", "p2"), household_income_month_fen=2_010_00)
    funeral = an_answer("p2", "MZ03", {"id_no": a_household(2).person("p2").id_no})

    result = evaluated(funeral, household=a_household(2, [child]))

    assert amount(result, "support_income") == Decimal(500 * 12)


def test_three_children_share_the_duty_at_the_lower_rate():
    children = [a_supporter(f"s{n}", household_income_month_fen=2_010_00) for n in (1, 2, 3)]

    result = evaluated(household=supporters(*children))

    assert amount(result, "support_income") == Decimal(3 * 400 * 12)


def test_support_by_agreement_is_on_paper_and_may_exceed():
    household = supporters(a_supporter("s1", support_by_agreement_month_fen=2_000_00))

    result = evaluated(household=household)

    assert check(result, "per_capita_month").outcome is Outcome.EXCEEDS


def test_a_supporter_whose_income_nobody_stated_leaves_the_income_undetermined():
    result = evaluated(household=supporters(a_supporter("s1")))

    assert amount(result, "support_income") is None
    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED


def test_declared_support_of_a_listed_supporter_is_not_counted_again():
    supporter = a_supporter("s1", support_by_agreement_month_fen=300_00)
    declaration = declared("transfer", 300, payer=supporter.name)

    result = evaluated(household=supporters(supporter), declaration=declaration)

    assert amount(result, "income_total") == Decimal(3600)


def test_income_is_never_deemed():
    """R9: whoever could work and does not is counted with what he has."""
    off = evaluated()
    on = evaluated(limits={"deeming_enabled": True})

    assert amount(off, "income_total") == amount(on, "income_total") == Decimal("0.00")
    assert "未采用推定收入。" in off.notes
    assert any("逐案确认" in note and "未计入推定收入" in note for note in on.notes)
