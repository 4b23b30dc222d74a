"""The table of contradictions: what two sources say against each other, and when it matters."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.commission import Declaration
from engine.domain.findings import MatchStatus
from tests.builders import a_declared_income, a_person, an_answer, wages
from tests.domain.evaluation.evaluating import NOTHING_DECLARED, doubt, evaluated

ACCOUNT = {"bank_name": "甲银行", "account_no": "6222", "account_balance": Decimal(20000)}
HEAD = a_person("p1")


def declaring(**changes: Any) -> Declaration:
    return replace(NOTHING_DECLARED, **changes)


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
    assert found.is_material is material
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
