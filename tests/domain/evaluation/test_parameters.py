"""The row of the decision table economic_limits becomes typed limits, or names what is wrong with it."""

from dataclasses import fields
from decimal import Decimal

import pytest

from engine.domain.findings import Value
from engine.domain.parameters import LocalParameters, ParameterInvalid, local_parameters
from tests.builders import LIMITS, some_parameters


def test_a_whole_row_becomes_typed_limits():
    parameters = some_parameters()

    assert parameters.standard_month == Decimal(1010)
    assert isinstance(parameters.standard_month, Decimal)
    assert parameters.exempt_items == ("JY02", "MZ01", "TY01")
    assert parameters.edge_month == Decimal("1515.0")
    assert parameters.financial_limit == Decimal(24240)
    assert parameters.rigid_deduction == "none"


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_a_missing_limit_is_named(name: str):
    row = {key: value for key, value in LIMITS.items() if key != name}

    with pytest.raises(ParameterInvalid, match=name) as error:
        local_parameters(row)

    assert error.value.facts == {"parameter": name, "problem": "missing"}


def test_an_unknown_output_is_named():
    with pytest.raises(ParameterInvalid, match="standard_mouth"):
        some_parameters(standard_mouth=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("standard_month", 0),
        ("standard_month", "1010"),
        ("standard_month", True),
        ("standard_month", Decimal("NaN")),
        ("standard_month", -1),
        ("income_window_months", 6.0),
        ("income_window_months", 5),
        ("income_window_months", Decimal("6.5")),
        ("employment_cost_mode", "half"),
        ("employment_cost_mode", ""),
        ("employment_cost_rate", Decimal("1.1")),
        ("exempt_items", 3),
        ("basic_pension_exempt", "true"),
        ("edge_multiple", Decimal("0.5")),
        ("entity_exempt_rule", "all"),
        ("version", " "),
        ("vehicle_limit", Decimal("0.5")),
        ("rigid_deduction", "half"),
    ],
)
def test_a_wrong_limit_is_named(name: str, value: Value):
    with pytest.raises(ParameterInvalid, match=name):
        some_parameters(**{name: value})


def test_an_edge_of_the_standard_itself_is_allowed():
    assert some_parameters(edge_multiple=1).edge_month == Decimal(1010)


def test_no_exempt_item_is_an_empty_text():
    assert some_parameters(exempt_items="").exempt_items == ()


def test_every_limit_has_a_sample():
    assert {field.name for field in fields(LocalParameters)} == {*LIMITS, "rigid_deduction"}
