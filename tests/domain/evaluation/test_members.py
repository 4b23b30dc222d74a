"""R1: who counts as a member."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.domain.findings import MatchStatus
from engine.domain.result import Outcome
from tests.builders import a_household, an_answer, wages
from tests.domain.evaluation.evaluating import amount, check, evaluated, figure


@pytest.mark.clause("M 3.3")
def test_an_excluded_member_counts_neither_as_a_head_nor_with_income():
    household = a_household(2)
    head, wife = household.persons
    household = replace(household, persons=(head, replace(wife, excluded_reason="imprisoned")))

    result = evaluated(an_answer("p2", "RS01", *wages(9000)), household=household)

    assert amount(result, "household_size") == 1
    assert amount(result, "per_capita_month") == Decimal("0.00")
    assert [line.counted for line in figure(result, "household_size").inputs] == [True, False]
    assert any("未计入家庭人口" in note for note in result.notes)


def test_a_member_with_a_funeral_record_counts_no_more():
    funeral = {"name": "钱乙", "death_date": date(2026, 9, 1)}

    result = evaluated(an_answer("p2", "MZ03", funeral), members=2)

    assert result.overview.members == 1


def test_the_funeral_record_of_a_relative_leaves_the_member_in():
    relative = {"name": "钱某", "id_no": "320402193501010012", "death_date": date(2026, 9, 1)}

    result = evaluated(an_answer("p2", "MZ03", relative), members=2)

    assert result.overview.members == 2


def test_an_old_register_names_the_member_by_15_digits():
    number = a_household(2).person("p2").id_no
    funeral = {"id_no": number[:6] + number[8:17], "death_date": date(1999, 9, 1)}

    result = evaluated(an_answer("p2", "MZ03", funeral), members=2)

    assert result.overview.members == 1


@pytest.mark.parametrize("yuan", [500, 9000])
def test_a_silent_funeral_register_leaves_the_head_count_and_all_shares_undetermined(yuan: int):
    """D5: with a member less everything per head is different, both ways."""
    silent = an_answer("p2", "MZ03", status=MatchStatus.TIMEOUT)

    result = evaluated(silent, an_answer("p1", "RS01", *wages(yuan)), members=2)

    assert amount(result, "household_size") is None
    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED
    assert check(result, "financial_assets_per_capita").outcome is Outcome.UNDETERMINED
    assert result.overview.members == 2
    assert any("MZ03" in note for note in result.notes)


def test_a_household_without_a_counted_member_is_undetermined():
    household = a_household(1)
    household = replace(
        household, persons=tuple(replace(p, excluded_reason="missing") for p in household.persons)
    )

    result = evaluated(household=household)

    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED
    assert check(result, "financial_assets_per_capita").value is None
