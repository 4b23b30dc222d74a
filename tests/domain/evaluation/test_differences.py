"""D4: where declaration and findings differ, when that is material, and when nobody is contradicted."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.commission import Declaration
from engine.domain.findings import MatchStatus
from tests.builders import a_declaration, a_declared_income, a_person, an_answer, wages
from tests.domain.evaluation.evaluating import NOTHING_DECLARED, doubt, evaluated

ACCOUNT = {"bank_name": "甲银行", "account_no": "6222", "account_balance": Decimal(20000)}
CAR = {"plate_no": "苏D00001", "vehicle_type": "car", "current_value": Decimal(80000)}
HEAD = a_person("p1")


def declaring(**changes: Any) -> Declaration:
    return replace(NOTHING_DECLARED, **changes)


def declared_wage(yuan: int) -> Declaration:
    return declaring(incomes=(a_declared_income("p1", yuan),))


@pytest.mark.parametrize(
    ("declared", "found", "material"),
    [
        (900, 1000, False),
        (1000, 2600, True),
        (2600, 1000, True),
        (2600, 3600, False),
        (1300, 1400, False),
    ],
)
def test_a_difference_in_pay_is_material_only_when_it_moves_a_test(declared: int, found: int, material: bool):
    result = evaluated(an_answer("p1", "RS01", *wages(found)), declaration=declared_wage(declared))

    found_doubt = doubt(result, "wage_income_differs")
    assert found_doubt is not None
    assert (found_doubt.person, found_doubt.items) == ("p1", ("RS01",))
    assert found_doubt.is_material is material


def test_pay_that_agrees_is_no_doubt():
    result = evaluated(an_answer("p1", "RS01", *wages(2600)), declaration=declared_wage(2600))

    assert result.doubts == ()


def test_a_rounded_declaration_is_no_doubt():
    paid = [record | {"net_wage": Decimal("2600.08")} for record in wages(2600)]

    result = evaluated(an_answer("p1", "RS01", *paid), declaration=declared_wage(2600))

    assert result.doubts == ()


def test_pay_that_was_not_declared_at_all_is_a_difference():
    result = evaluated(an_answer("p1", "RS01", *wages(2600)))

    found = doubt(result, "wage_income_differs")
    assert found is not None
    assert found.is_material


def test_declared_pay_no_department_knows_of_is_no_contradiction():
    result = evaluated(declaration=declared_wage(900))

    assert doubt(result, "wage_income_differs") is None


def test_without_a_declaration_there_is_nothing_to_differ_from():
    result = evaluated(an_answer("p1", "RS01", *wages(2600)), declaration=None)

    assert result.doubts == ()
    assert result.overview.declared_income_month is None


def test_a_declared_pension_agrees_with_the_whole_pension_although_a_part_is_exempt():
    pension = {
        "monthly_pension": Decimal(260),
        "basic_pension_part": Decimal(220),
        "pension_scheme": "resident",
        "start_month": "2020-01",
    }
    income = a_declared_income("p1", 260, category="transfer")

    agreed = evaluated(an_answer("p1", "RS02", pension), declaration=declaring(incomes=(income,)))

    assert agreed.doubts == ()


@pytest.mark.parametrize(("yuan", "material"), [(1229, False), (1230, True)])
def test_the_exempt_part_is_taken_off_a_declared_pension_too(yuan: int, material: bool):
    """1229 - 220 is below the standard of 1010, 1230 - 220 is not."""
    pension = {
        "monthly_pension": Decimal(260),
        "basic_pension_part": Decimal(220),
        "pension_scheme": "resident",
        "start_month": "2020-01",
    }
    income = a_declared_income("p1", yuan, category="transfer")

    result = evaluated(an_answer("p1", "RS02", pension), declaration=declaring(incomes=(income,)))

    found = doubt(result, "transfer_income_differs")
    assert found is not None
    assert found.is_material is material


@pytest.mark.parametrize(
    ("declaration", "answer", "code", "material"),
    [
        ({"financial_assets_fen": 1_000_000}, ("JR01", ACCOUNT), "financial_assets_differ", False),
        ({"financial_assets_fen": 9_000_000}, ("JR01", ACCOUNT), "financial_assets_differ", True),
        ({"vehicles": 0}, ("GA02", CAR), "vehicles_differ", True),
        ({"vehicles": 2}, ("GA02", CAR), "vehicles_differ", False),
        (
            {"dwellings": 0},
            ("GT01", {"address": "甲路1号", "floor_area": Decimal(40)}),
            "dwellings_differ",
            False,
        ),
        (
            {"dwellings": 2},
            ("GT01", {"address": "甲路1号", "floor_area": Decimal(40)}),
            "dwellings_differ",
            True,
        ),
        ({"entities": 0}, ("SC02", {"uscc": "91320400MA0000001T"}), "entities_differ", True),
        ({"entities": 2}, ("SC02", {"uscc": "91320400MA0000001T"}), "entities_differ", False),
        (
            {"rigid_expenditure_fen": 100_000},
            ("YB01", {"month": "2026-03", "out_of_pocket": Decimal(500)}),
            "rigid_expenditure_differ",
            False,
        ),
    ],
)
def test_things_that_were_declared_differently_are_material_when_they_move_a_test(
    declaration: dict[str, Any], answer: tuple[str, Any], code: str, material: bool
):
    result = evaluated(an_answer("p1", *answer), declaration=declaring(**declaration))

    found = doubt(result, code)
    assert found is not None
    assert found.items == (answer[0],)
    assert found.is_material is material


SHOP = {"uscc": "92320402MA0000002P", "employees": 0, "status": "active", "last_year_profit": Decimal(0)}
CHEAP = CAR | {"plate_no": "苏D00002", "current_value": Decimal(20000)}
BICYCLE = {"plate_no": "D1", "vehicle_type": "electric_bicycle"}
VESSEL = {"vessel_registration_no": "V1", "vessel_value": Decimal(9000)}
DEAR_SCHOOL = {"tuition": Decimal(5000), "study_status": "studying", "private_high_fee": True}


@pytest.mark.parametrize(
    ("things", "item", "record", "declared"),
    [
        ("entities", "SC01", SHOP, (0, 1)),
        ("vehicles", "GA02", CHEAP, (0, 1)),
        ("vehicles", "GA02", BICYCLE, (0, 1)),
        ("vehicles", "HS01", VESSEL, (0, 1)),
        ("rigid_expenditure_fen", "JY01", DEAR_SCHOOL, (0, 500_000)),
    ],
)
def test_what_the_local_rule_exempts_may_be_declared_or_not(
    things: str, item: str, record: Any, declared: tuple[int, ...]
):
    answers = [
        evaluated(an_answer("p1", item, record), declaration=declaring(**{things: n})) for n in declared
    ]

    assert [[d.code for d in result.doubts] for result in answers] == [[]] * len(declared)


@pytest.mark.parametrize(("declared", "material"), [(0, True), (1, None), (2, None), (3, False)])
def test_of_an_exempt_and_a_counted_vehicle_one_or_two_may_be_declared(declared: int, material: bool | None):
    result = evaluated(an_answer("p1", "GA02", CAR, CHEAP), declaration=declaring(vehicles=declared))

    found = doubt(result, "vehicles_differ")
    assert (None if found is None else found.is_material) is material


def test_one_vehicle_more_than_is_registered_is_material_when_only_an_exempt_one_was_found():
    result = evaluated(an_answer("p1", "GA02", CHEAP), declaration=declaring(vehicles=2))

    found = doubt(result, "vehicles_differ")
    assert found is not None
    assert found.is_material


@pytest.mark.parametrize("item", ["GA02", "GT01", "SC02", "JR01", "RS01", "YB01"])
def test_a_silent_source_contradicts_nobody(item: str):
    """What was not answered is neither zero nor a difference."""
    income = a_declared_income("p1", 2600)

    result = evaluated(an_answer("p1", item, status=MatchStatus.ERROR), declaration=a_declaration(income))

    assert not [d for d in result.doubts if d.code.endswith(("differ", "differs"))]


@pytest.mark.parametrize(("declared", "seen"), [(10_000_00, True), (30_000_00, False)])
def test_while_a_source_is_silent_only_more_than_declared_is_a_difference(declared: int, seen: bool):
    result = evaluated(
        an_answer("p1", "JR01", ACCOUNT),
        an_answer("p1", "JR02", status=MatchStatus.ERROR),
        declaration=declaring(financial_assets_fen=declared),
    )

    assert (doubt(result, "financial_assets_differ") is not None) is seen


def test_half_an_answer_about_pay_is_no_difference():
    partial = an_answer("p1", "RS01", *wages(2600, count=3), status=MatchStatus.PARTIAL)

    result = evaluated(partial, declaration=declared_wage(2600))

    assert result.doubts == ()


def test_last_years_profit_is_compared_only_with_what_was_declared_for_its_months():
    shop = {"uscc": "92320402MA0000002P", "last_year_profit": Decimal(12000), "status": "active"}
    income = a_declared_income("p1", 1000, category="business")

    agreed = evaluated(an_answer("p1", "SC01", shop), declaration=declaring(incomes=(income,)))
    differing = evaluated(
        an_answer("p1", "SC01", shop),
        declaration=declaring(incomes=(replace(income, amount_month_fen=90_000),)),
    )

    assert doubt(agreed, "business_income_differs") is None
    assert doubt(differing, "business_income_differs") is not None


@pytest.mark.clause("M 6.3 a")
def test_doubts_close_themselves_when_the_data_change():
    """L6: nothing of an earlier evaluation stays behind."""
    before = evaluated(an_answer("p1", "RS01", *wages(2600)), declaration=declared_wage(100))
    after = evaluated(an_answer("p1", "RS01", *wages(100)), declaration=declared_wage(100))

    assert before.doubts
    assert after.doubts == ()


def test_no_doubt_or_note_names_a_person_or_accuses():
    result = evaluated(
        an_answer("p1", "RS01", *wages(9000)),
        an_answer("p1", "JR01", ACCOUNT | {"large_outflows_6m": Decimal(5000)}),
        declaration=declared_wage(10),
    )

    text = " ".join((*result.notes, *(d.label for d in result.doubts), *(t.reason for t in result.tests)))
    assert HEAD.name not in text
    assert HEAD.id_no not in text
    assert not any(
        word in text for word in ("隐瞒", "欺骗", "虚假", "骗取", "不符合", "不予", "资格", "风险")
    )
