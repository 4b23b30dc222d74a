"""D4 and the table of contradictions: what a person has to look at, and what is only information."""

from dataclasses import replace
from datetime import date
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


def marriage(event: str = "marriage", on: date = date(2010, 5, 20)) -> dict[str, Any]:
    return {
        "husband_name": HEAD.name,
        "husband_id_no": HEAD.id_no,
        "wife_name": "何某",
        "wife_id_no": "320402198803200029",
        "registration_type": event,
        "registration_date": on,
    }


@pytest.mark.parametrize(
    ("status", "events", "seen"),
    [
        ("10", [marriage()], True),
        ("20", [marriage()], False),
        ("20", [marriage(), marriage("divorce", date(2015, 1, 1))], True),
        ("40", [marriage(), marriage("divorce", date(2015, 1, 1))], False),
        (
            "40",
            [marriage(), marriage("divorce", date(2015, 1, 1)), marriage("remarriage", date(2018, 1, 1))],
            True,
        ),
        ("20", [], False),
    ],
)
def test_the_household_register_may_contradict_the_marriage_register(
    status: str, events: list[dict[str, Any]], seen: bool
):
    result = evaluated(
        an_answer("p1", "GA01", {"name": HEAD.name, "id_no": HEAD.id_no, "marital_status": status}),
        an_answer("p1", "MZ02", *events),
    )

    assert (doubt(result, "marital_status_contradicts") is not None) is seen


@pytest.mark.parametrize(("pay", "benefit", "material"), [(900, 500, True), (300, 200, False)])
def test_unemployment_benefit_in_a_month_of_pay_is_looked_at(pay: int, benefit: int, material: bool):
    record = {"unemployment_benefit": Decimal(benefit), "benefit_start": "2026-01", "benefit_end": "2026-12"}

    result = evaluated(
        an_answer("p1", "RS01", *wages(pay)),
        an_answer("p1", "RS03", record),
        limits={"employment_cost_mode": "none"},
    )

    found = doubt(result, "unemployment_benefit_while_employed")
    assert found is not None
    assert found.is_material is material


def test_unemployment_benefit_after_the_job_is_no_contradiction():
    record = {"unemployment_benefit": Decimal(900), "benefit_start": "2026-05", "benefit_end": "2026-12"}

    result = evaluated(
        an_answer("p1", "RS01", *wages(2600, count=6)),
        an_answer("p1", "RS03", record),
        declaration=declaring(
            incomes=(
                a_declared_income("p1", 2600, last_month="2026-04"),
                a_declared_income("p1", 900, category="transfer", first_month="2026-05"),
            )
        ),
    )

    assert result.doubts == ()


@pytest.mark.parametrize(
    ("day", "seen"), [(date(2025, 11, 1), True), (date(2025, 10, 31), False), (date(2026, 11, 21), True)]
)
def test_a_dwelling_disposed_of_in_the_look_back_window_is_looked_at(day: date, seen: bool):
    gone = {"unit_no": "U1", "building_area": Decimal(50), "transfer_date": day}

    found = doubt(evaluated(an_answer("p1", "GT02", gone)), "dwelling_disposed_of")

    assert (found is not None) is seen
    assert found is None or found.is_material


@pytest.mark.parametrize(("outflow", "material"), [(4000, False), (5000, True)])
def test_large_outflows_are_material_when_the_assets_would_exceed_with_them(outflow: int, material: bool):
    result = evaluated(an_answer("p1", "JR01", ACCOUNT | {"large_outflows_6m": Decimal(outflow)}))

    found = doubt(result, "large_outflows")
    assert found is not None
    assert found.is_material is material


def test_outflows_of_accounts_without_a_number_add_up():
    rows = [
        {"bank_name": name, "account_balance": Decimal(10000), "large_outflows_6m": Decimal(2500)}
        for name in ("甲银行", "乙银行")
    ]

    found = doubt(evaluated(an_answer("p1", "JR01", *rows)), "large_outflows")

    assert found is not None
    assert found.is_material


def test_accounts_without_a_number_explain_the_total_of_their_bank():
    rows = [
        {"bank_name": "甲银行", "account_balance": Decimal(yuan), "bank_total_balance": Decimal(30000)}
        for yuan in (10000, 20000)
    ]

    assert doubt(evaluated(an_answer("p1", "JR01", *rows)), "bank_total_above_accounts") is None


@pytest.mark.parametrize(("total", "seen"), [(20000, False), (26000, True)])
def test_a_bank_total_above_its_accounts_is_looked_at(total: int, seen: bool):
    result = evaluated(an_answer("p1", "JR01", ACCOUNT | {"bank_total_balance": Decimal(total)}))

    found = doubt(result, "bank_total_above_accounts")
    assert (found is not None and found.is_material) is seen


LICENCE = {"licence_no": "L1", "plate_no": "苏D99999", "status": "active"}


def test_a_transport_licence_without_its_vehicle_is_looked_at():
    result = evaluated(an_answer("p1", "JT01", LICENCE))

    found = doubt(result, "licence_without_vehicle")
    assert found is not None
    assert found.is_material


