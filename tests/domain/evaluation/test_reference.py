"""The evaluation against a second, naive count of the same rules, over invented households by the hundred."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from engine.domain.commission import Commission
from engine.domain.evaluation import evaluate
from engine.domain.findings import Findings
from engine.domain.parameters import LocalParameters
from tests.builders import TODAY
from tests.domain.evaluation.evaluating import amount
from tests.domain.evaluation.generated import cases
from tests.domain.evaluation.reference import Reference, half_up

THOROUGH = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@pytest.mark.clause("M 6.3 a")
@THOROUGH
@given(cases())
def test_every_figure_is_what_a_second_count_of_the_rules_finds(
    case: tuple[Commission, Findings, LocalParameters],
):
    commission, findings, parameters = case
    expected = Reference(commission, findings, parameters)

    result = evaluate(commission, findings, parameters, TODAY)

    figures = {
        "household_size": Decimal(len(expected.members())),
        "income_before_deduction": half_up(expected.income()),
        "rigid_expenditure": half_up(expected.expenditure()),
        "per_capita_month": expected.per_capita_month(),
        "financial_assets": half_up(expected.financial_assets()),
        "financial_assets_per_capita": expected.financial_assets_per_capita(),
        "vehicles": Decimal(expected.vehicles()),
        "dwellings": Decimal(expected.dwellings()),
        "nonresidential": Decimal(expected.nonresidential()),
        "dwelling_area_per_capita": expected.dwelling_area_per_capita(),
        "entities": Decimal(expected.entities()),
    }
    assert {code: amount(result, code) for code in figures} == figures
    assert result.band == expected.band()
