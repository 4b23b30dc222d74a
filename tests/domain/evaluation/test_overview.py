"""核对结果概述 of MZ/T 072-2016 附录D: eleven figures, and None where a source did not answer."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.findings import MatchStatus
from engine.domain.result import Overview
from tests.builders import a_declaration, a_declared_income, an_answer, wages
from tests.domain.evaluation.evaluating import evaluated


@pytest.mark.clause("M D.1 overview")
def test_the_overview_has_all_eleven_figures():
    pension = {"monthly_pension": Decimal("1480.00"), "start_month": "2015-01", "payment_status": "normal"}
    benefit = {"unemployment_benefit": Decimal(900), "benefit_start": "2026-09", "benefit_end": "2027-02"}
    car = {"plate_no": "苏D00001", "vehicle_type": "petrol_motorcycle", "status": "normal"}

    result = evaluated(
        an_answer("p1", "RS01", *wages(2600)),
        an_answer("p2", "RS02", pension),
        an_answer("p1", "RS03", benefit),
        an_answer("p1", "JR04", {"cash_value": Decimal(2000)}, {"policy_total_value": Decimal(300)}),
        an_answer("p1", "GT02", {"unit_no": "U1", "building_area": Decimal(60)}),
        an_answer("p1", "GA02", car),
        an_answer("p1", "SC02", {"uscc": "91320400MA0000001T"}),
        an_answer("p1", "GJJ01", {"account_no": "F1", "account_balance": Decimal(5000)}),
        an_answer("p1", "GJJ03", {"personal_no": "F1", "account_balance": Decimal(5000)}),
        an_answer("p2", "GJJ03"),
        members=2,
        declaration=a_declaration(a_declared_income("p1", 2600)),
    )

    total = (2600 - 249) * 12 + 1480 * 12 + 900 * 2
    assert result.overview == Overview(
        members=2,
        income_per_capita_month=Decimal(total / 24).quantize(Decimal("0.01")),
        declared_income_month=Decimal("2600.00"),
        standard_month=Decimal(1010),
        pension_month=Decimal("1480.00"),
        unemployment_benefit_month=Decimal("900.00"),
        insurance_value=Decimal("2300.00"),
        dwellings=1,
        vehicles=1,
        has_invested_enterprise=True,
        provident_fund_balance=Decimal("5000.00"),
    )


@pytest.mark.parametrize(
    ("item", "field"),
    [
        ("RS01", "income_per_capita_month"),
        ("RS02", "pension_month"),
        ("RS03", "unemployment_benefit_month"),
        ("JR04", "insurance_value"),
        ("GT01", "dwellings"),
        ("GA02", "vehicles"),
        ("SC02", "has_invested_enterprise"),
        ("GJJ01", "provident_fund_balance"),
    ],
)
def test_a_figure_whose_source_is_silent_is_undetermined(item: str, field: str):
    complete = evaluated()
    silent = evaluated(an_answer("p1", item, status=MatchStatus.TIMEOUT))

    assert getattr(complete.overview, field) is not None
    assert getattr(silent.overview, field) is None


@pytest.mark.parametrize(
    ("item", "record", "expected"),
    [
        ("SC01", {"uscc": "92320402MA0000002P", "employees": 0}, True),
        ("SC03", {"uscc": "91320400MA0000001T", "is_legal_representative": True}, True),
        ("SC03", {"uscc": "91320400MA0000001T", "position": "监事"}, False),
        ("SC02", {"uscc": "91320400MA0000001T", "status": "cancelled"}, False),
    ],
)
def test_an_enterprise_of_ones_own_is_named_in_the_overview(
    item: str, record: dict[str, Any], expected: bool
):
    result = evaluated(an_answer("p1", item, record), declaration=replace(a_declaration(), dwellings=None))

    assert result.overview.has_invested_enterprise is expected


def test_vehicles_passed_on_are_not_in_the_overview():
    gone = {"plate_no": "苏D00001", "status": "transferred"}

    assert evaluated(an_answer("p1", "GA02", gone)).overview.vehicles == 0


def test_a_pension_or_benefit_that_ended_is_not_in_the_overview():
    benefit = {"unemployment_benefit": Decimal(900), "benefit_start": "2025-01", "benefit_end": "2026-02"}

    result = evaluated(
        an_answer("p1", "RS03", benefit),
        an_answer("p1", "MZ03", {"death_date": date(2026, 1, 1), "id_no": "320402193501010012"}),
    )

    assert result.overview.unemployment_benefit_month == Decimal("0.00")
