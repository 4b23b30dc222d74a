"""Which tests a service calls for (DB32/T 3319-2017 表1), R19 and the digest of the inputs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.evaluation import evaluate
from engine.domain.findings import Findings, MatchStatus
from engine.domain.result import Band, Outcome
from tests.builders import (
    EXPLICIT_ITEMS,
    TODAY,
    a_commission,
    a_household,
    a_person,
    a_supporter,
    an_answer,
    some_parameters,
    the_findings,
    wages,
)
from tests.domain.evaluation.evaluating import amount, check, codes, evaluated, outcome

PROPERTY_TESTS = (
    "financial_assets_per_capita",
    "vehicles",
    "dwellings",
    "nonresidential",
    "dwelling_area_per_capita",
    "entities",
)


@pytest.mark.parametrize(
    ("service", "items", "expected"),
    [
        ("aa", EXPLICIT_ITEMS, ("per_capita_month", *PROPERTY_TESTS)),
        ("af", EXPLICIT_ITEMS, ("per_capita_month", *PROPERTY_TESTS)),
        (
            "ab",
            ("MZ01", "MZ02", "RS01", "RS02", "CL01"),
            ("per_capita_month", "labour_capacity", "capable_obligors"),
        ),
        ("ab", ("MZ01", "CL01"), ("labour_capacity", "capable_obligors")),
        ("ac", ("MZ01", "GA01"), ()),
        ("ad", ("MZ01", "RS04", "GA01", "YB01"), ()),
        ("ae", ("MZ01", "JY01", "JY02"), ()),
        ("ag", ("MZ01", "RS01", "RS03"), ()),
        ("ah", ("RS01", "RS02", "RS03", "JR01"), ("per_capita_month", "financial_assets_per_capita")),
        ("ah", ("GA02",), ("vehicles",)),
        ("zz", ("GT02", "SC01"), ("dwellings", "nonresidential", "dwelling_area_per_capita", "entities")),
    ],
)
@pytest.mark.clause("M 6.3 a")
def test_a_service_calls_only_for_the_tests_it_asked_items_for(
    service: str, items: tuple[str, ...], expected: tuple[str, ...]
):
    result = evaluated(service=service, items=items)

    called = {test.code for test in result.tests if test.outcome is Outcome.UNDETERMINED}
    assert codes(result) == expected
    assert not called - {"labour_capacity", "capable_obligors"}


@pytest.mark.parametrize("service", ["aa", "af"])
def test_a_service_of_the_whole_list_is_undetermined_when_nothing_came_back(service: str):
    result = evaluate(a_commission(service=service), Findings(()), some_parameters(), TODAY)

    assert {test.outcome for test in result.tests} == {Outcome.UNDETERMINED}
    assert result.band is Band.UNDETERMINED


def test_an_implied_item_counts_only_when_it_was_asked():
    bonds = an_answer("p1", "JR05", status=MatchStatus.ERROR)

    assert outcome(evaluated(), "financial_assets_per_capita") is Outcome.WITHIN
    assert outcome(evaluated(bonds), "financial_assets_per_capita") is Outcome.UNDETERMINED


HARDSHIP_ITEMS = ("MZ01", "MZ02", "MZ03", "GA01", "RS01", "RS02", "CL01")


def of_age(born_on: date) -> Any:
    return replace(a_household(1), persons=(a_person("p1", 1, born_on),))


@pytest.mark.parametrize(
    ("born_on", "disability", "expected"),
    [
        (date(1966, 11, 21), None, Outcome.WITHIN),
        (date(1966, 11, 22), None, Outcome.EXCEEDS),
        (date(2010, 11, 22), None, Outcome.WITHIN),
        (date(2010, 11, 21), None, Outcome.EXCEEDS),
        (date(1990, 1, 1), ("4", "2"), Outcome.WITHIN),
        (date(1990, 1, 1), ("4", "3"), Outcome.EXCEEDS),
        (date(1990, 1, 1), ("5", "3"), Outcome.WITHIN),
        (date(1990, 1, 1), ("6", "4"), Outcome.EXCEEDS),
        (date(1990, 1, 1), ("1", "1"), Outcome.WITHIN),
        (date(1990, 1, 1), ("1", "2"), Outcome.EXCEEDS),
        (date(1990, 1, 1), ("4", "0"), Outcome.EXCEEDS),
        (date(1990, 1, 1), ("2", "1"), Outcome.EXCEEDS),
        (date(1990, 1, 1), ("4", "II"), Outcome.EXCEEDS),
    ],
)
def test_labour_capacity_follows_age_and_severe_disability(
    born_on: date, disability: tuple[str, str] | None, expected: Outcome
):
    records = (
        []
        if disability is None
        else [dict(zip(("disability_type", "disability_level"), disability, strict=True))]
    )

    result = evaluated(
        an_answer("p1", "CL01", *records), household=of_age(born_on), service="ab", items=HARDSHIP_ITEMS
    )

    assert outcome(result, "labour_capacity") is expected


@pytest.mark.parametrize(
    ("until", "expected"),
    [(date(2026, 11, 20), Outcome.EXCEEDS), (date(2026, 11, 21), Outcome.WITHIN)],
)
def test_a_disability_card_counts_to_its_last_day(until: date, expected: Outcome):
    card = {"disability_type": "4", "disability_level": "1", "valid_until": until}

    result = evaluated(an_answer("p1", "CL01", card), service="ab", items=HARDSHIP_ITEMS)

    assert outcome(result, "labour_capacity") is expected


def test_a_silent_disability_register_leaves_the_capacity_undetermined():
    silent = an_answer("p1", "CL01", status=MatchStatus.TIMEOUT)

    result = evaluated(silent, service="ab", items=HARDSHIP_ITEMS)

    assert outcome(result, "labour_capacity") is Outcome.UNDETERMINED


def test_without_a_birth_date_nobody_knows_the_age():
    household = replace(a_household(1), persons=(a_person("p1", id_type="414", id_no="E00000000"),))

    result = evaluated(household=household, service="ab", items=HARDSHIP_ITEMS)

    assert outcome(result, "labour_capacity") is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"household_income_month_fen": 1_010_00}, Outcome.WITHIN),
        ({"household_income_month_fen": 1_010_01}, Outcome.UNDETERMINED),
        ({"household_income_month_fen": None}, Outcome.UNDETERMINED),
        ({"household_income_month_fen": 9_000_00, "excluded_reason": "特困"}, Outcome.WITHIN),
    ],
)
def test_an_obligor_is_held_able_only_by_a_person(changes: dict[str, Any], expected: Outcome):
    household = a_household(1, [a_supporter("s1", **changes)])

    result = evaluated(household=household, service="ab", items=HARDSHIP_ITEMS)

    assert outcome(result, "capable_obligors") is expected


def test_extreme_hardship_never_counts_the_basic_pension():
    pension = {
        "monthly_pension": Decimal(300),
        "basic_pension_part": Decimal(220),
        "pension_scheme": "resident",
        "start_month": "2020-01",
    }

    result = evaluated(
        an_answer("p1", "RS02", pension),
        service="ab",
        items=HARDSHIP_ITEMS,
        limits={"basic_pension_exempt": False},
    )

    assert amount(result, "per_capita_month") == Decimal("80.00")


def test_the_digest_tells_inputs_apart_and_the_version_is_kept():
    household = a_household(1)
    commission = a_commission(household)
    findings = the_findings(household, ("RS01",), an_answer("p1", "RS01", *wages(2600)))
    other = the_findings(household, ("RS01",), an_answer("p1", "RS01", *wages(2601)))
    parameters = some_parameters()

    first = evaluate(commission, findings, parameters, TODAY)

    assert first == evaluate(commission, findings, parameters, TODAY)
    assert len(first.inputs_digest) == 64
    assert first.parameters_version == "2026-urban"
    assert first.inputs_digest != evaluate(commission, other, parameters, TODAY).inputs_digest
    stricter = some_parameters(standard_month=1009)
    assert first.inputs_digest != evaluate(commission, findings, stricter, TODAY).inputs_digest


def test_of_two_answers_the_complete_one_counts():
    household = a_household(1)
    found = an_answer("p1", "RS01", *wages(2600))
    late = an_answer("p1", "RS01", status=MatchStatus.TIMEOUT)
    others = the_findings(household, ("MZ03", "RS02", "RS03", "SC01", "MZ04", "JR04", "JY01"))

    result = evaluate(
        a_commission(household), Findings((found, late, *others.answers)), some_parameters(), TODAY
    )

    assert check(result, "per_capita_month").value == Decimal("2351.00")
