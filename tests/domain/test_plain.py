"""Domain values to JSON and back."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from engine.domain.commission import Commission
from engine.domain.findings import ItemAnswer, MatchStatus, Record
from engine.domain.json_text import canonical_json
from engine.domain.plain import from_plain, to_plain
from tests.builders import a_commission, a_household, a_supporter


@pytest.mark.parametrize(
    "commission",
    [
        a_commission(),
        a_commission(a_household(members=5, supporters=[a_supporter()]), letter=None, declaration=None),
        a_commission(authorisations=(), reviews=()),
    ],
)
def test_a_commission_survives_storing(commission: Commission) -> None:
    stored = canonical_json(to_plain(commission))

    assert from_plain(Commission, json.loads(stored)) == commission


def test_a_record_keeps_the_type_of_each_value() -> None:
    values = {
        "amount": Decimal("1.00"),
        "text": "1.00",
        "day": date(2026, 3, 1),
        "moment": datetime(2026, 3, 1, 8, tzinfo=UTC),
        "count": 3,
        "flag": True,
        "nothing": None,
        "names": ("甲", "乙"),
    }
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    answer = ItemAnswer("p1", "RS01", "RS", MatchStatus.FOUND, moment, None, (Record(values),))

    loaded = from_plain(ItemAnswer, json.loads(canonical_json(to_plain(answer))))

    assert loaded == answer
    assert {name: type(value) for name, value in loaded.records[0].values.items()} == {
        name: type(value) for name, value in values.items()
    }


def test_one_content_has_one_spelling() -> None:
    assert canonical_json({"b": 1, "a": "核"}) == '{"a":"核","b":1}'.encode()


def test_a_value_of_the_wrong_type_is_refused() -> None:
    plain = to_plain(a_commission())
    assert isinstance(plain, dict)

    with pytest.raises(TypeError):
        from_plain(Commission, plain | {"copies": "1"})


def test_a_field_that_is_missing_or_unknown_is_refused_and_one_with_a_default_is_not() -> None:
    plain = to_plain(a_commission())
    assert isinstance(plain, dict)

    for wrong in ({key: plain[key] for key in plain if key != "number"}, plain | {"unheard_of": 1}):
        with pytest.raises(TypeError):
            from_plain(Commission, wrong)
    shorter = from_plain(Commission, {key: plain[key] for key in plain if key != "copies"})
    assert shorter == a_commission()


@dataclass(frozen=True)
class Careful:
    """It wants to have a look at its fields."""

    number: int

    def __post_init__(self) -> None:
        raise AssertionError


def test_a_value_that_looks_at_its_fields_is_not_read_behind_its_back() -> None:
    with pytest.raises(TypeError, match="Careful"):
        from_plain(Careful, {"number": 1})
