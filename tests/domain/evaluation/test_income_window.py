"""R2: the months of the window, from the period of the commission letter."""

from datetime import date
from decimal import Decimal

import pytest

from engine.domain.errors import MaterialsIncomplete
from engine.domain.evaluation import evaluate
from engine.domain.evaluation.window import full_months, income_window, months_back
from engine.domain.findings import Findings
from engine.domain.household import Period
from engine.domain.result import Band, Outcome
from tests.builders import TODAY, a_commission, a_letter, an_answer, months, some_parameters, wages
from tests.domain.evaluation.evaluating import amount, check, evaluated


@pytest.mark.parametrize(
    ("start", "end", "wanted", "expected"),
    [
        (date(2025, 11, 1), date(2026, 10, 31), 12, months("2025-11", 12)),
        (date(2025, 11, 1), date(2026, 10, 31), 3, months("2026-08", 3)),
        (date(2025, 11, 2), date(2026, 10, 30), 12, months("2025-12", 10)),
        (date(2026, 2, 1), date(2026, 2, 28), 3, ("2026-02",)),
        (date(2024, 2, 1), date(2024, 2, 28), 3, ()),
        (date(2026, 3, 5), date(2026, 3, 9), 3, ()),
        (date(2026, 12, 31), date(2027, 1, 31), 3, ("2027-01",)),
    ],
)
def test_the_window_is_the_last_full_months_of_the_period(
    start: date, end: date, wanted: int, expected: tuple[str, ...]
):
    assert income_window(Period(start, end), wanted) == expected


def test_the_look_back_counts_whole_months():
    assert months_back(date(2026, 11, 21), 12) == date(2025, 11, 1)
    assert full_months(Period(date(2025, 11, 1), date(2026, 10, 31))) == 12


@pytest.mark.clause("M D.1 period")
def test_only_the_months_of_a_shorter_window_count_and_the_report_says_so():
    early = wages(5000, "2025-11", 6)
    late = wages(1000, "2026-05", 6)

    result = evaluated(
        an_answer("p1", "RS01", *early, *late),
        limits={"income_window_months": 6, "employment_cost_mode": "none"},
    )

    assert amount(result, "per_capita_month") == Decimal("1000.00")
    assert any("12 个完整月份" in note and "最后 6 个月" in note for note in result.notes)
    assert any("2026-05 至 2026-10" in note and "2026-10-31" in note for note in result.notes)


def test_a_period_shorter_than_the_window_is_counted_as_it_is_and_noted():
    letter = a_letter(period=Period(date(2026, 9, 1), date(2026, 10, 31)))

    result = evaluated(
        an_answer("p1", "RS01", *wages(1200)), letter=letter, limits={"employment_cost_mode": "none"}
    )

    assert amount(result, "per_capita_month") == Decimal("1200.00")
    assert any("只有 2 个完整月份" in note for note in result.notes)


def test_a_period_without_a_full_month_leaves_the_income_undetermined():
    letter = a_letter(period=Period(date(2026, 10, 2), date(2026, 10, 20)))

    result = evaluated(an_answer("p1", "RS01", *wages(1200)), letter=letter)

    assert check(result, "per_capita_month").outcome is Outcome.UNDETERMINED
    assert result.band is Band.UNDETERMINED
    assert result.overview.declared_income_month is None
    assert any("不含完整的月份" in note for note in result.notes)


def test_without_a_commission_letter_there_is_no_period_to_look_at():
    with pytest.raises(MaterialsIncomplete):
        evaluate(a_commission(letter=None), Findings(()), some_parameters(), TODAY)
