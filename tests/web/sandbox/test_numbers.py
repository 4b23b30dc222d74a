"""Invented numbers: they hold their checks and lead back to the household."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.answer_values import is_credit_code
from engine.domain.identity import parse_resident_id
from web.sandbox.numbers import HOUSEHOLDS, VARIANTS, bank_card, credit_code, household_of, identity_number

TODAY = date(2026, 11, 21)


@given(
    household=st.integers(0, HOUSEHOLDS - 1),
    variant=st.integers(0, VARIANTS - 1),
    male=st.booleans(),
    year=st.integers(1920, 2025),
)
def test_an_identity_number_is_valid_and_names_its_household(
    household: int, variant: int, male: bool, year: int
) -> None:
    id_no = identity_number(household, variant, male, year)

    identity = parse_resident_id(id_no, TODAY)
    assert identity is not None
    assert (identity.born_on.year, identity.sex) == (year, "1" if male else "2")
    assert id_no[:6] in ("320402", "320411")
    assert household_of(id_no) == household


def test_no_two_households_share_a_number() -> None:
    numbers = {identity_number(household, 0, True, 1985) for household in range(0, HOUSEHOLDS, 7)}

    assert len(numbers) == len(range(0, HOUSEHOLDS, 7))


@given(st.text(max_size=20))
def test_any_text_is_looked_up_without_an_error(text: str) -> None:
    household = household_of(text)

    assert household is None or 0 <= household < HOUSEHOLDS


@pytest.mark.parametrize("id_no", ["110105194912310029", "320402198502300015", "E12345678", ""])
def test_a_number_from_elsewhere_belongs_to_nobody(id_no: str) -> None:
    assert household_of(id_no) is None


@given(st.sampled_from(("91", "92", "52")), st.integers(0, 9_999_999))
def test_a_credit_code_holds_its_check(kind: str, serial: int) -> None:
    assert is_credit_code(credit_code(kind, serial))


@pytest.mark.parametrize(("prefix", "serial"), [("621001", 0), ("621002", 16_201), ("621003", 10**11)])
def test_a_bank_card_holds_its_luhn_check(prefix: str, serial: int) -> None:
    number = bank_card(prefix, serial)

    digits = [int(digit) for digit in reversed(number)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    assert len(number) == 19
    assert (sum(digits[0::2]) + doubled) % 10 == 0
