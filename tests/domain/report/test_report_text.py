"""How values are written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.domain.catalogue import Field
from engine.domain.findings import Value
from engine.domain.report_text import (
    print_day,
    print_moment,
    print_money,
    print_number,
    print_value,
)
from tests.domain.report.cases import CATALOGUE


def a_field(type_: str = "string", unit: str | None = None, code_list: str | None = None) -> Field:
    return Field("标签", "field", type_, unit, code_list, True)


@pytest.mark.parametrize(
    ("amount", "printed"),
    [
        ("0", "0.00"),
        ("786.07", "786.07"),
        ("1234567.5", "1,234,567.50"),
        ("45.8765", "45.8765"),
        ("-3", "-3.00"),
        ("1E+5", "100,000.00"),
    ],
)
def test_money_has_at_least_two_decimals_and_is_never_rounded(amount: str, printed: str) -> None:
    assert print_money(Decimal(amount)) == printed


@pytest.mark.parametrize(
    ("number", "printed"),
    [("89.50", "89.5"), ("1E+3", "1,000"), ("0", "0"), ("200", "200"), ("0.333", "0.333")],
)
def test_other_numbers_have_no_zeros_that_say_nothing(number: str, printed: str) -> None:
    assert print_number(Decimal(number)) == printed


def test_days_are_written_in_chinese_and_moments_in_beijing_time() -> None:
    late_in_london = datetime(2026, 2, 28, 16, 5, tzinfo=UTC)

    assert print_day(date(2026, 3, 1)) == "2026年3月1日"
    assert print_moment(late_in_london) == "2026-03-01 00:05"


@pytest.mark.parametrize(
    ("value", "field", "printed"),
    [
        (None, a_field(), "—"),
        ("", a_field(), "—"),
        ((), a_field("list"), "—"),
        (0, a_field("integer"), "0"),
        (False, a_field("boolean"), "否"),
        (True, a_field("boolean"), "是"),
        (("甲", "乙"), a_field("list"), "甲、乙"),
        (2024, a_field("year"), "2024"),
        ("2026-03", a_field("year_month"), "2026-03"),
        (date(2026, 3, 1), a_field("date"), "2026-03-01"),
        (datetime(2026, 3, 1, 1, 2, tzinfo=UTC), a_field("datetime"), "2026-03-01 09:02"),
        (Decimal("45.8"), a_field("decimal", "10k_yuan"), "45.80"),
        (Decimal("89.50"), a_field("decimal", "m2"), "89.5平方米"),
        (Decimal("3.2"), a_field("decimal", "mu"), "3.2亩"),
        (Decimal("0.5"), a_field("decimal"), "0.5"),
        ("20", a_field("code", None, "GB/T 2261.2"), "已婚"),
        ("XX", a_field("code", None, "GB/T 2261.2"), "XX"),
    ],
)
def test_a_cell_is_written_by_the_type_of_its_field(value: Value, field: Field, printed: str) -> None:
    assert print_value(value, field, CATALOGUE) == printed
