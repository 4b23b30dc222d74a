"""R14 to R18 with D2: financial assets, vehicles, real estate, market entities."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.findings import MatchStatus
from engine.domain.result import Outcome
from tests.builders import a_letter, an_answer
from tests.domain.evaluation.evaluating import amount, check, codes, evaluated, figure, outcome

ACCOUNT = {"bank_name": "甲银行", "account_no": "6222", "account_balance": Decimal(1000)}
CAR = {"plate_no": "苏D00001", "vehicle_type": "car", "status": "normal", "current_value": Decimal(80000)}
HOME = {
    "unit_no": "U1",
    "title_no": "T1",
    "location": "甲路1号",
    "building_area": Decimal(80),
    "use_type": "residential",
}
SHOP = {"uscc": "92320402MA0000002P", "status": "active", "employees": 0}


def reasons(result: Any, code: str) -> set[str]:
    return {line.reason for line in figure(result, code).inputs if not line.counted}


def test_a_bank_that_names_accounts_is_counted_by_account_and_never_by_total_too():
    rows = [
        ACCOUNT | {"bank_total_balance": Decimal(1500)},
        ACCOUNT | {"account_no": "6223", "account_balance": Decimal(500)},
        {"bank_name": "甲银行", "bank_total_balance": Decimal(1500)},
    ]

    result = evaluated(an_answer("p1", "JR01", *rows))

    assert amount(result, "financial_assets") == Decimal(1500)
    assert any("同一银行总额不再计入" in reason for reason in reasons(result, "financial_assets"))


def test_a_total_repeated_in_every_row_of_a_bank_counts_once():
    rows = [
        {"bank_name": "甲银行", "bank_total_balance": Decimal(1500), "deposit_type": kind}
        for kind in ("demand", "time")
    ]
    other = {"bank_name": "乙银行", "bank_total_balance": Decimal(200)}

    result = evaluated(an_answer("p1", "JR01", *rows, other))

    assert amount(result, "financial_assets") == Decimal(1700)


def test_a_joint_account_of_two_members_counts_once():
    result = evaluated(an_answer("p1", "JR01", ACCOUNT), an_answer("p2", "JR01", ACCOUNT), members=2)

    assert amount(result, "financial_assets") == Decimal(1000)
    assert reasons(result, "financial_assets") == {"同一账户已计入（D2）"}


def test_of_two_answers_about_one_account_the_newer_counts():
    old = ACCOUNT | {"queried_at": datetime(2026, 11, 1, tzinfo=UTC), "account_balance": Decimal(9000)}
    new = ACCOUNT | {"queried_at": datetime(2026, 11, 20, tzinfo=UTC)}

    result = evaluated(an_answer("p1", "JR01", old), an_answer("p2", "JR01", new), members=2)

    assert amount(result, "financial_assets") == Decimal(1000)


def test_an_overdraft_is_no_negative_asset():
    result = evaluated(an_answer("p1", "JR01", ACCOUNT | {"account_balance": Decimal(-500)}))

    assert amount(result, "financial_assets") == Decimal("0.00")


@pytest.mark.parametrize(
    ("item", "record", "value"),
    [
        ("JR02", {"stock_market_value": Decimal(100), "cash_balance": Decimal(5)}, "105"),
        ("JR03", {"open_end_market_value": Decimal(100), "closed_end_market_value": Decimal(7)}, "107"),
        ("JR05", {"bond_market_value": Decimal(100)}, "100"),
        ("JR06", {"futures_market_value": Decimal(100)}, "100"),
        ("JR07", {"wealth_account_no": "W1", "wealth_market_value": Decimal(100)}, "100"),
        ("JR08", {"fx_market_value_cny": Decimal(100)}, "100"),
        ("ZF01", {"account_balance": Decimal(100)}, "100"),
        ("JR04", {"cash_value": Decimal(100), "policy_total_value": Decimal(900)}, "100"),
        ("JR04", {"policy_type": "protection", "policy_total_value": Decimal(900)}, "0"),
        ("JR04", {"policy_type": "savings", "policy_total_value": Decimal(900)}, "900"),
    ],
)
def test_each_kind_of_asset_is_valued_by_its_own_fields(item: str, record: dict[str, Any], value: str):
    result = evaluated(an_answer("p1", item, record))

    assert amount(result, "financial_assets") == Decimal(value)


def test_a_holding_reported_for_two_members_counts_once():
    wealth = {"wealth_account_no": "W1", "wealth_market_value": Decimal(100)}

    result = evaluated(an_answer("p1", "JR07", wealth), an_answer("p2", "JR07", wealth), members=2)

    assert amount(result, "financial_assets") == Decimal(100)


@pytest.mark.parametrize("item", ["JR01", "JR02", "JR04"])
def test_a_record_without_an_amount_is_unknown_and_not_zero(item: str):
    result = evaluated(an_answer("p1", item, {"bank_name": "甲银行"}))

    assert amount(result, "financial_assets") is None
    assert outcome(result, "financial_assets_per_capita") is Outcome.UNDETERMINED


def test_insurance_without_a_cash_value_never_exceeds_alone():
    result = evaluated(an_answer("p1", "JR04", {"policy_total_value": Decimal(500_000)}))

    assert outcome(result, "financial_assets_per_capita") is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("balance", "expected"),
    [("24240.00", Outcome.WITHIN), ("24240.004", Outcome.WITHIN), ("24240.005", Outcome.EXCEEDS)],
)
def test_the_rounded_value_is_compared_and_the_limit_itself_is_within(balance: str, expected: Outcome):
    result = evaluated(an_answer("p1", "JR01", ACCOUNT | {"account_balance": Decimal(balance)}))

    assert outcome(result, "financial_assets_per_capita") is expected


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, 1),
        ({"status": "transferred"}, 0),
        ({"status": "scrapped"}, 0),
        ({"status": "cancelled"}, 0),
        ({"status": "mortgaged"}, 1),
        ({"vehicle_type": "disabled_vehicle"}, 0),
        ({"vehicle_type": "petrol_motorcycle"}, 0),
        ({"current_value": Decimal(30000)}, 0),
        ({"current_value": Decimal("30000.01")}, 1),
    ],
)
def test_vehicles_the_local_rule_exempts_do_not_count(change: dict[str, Any], counted: int):
    result = evaluated(an_answer("p1", "GA02", CAR | change))

    assert amount(result, "vehicles") == counted
    assert outcome(result, "vehicles") is (Outcome.EXCEEDS if counted else Outcome.WITHIN)


def test_a_vehicle_of_unknown_value_may_be_exempt():
    unknown = {**CAR, "current_value": None}

    by_value = evaluated(an_answer("p1", "GA02", unknown))
    without = evaluated(an_answer("p1", "GA02", unknown), limits={"vehicle_exempt_value": 0})

    assert outcome(by_value, "vehicles") is Outcome.UNDETERMINED
    assert outcome(without, "vehicles") is Outcome.EXCEEDS


def test_a_vehicle_of_two_members_counts_once():
    result = evaluated(
        an_answer("p1", "GA02", CAR),
        an_answer("p2", "GA02", CAR),
        members=2,
        limits={"vehicle_limit": 1},
    )

    assert outcome(result, "vehicles") is Outcome.WITHIN
    assert result.overview.vehicles == 1


def test_a_vessel_may_be_a_tool_of_production():
    vessel = {"vessel_registration_no": "V1", "vessel_value": Decimal(90000)}

    result = evaluated(an_answer("p1", "HS01", vessel), an_answer("p2", "HS01", vessel), members=2)

    assert amount(result, "vehicles") == 1
    assert outcome(result, "vehicles") is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    "housing",
    [
        {"address": "甲路１号 "},
        {"address": "甲 路1号"},
    ],
)
def test_housing_and_registration_of_one_address_are_one_dwelling(housing: dict[str, Any]):
    result = evaluated(an_answer("p1", "GT02", HOME), an_answer("p1", "GT01", housing))

    assert amount(result, "dwellings") == 1
    assert amount(result, "dwelling_area") == Decimal("80.00")


def test_records_are_merged_through_a_third_one():
    by_title = {"title_no": "T1", "location": "甲路1号"}
    by_unit = {"unit_no": "U1", "location": "旧地名"}

    result = evaluated(an_answer("p1", "GT02", by_title, by_unit, HOME))

    assert amount(result, "dwellings") == 1


def test_two_addresses_are_two_dwellings_and_exceed():
    result = evaluated(an_answer("p1", "GT02", HOME), an_answer("p1", "GT01", {"address": "乙路2号"}))

    assert outcome(result, "dwellings") is Outcome.EXCEEDS


def test_a_rented_public_flat_is_not_owned():
    result = evaluated(an_answer("p1", "GT01", {"address": "甲路1号", "ownership_type": "public_rental"}))

    assert amount(result, "dwellings") == 0


def test_a_dwelling_passed_on_is_no_longer_owned_though_the_older_register_shows_it():
    gone = HOME | {"transfer_date": date(2024, 1, 1)}

    result = evaluated(an_answer("p1", "GT02", gone), an_answer("p1", "GT01", {"address": "甲路1号"}))

    assert amount(result, "dwellings") == 0


def test_a_dwelling_passed_on_to_the_spouse_is_still_the_households():
    gone = HOME | {"transfer_date": date(2026, 1, 1)}

    result = evaluated(an_answer("p1", "GT02", gone), an_answer("p2", "GT02", HOME), members=2)

    assert amount(result, "dwellings") == 1
    assert result.doubts == ()


@pytest.mark.parametrize("use", ["shop", "office", "parking", "industrial", "other"])
def test_other_uses_are_nonresidential(use: str):
    result = evaluated(an_answer("p1", "GT02", HOME | {"use_type": use}))

    assert (amount(result, "dwellings"), amount(result, "nonresidential")) == (0, 1)
    assert outcome(result, "nonresidential") is Outcome.EXCEEDS


@pytest.mark.parametrize(
    ("registration", "housing", "area", "estimated"),
    [
        ({"share": Decimal("0.25")}, {}, "20.00", False),
        ({}, {"co_owners": ("甲",)}, "40.00", True),
        ({}, {"co_owners": ("甲", "乙", "丙")}, "20.00", True),
        ({"co_ownership": "joint"}, {}, "40.00", True),
        ({}, {"ownership_type": "shared"}, "40.00", True),
        ({}, {"ownership_type": "sole"}, "80.00", False),
    ],
)
def test_an_area_counts_by_share_and_an_unknown_share_is_an_equal_one(
    registration: dict[str, Any], housing: dict[str, Any], area: str, estimated: bool
):
    result = evaluated(
        an_answer("p1", "GT02", HOME | registration),
        an_answer("p1", "GT01", {"address": "甲路1号", **housing}),
    )

    assert amount(result, "dwelling_area") == Decimal(area)
    assert figure(result, "dwelling_area").estimated is estimated


@pytest.mark.parametrize("change", [{"use_type": "shop"}, {"transfer_date": date(2020, 1, 1)}])
def test_only_dwellings_that_are_owned_have_an_area(change: dict[str, Any]):
    result = evaluated(an_answer("p1", "GT02", HOME | change))

    assert amount(result, "dwelling_area") == Decimal("0.00")


def test_the_shares_of_two_members_add_up():
    half = HOME | {"share": Decimal("0.5")}

    result = evaluated(an_answer("p1", "GT02", half), an_answer("p2", "GT02", half), members=2)

    assert amount(result, "dwellings") == 1
    assert amount(result, "dwelling_area_per_capita") == Decimal("40.00")


def test_three_thirds_are_a_whole_however_the_register_rounds_them():
    third = HOME | {"share": Decimal("0.3333")}

    result = evaluated(*(an_answer(f"p{n}", "GT02", third) for n in (1, 2, 3)), members=3)

    assert amount(result, "dwelling_area") == Decimal("80.00")


def test_a_dwelling_without_an_area_leaves_the_area_undetermined():
    result = evaluated(an_answer("p1", "GT01", {"address": "甲路1号"}))

    assert outcome(result, "dwellings") is Outcome.WITHIN
    assert outcome(result, "dwelling_area_per_capita") is Outcome.UNDETERMINED


def test_the_area_is_compared_only_where_the_locality_limits_it():
    limited = evaluated(an_answer("p1", "GT02", HOME))
    free = evaluated(an_answer("p1", "GT02", HOME), limits={"area_per_capita_limit": 0})

    assert outcome(limited, "dwelling_area_per_capita") is Outcome.EXCEEDS
    assert "dwelling_area_per_capita" not in codes(free)


@pytest.mark.parametrize(
    ("item", "record", "expected"),
    [
        ("SC01", SHOP, Outcome.WITHIN),
        ("SC01", SHOP | {"employees": 2}, Outcome.EXCEEDS),
        ("SC01", SHOP | {"uscc": "91320400MA0000001T"}, Outcome.EXCEEDS),
        ("SC01", SHOP | {"uscc": None, "registration_no": "320402600000001"}, Outcome.WITHIN),
        ("SC01", {**SHOP, "employees": None}, Outcome.UNDETERMINED),
        ("SC01", SHOP | {"status": "cancelled", "employees": 2}, Outcome.WITHIN),
        ("SC02", {"uscc": "91320400MA0000001T", "status": "active"}, Outcome.EXCEEDS),
        ("SC02", {"uscc": "91320400MA0000001T", "status": "revoked"}, Outcome.WITHIN),
        ("SC03", {"uscc": "91320400MA0000001T", "is_legal_representative": True}, Outcome.EXCEEDS),
        ("SC03", {"uscc": "91320400MA0000001T", "position": "监事"}, Outcome.UNDETERMINED),
        (
            "SC03",
            {"uscc": "91320400MA0000001T", "person_category": "representative_office_employee"},
            Outcome.WITHIN,
        ),
    ],
)
def test_market_entities_count_by_the_tie_to_them(item: str, record: dict[str, Any], expected: Outcome):
    result = evaluated(an_answer("p1", item, record))

    assert outcome(result, "entities") is expected


def test_a_shop_without_employees_counts_where_the_locality_exempts_none():
    result = evaluated(an_answer("p1", "SC01", SHOP), limits={"entity_exempt_rule": "none"})

    assert outcome(result, "entities") is Outcome.EXCEEDS


def test_one_entity_in_three_registers_counts_once():
    entity = {"uscc": "91320400MA0000001T", "registration_no": "R1"}

    result = evaluated(
        an_answer("p1", "SC02", entity),
        an_answer("p1", "SC03", {"registration_no": "R1", "is_legal_representative": True}),
        an_answer("p2", "SC02", {"uscc": "91320400MA0000001T"}),
        members=2,
    )

    assert amount(result, "entities") == 1


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("GA02", "vehicles"),
        ("GT02", "dwellings"),
        ("GT01", "nonresidential"),
        ("SC02", "entities"),
        ("JR03", "financial_assets_per_capita"),
        ("HS01", "vehicles"),
        ("JR05", "financial_assets_per_capita"),
    ],
)
@pytest.mark.clause("M 6.2 c")
def test_a_silent_source_leaves_its_test_undetermined(item: str, code: str):
    result = evaluated(an_answer("p1", item, status=MatchStatus.REFUSED))

    test = check(result, code)
    assert (test.value, test.outcome) == (None, Outcome.UNDETERMINED)
    assert "不作为零" in test.reason


def test_property_is_left_out_when_the_letter_does_not_ask_for_it():
    result = evaluated(letter=a_letter(content=("income",)))

    assert codes(result) == ("per_capita_month",)


def test_income_is_left_out_when_the_letter_does_not_ask_for_it():
    result = evaluated(letter=replace(a_letter(), content=("property",)))

    assert "per_capita_month" not in codes(result)
    assert result.overview.income_per_capita_month is None
