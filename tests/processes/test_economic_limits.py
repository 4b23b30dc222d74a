"""The decision table economic_limits: one row per area and year, with every parameter the rules read."""

from dataclasses import fields
from decimal import Decimal
from typing import cast

import pytest

from engine.domain.findings import Value
from engine.domain.parameters import LocalParameters, local_parameters
from engine.runtime import decide
from engine.runtime.errors import DecisionFailed
from tests.processes.shipped import AUTOMATIC, CATALOGUE

pytestmark = pytest.mark.clause("M 6.3 a")


def limits_for(area: str, month: int) -> dict[str, Value]:
    limits = decide(AUTOMATIC, "economic_limits", {"area": area, "month": month})
    assert isinstance(limits, dict)
    return cast(dict[str, Value], limits)


@pytest.mark.parametrize("area", ["urban", "rural"])
@pytest.mark.parametrize("month", [202501, 202512, 202601, 202612])
def test_every_row_is_a_complete_set_of_parameters_for_the_rules(area: str, month: int) -> None:
    limits = limits_for(area, month)

    parameters = local_parameters(limits)

    assert parameters.version == f"{month // 100}-{area}"


def test_the_columns_are_the_parameters_the_rules_read() -> None:
    limits = limits_for("urban", 202606)

    expected = [parameter.name for parameter in fields(LocalParameters)]
    assert list(limits) == expected


@pytest.mark.parametrize("area", ["urban", "rural"])
def test_the_worked_examples_stand_on_the_values_of_2026(area: str) -> None:
    limits = limits_for(area, 202611)

    assert (limits["standard_month"], limits["min_wage_month"]) == (1010, 2490)
    assert (limits["employment_cost_mode"], limits["employment_cost_rate"]) == (
        "pct_of_min_wage",
        Decimal("0.10"),
    )
    assert limits["exempt_items"] == "JY02 TY01 MZ01"


def test_necessary_expenditure_is_compared_and_not_deducted_by_the_shipped_limits() -> None:
    """R10: a cut of the income in full would leave a household in illness without any, and count it twice."""
    months = [(area, month) for area in ("urban", "rural") for month in (202506, 202606)]

    assert {limits_for(*month)["rigid_deduction"] for month in months} == {"none"}


def test_income_is_never_deemed_by_the_shipped_limits() -> None:
    months = [(area, month) for area in ("urban", "rural") for month in (202506, 202606)]

    assert not [month for month in months if limits_for(*month)["deeming_enabled"]]


def test_each_row_has_a_version_of_its_own() -> None:
    rows = [limits_for(area, month) for area in ("urban", "rural") for month in (202506, 202606)]

    assert len({row["version"] for row in rows}) == 4


@pytest.mark.parametrize(("area", "month"), [("urban", 202412), ("suburban", 202606)])
def test_limits_nobody_entered_are_an_error_and_not_a_guess(area: str, month: int) -> None:
    with pytest.raises(DecisionFailed):
        limits_for(area, month)


@pytest.mark.parametrize("area", ["urban", "rural"])
@pytest.mark.parametrize("month", [202506, 202606])
def test_codes_in_the_limits_are_codes_of_the_catalogue(area: str, month: int) -> None:
    limits = limits_for(area, month)

    assert set(str(limits["exempt_items"]).split()) <= set(CATALOGUE.items)
    assert set(str(limits["vehicle_exempt_types"]).split()) <= set(CATALOGUE.code_lists["vehicle_type"])


def test_the_latest_row_stays_in_force_until_a_newer_one_is_published() -> None:
    assert limits_for("urban", 203001) == limits_for("urban", 202612)
