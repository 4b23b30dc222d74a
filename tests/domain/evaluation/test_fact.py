"""One record of a source, read by type; and what counts as the same thing twice."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.domain.evaluation.fact import Fact, mark_repeats, merge_by_keys, without_repeats
from engine.domain.findings import Value
from tests.builders import ANSWERED_AT


def a_fact(**values: Value) -> Fact:
    return Fact("p1", "RS01", "RS", ANSWERED_AT, values)


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        (Decimal("1.50"), Decimal("1.50")),
        (3, Decimal(3)),
        (True, None),
        ("3", None),
        (Decimal("NaN"), None),
        (Decimal("sNaN"), None),
        (Decimal("Infinity"), None),
        (None, None),
    ],
)
def test_money_is_a_finite_number(value: Value, amount: Decimal | None):
    assert a_fact(x=value).money("x") == amount


@pytest.mark.parametrize(
    ("value", "day", "month"),
    [
        (date(2026, 3, 5), date(2026, 3, 5), "2026-03"),
        (datetime(2026, 3, 31, 16, 30, tzinfo=UTC), date(2026, 4, 1), "2026-04"),  # next morning in Beijing
        ("2026-03", None, "2026-03"),
        ("2026-13", None, ""),
        ("202603", None, ""),
        ("２０２６-03", None, ""),
        (202603, None, ""),
    ],
)
def test_days_and_months_are_read_in_beijing_time(value: Value, day: date | None, month: str):
    fact = a_fact(x=value)

    assert (fact.day("x"), fact.month("x")) == (day, month)


def test_last_year_is_the_year_before_the_answer():
    new_year = Fact("p1", "RS01", "RS", datetime(2025, 12, 31, 17, 0, tzinfo=UTC), {})

    assert new_year.last_year == "2025"


def test_facts_without_a_key_are_never_repeats():
    facts = [a_fact(x="1"), a_fact(x=""), a_fact(x=""), a_fact(x="1")]

    marked = list(mark_repeats(facts, lambda fact: fact.text("x") or None))

    assert marked == list(zip(facts, (False, False, False, True), strict=True))
    assert without_repeats(facts, lambda fact: fact.text("x") or None) == facts[:3]


def test_facts_are_one_thing_when_they_are_linked_by_a_third():
    facts = [a_fact(x="1", y="a"), a_fact(x="2", y="b"), a_fact(x="3"), a_fact(x="1", y="b")]

    groups = merge_by_keys(facts, lambda fact: (fact.text("x"), fact.text("y")))

    assert sorted(len(group) for group in groups) == [1, 3]
