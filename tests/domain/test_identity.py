"""Resident identity numbers: GB 11643."""

from datetime import date

import pytest

from engine.domain.identity import mask_id, mask_name, normalise_resident_id, parse_resident_id

TODAY = date(2026, 11, 21)
VALID = (
    "11010519491231002X",
    "440524188001010014",
    "320402198506150010",
    "320402198803200029",
    "320402201209010032",
    "320411195005050049",
    "320411195207070056",
    "110101190003070010",
)


@pytest.mark.clause("M A.1 a")
@pytest.mark.parametrize("number", VALID)
def test_a_number_with_a_right_check_character_is_accepted(number: str) -> None:
    identity = parse_resident_id(number, TODAY)

    assert identity is not None
    assert identity.number == number


@pytest.mark.clause("M A.1 a")
@pytest.mark.parametrize(
    "number",
    [
        "320402199001011234",  # should end in 9
        "320402198502300010",  # 30 February
        "320402202711010018",  # not born yet
        "32040219850615001",
        "３２０４０２１９８５０６１５００１０",
        "",
    ],
)
def test_a_number_that_cannot_be_is_refused(number: str) -> None:
    assert parse_resident_id(number, TODAY) is None


def test_a_fifteen_digit_number_gets_its_century_and_check_character() -> None:
    assert normalise_resident_id("110105491231002") == "11010519491231002X"


def test_a_small_x_is_the_same_number() -> None:
    assert normalise_resident_id("11010519491231002x") == "11010519491231002X"


def test_the_number_tells_sex_and_age() -> None:
    identity = parse_resident_id("320402198803200029", TODAY)

    assert identity is not None
    assert identity.sex == "2"
    assert identity.age_on(date(2026, 3, 19)) == 37
    assert identity.age_on(date(2026, 3, 20)) == 38


@pytest.mark.clause("M 5.2 b")
def test_lists_show_little_of_a_person() -> None:
    assert mask_id("320402198506150010") == "320*************10"
    assert mask_id("1234") == "****"
    assert mask_name("甲乙丙") == "甲**"
    assert mask_name("甲") == "甲*"