@pytest.mark.parametrize(
    ("licence", "vehicle"),
    [
        (LICENCE | {"status": "cancelled"}, None),
        (LICENCE, {"plate_no": "苏d99999", "status": "normal"}),
        ({"licence_no": "L1"}, None),
    ],
)
def test_a_licence_that_is_explained_is_no_contradiction(licence: dict[str, Any], vehicle: Any):
    vehicles = [] if vehicle is None else [vehicle]

    result = evaluated(an_answer("p1", "JT01", licence), an_answer("p1", "GA02", *vehicles))

    assert doubt(result, "licence_without_vehicle") is None


def test_a_licence_says_nothing_while_the_vehicle_register_is_silent():
    result = evaluated(an_answer("p1", "JT01", LICENCE), an_answer("p1", "GA02", status=MatchStatus.ERROR))

    assert doubt(result, "licence_without_vehicle") is None


@pytest.mark.parametrize(("address", "seen"), [("甲路1号", False), ("乙路 2 号", True), ("", False)])
def test_a_loan_for_an_unknown_dwelling_is_looked_at(address: str, seen: bool):
    result = evaluated(
        an_answer("p1", "GT01", {"address": "甲路1号", "floor_area": Decimal(40)}),
        an_answer("p1", "GJJ02", {"property_address": address, "loan_balance": Decimal(1)}),
    )

    found = doubt(result, "loan_without_dwelling")
    assert (found is not None and found.is_material) is seen


TAX = {
    "tax_type": "individual_income",
    "period_start": date(2026, 1, 1),
    "period_end": date(2026, 1, 31),
    "taxable_income": Decimal(20000),
    "tax_amount": Decimal(10),
}


def test_taxed_income_above_what_was_found_is_looked_at_and_counted_once_for_both_offices():
    result = evaluated(an_answer("p1", "GS01", TAX), an_answer("p1", "DS01", TAX))

    found = doubt(result, "taxed_income_above_found")
    assert found is not None
    assert found.items == ("GS01",)
    assert found.is_material


@pytest.mark.parametrize(
    "change",
    [
        {"tax_type": "vat"},
        {"period_start": date(2025, 1, 1), "period_end": date(2025, 12, 31)},
        {"period_end": None},
        {"period_start": date(2025, 10, 1), "period_end": date(2025, 11, 30)},
        {"taxable_income": Decimal(2610)},
        {"taxable_income": None, "tax_amount": None},
    ],
)
def test_tax_that_says_nothing_of_income_in_the_window_is_left_alone(change: dict[str, Any]):
    result = evaluated(
        an_answer("p1", "GS01", TAX | change), an_answer("p1", "RS01", *wages(2600, "2026-01", 1))
    )

    assert doubt(result, "taxed_income_above_found") is None


@pytest.mark.parametrize(
    "gross",
    [
        {"pension_contribution": Decimal(400), "medical_contribution": Decimal(100)},
        {"contribution_base": Decimal(3090)},
    ],
)
def test_tax_is_of_the_gross_pay_and_the_net_pay_does_not_contradict_it(gross: dict[str, Any]):
    paid = [record | gross for record in wages(2600, "2026-01", 1)]

    result = evaluated(
        an_answer("p1", "GS01", TAX | {"taxable_income": Decimal(3100)}), an_answer("p1", "RS01", *paid)
    )

    assert doubt(result, "taxed_income_above_found") is None


def test_tax_of_the_first_month_of_the_window_counts():
    first = TAX | {"period_start": date(2025, 11, 1), "period_end": date(2025, 11, 30)}

    assert doubt(evaluated(an_answer("p1", "GS01", first)), "taxed_income_above_found") is not None


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


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({}, True),
        ({"scheme": "resident"}, False),
        ({"status": "ended"}, False),
        ({"last_month": "2025-01"}, False),
    ],
)
def test_an_insured_employee_without_pay_is_information(change: dict[str, Any], seen: bool):
    record = {"scheme": "employee", "status": "active", "last_month": "2026-10"}

    found = doubt(evaluated(an_answer("p1", "RS04", record | change)), "insured_as_employee_without_pay")

    assert (found is not None) is seen
    assert found is None or not found.is_material


@pytest.mark.parametrize(("amount", "material"), [(800, False), (1200, True)])
def test_child_support_in_a_judgment_is_looked_at_when_nothing_was_declared(amount: int, material: bool):
    judgment = {"case_no": "J1", "monthly_child_support": Decimal(amount)}
    told = declaring(incomes=(a_declared_income("p1", 800, category="transfer"),))

    found = doubt(evaluated(an_answer("p1", "FY01", judgment)), "child_support_not_declared")

    assert found is not None
    assert found.is_material is material or amount == 1200
    assert (
        doubt(evaluated(an_answer("p1", "FY01", judgment), declaration=told), "child_support_not_declared")
        is None
    )


@pytest.mark.parametrize(
    ("record", "seen"),
    [
        ({"assistance_type": "aa", "start_month": "2025-01"}, True),
        ({"assistance_type": "aa", "start_month": "2025-01", "end_month": "2026-10"}, False),
        ({"assistance_type": "ad", "start_month": "2025-01"}, False),
    ],
)
def test_running_assistance_of_the_same_kind_is_information(record: dict[str, Any], seen: bool):
    found = doubt(evaluated(an_answer("p1", "MZ01", record)), "already_assisted")

    assert (found is not None) is seen
    assert found is None or not found.is_material


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
