"""D2 for real estate: which records are about one unit, and who still holds it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.result import Outcome
from tests.builders import an_answer
from tests.domain.evaluation.evaluating import amount, check, evaluated

FLAT: dict[str, Any] = {
    "unit_no": "U1",
    "location": "甲路1号",
    "use_type": "residential",
    "building_area": Decimal(80),
    "share": Decimal(1),
}
SPACE: dict[str, Any] = {"unit_no": "U2", "location": "甲路1号", "use_type": "parking"}
HOUSING: dict[str, Any] = {"address": "甲路1号", "floor_area": Decimal(70)}


@pytest.mark.parametrize("records", [(FLAT, SPACE), (SPACE, FLAT)])
@pytest.mark.parametrize("housing", [(), (HOUSING,)])
def test_a_parking_space_at_the_address_of_the_flat_is_a_unit_of_its_own(
    records: tuple[dict[str, Any], ...], housing: tuple[dict[str, Any], ...]
):
    """The housing record is the flat's, whose registered area counts."""
    result = evaluated(an_answer("p1", "GT02", *records), an_answer("p1", "GT01", *housing))

    assert (amount(result, "dwellings"), amount(result, "nonresidential")) == (1, 1)
    assert amount(result, "dwelling_area") == Decimal("80.00")


def test_two_flats_with_numbers_of_their_own_are_two_although_the_address_is_short():
    result = evaluated(an_answer("p1", "GT02", FLAT, FLAT | {"unit_no": "U9"}))

    assert check(result, "dwellings").outcome is Outcome.EXCEEDS


def test_a_registration_without_numbers_belongs_to_the_unit_of_its_address():
    bare = {"location": "甲路1号", "building_area": Decimal(80)}

    result = evaluated(an_answer("p1", "GT02", FLAT, bare))

    assert amount(result, "dwellings") == 1


def test_housing_records_of_one_contract_are_one_home_whatever_the_address():
    old, new = {"address": "甲地块", "presale_contract_no": "C1"}, HOUSING | {"presale_contract_no": "C1"}

    result = evaluated(an_answer("p1", "GT02", FLAT), an_answer("p1", "GT01", old, new))

    assert amount(result, "dwellings") == 1


def test_the_half_somebody_passed_on_is_no_longer_the_households():
    half = FLAT | {"share": Decimal("0.5")}
    gone = half | {"transfer_date": date(2024, 1, 1)}

    result = evaluated(an_answer("p1", "GT02", half), an_answer("p2", "GT02", gone), members=2)

    assert amount(result, "dwellings") == 1
    assert amount(result, "dwelling_area") == Decimal("40.00")
