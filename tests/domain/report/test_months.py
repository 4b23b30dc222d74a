"""Months that say the same are one line."""

import pytest

from engine.domain.report_months import join_months

WAGE = ("甲商贸有限公司", "2,600.00")


@pytest.mark.parametrize(
    ("months", "spans"),
    [
        (["2025-11", "2025-12", "2026-01"], ["2025-11—2026-01"]),
        (["2026-01", "2025-12", "2025-11"], ["2025-11—2026-01"]),
        (["2025-11", "2026-01"], ["2025-11", "2026-01"]),
        (["2025-11", "2025-12", "2026-02"], ["2025-11—2025-12", "2026-02"]),
        (["2026-03"], ["2026-03"]),
        (["—"], ["—"]),
        ([], []),
    ],
)
def test_only_months_without_a_gap_are_joined(months: list[str], spans: list[str]) -> None:
    assert join_months([(*WAGE, month) for month in months]) == [(*WAGE, span) for span in spans]


def test_a_month_with_another_amount_stands_alone_in_its_place() -> None:
    rows = [(*WAGE, "2026-01"), ("甲商贸有限公司", "3,000.00", "2026-02"), (*WAGE, "2026-03")]

    assert join_months(rows) == rows


def test_two_payments_in_one_month_stay_two_lines() -> None:
    rows = [(*WAGE, "2026-01"), (*WAGE, "2026-01")]

    assert join_months(rows) == rows
