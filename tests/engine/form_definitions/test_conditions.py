"""Conditions: the part of FEEL we take, evaluated without eval, never raising."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form_definitions.conditions import ConditionError, holds, parse_condition

SCOPES = (
    {"role": "member", "age": 17, "open": None},
    {"role": "outer", "passed": False, "letter": {"kind": "a"}, "city": "乙"},
)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('=role = "member"', True),
        ('=role != "member"', False),
        ("=passed = false", True),
        ("=not(passed)", True),
        ("=passed", False),
        ("=age < 18", True),
        ("=age >= 17 and age <= 17", True),
        ("=age > 17.5", False),
        ("=missing = null", True),
        ("=open = null", True),
        ("=missing < 3", False),
        ("=missing >= 3", False),
        ('=age = "17"', False),
        ("=passed = 0", False),
        ('=letter.kind = "a"', True),
        ("=letter.kind.deeper = null", True),
        ('=city = "乙"', True),
        ('=passed or role = "member" and age = 1', False),
        ('=(passed or role = "member") and age = 17', True),
        ('=role < "n"', True),
        ("=-3 < age", True),
    ],
)
def test_a_condition_holds_as_feel_says(text: str, result: bool) -> None:
    assert holds(parse_condition(text), SCOPES) is result


@pytest.mark.parametrize(
    "text",
    [
        "=",
        "=a =",
        "=a = = b",
        '=a = "b',
        "=a and",
        "=not a",
        "=(a",
        "=a)",
        "=a b",
        "=f(x)",
        "=a.__class__",
        "=a[0]",
        "=a + 1",
        "=1e9 < a",
        "=a = 'b'",
        "=A = 1",
        "=if a then b",
        "=" + "(" * 20 + "a" + ")" * 20,
        "=a" + " or a" * 200,
    ],
)
def test_what_is_outside_is_refused(text: str) -> None:
    with pytest.raises(ConditionError):
        parse_condition(text)


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_refused(text: str) -> None:
    try:
        condition = parse_condition(text)
    except ConditionError:
        return

    assert holds(condition, SCOPES) in (True, False)


@given(
    st.dictionaries(st.sampled_from(["role", "age", "passed"]), st.from_type(object) | st.text(), max_size=3)
)
def test_whatever_the_values_are_a_condition_has_an_answer(values: dict[str, object]) -> None:
    condition = parse_condition('=not(role = "a") and (age < 5 or passed) and role > age')

    assert holds(condition, (values,)) in (True, False)
