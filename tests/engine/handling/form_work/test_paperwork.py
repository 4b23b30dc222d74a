"""What is filled in at the desk is the commission afterwards: every field, for any household."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.domain.commission import Authorisation, Commission, Evidence
from engine.domain.household import Household, Person, Role
from engine.domain.materials import Examination, find_defects
from engine.form_definitions import Circumstances
from engine.handling.form_work.answers import Answers
from engine.handling.form_work.checking import FormNotInOrder
from engine.handling.form_work.letter_part import Parties
from engine.handling.form_work.paperwork import commission_of
from tests.builders import (
    MEMBERS,
    NAMES,
    TODAY,
    UNIT,
    VERIFICATION_UNIT,
    a_commission,
    a_declaration,
    a_declared_income,
    a_letter,
    a_person,
    an_authorisation,
)
from tests.engine.form_definitions.sample import FORMS
from tests.engine.handling.form_work.filling import registration
from tests.engine.house import CATALOGUE
from tests.fakes.outside import START

FORM = FORMS["register_submission"]
PARTIES = Parties(VERIFICATION_UNIT, UNIT)
SCANS = {"letter": "1" * 64, "authorisation": "2" * 64, "identity": "3" * 64, "declaration": "4" * 64}
RECEIVED = START
MONEY = st.none() | st.integers(0, 10**9)
COUNTS = st.none() | st.integers(0, 100)


def filled(values: dict[str, Any]) -> Commission:
    """Checked by the form and read. Raises FormNotInOrder."""
    checked = FORM.check(values, Circumstances(TODAY, frozenset(SCANS.values())))
    if checked.problems:
        raise FormNotInOrder(*checked.problems)
    return commission_of(Answers(checked.values), PARTIES, RECEIVED)


def defects(commission: Commission) -> list[str]:
    examination = Examination(VERIFICATION_UNIT, UNIT, TODAY, frozenset(CATALOGUE.services))
    return [defect.code for defect in find_defects(commission, examination)]


def as_on_paper(commission: Commission) -> Commission:
    """Evidence of the scans, one authorisation for each signer: what the desk can know of it."""
    letter, scan = commission.letter, SCANS["letter"]
    assert letter is not None
    signed = replace(letter, signature=Evidence("signature", scan), seal=Evidence("seal", scan))
    return replace(commission, letter=signed, reviews=(), received_at=RECEIVED)


def signed(household: Household, signers: dict[str, tuple[str, str | None]]) -> tuple[Authorisation, ...]:
    covered: dict[tuple[str, str | None], list[str]] = {}
    for ref, signer in signers.items():
        covered.setdefault(signer, []).append(ref)
    return tuple(
        an_authorisation(
            household,
            signed_by=signer,
            guardian_basis=basis,
            covers=tuple(refs),
            evidence=Evidence("fingerprint", SCANS["authorisation"]),
        )
        for (signer, basis), refs in covered.items()
    )


@st.composite
def households(draw: st.DrawFn) -> Household:
    number = draw(st.integers(1, 5))
    members = [
        a_person(f"p{n}", n, born_on, relation=relation, excluded_reason=draw(st.none() | st.just("服刑")))
        for n, (relation, born_on) in enumerate(MEMBERS[:number], 1)
    ]
    refs = [person.ref for person in members]
    supporters = [
        a_person(
            f"p{number + n}",
            number + n,
            relation="20",
            name=f"{NAMES[n]}义",
            role=Role.SUPPORTER,
            supports=tuple(sorted(draw(st.sets(st.sampled_from(refs), min_size=1)))),
            household_size=draw(st.integers(1, 9)),
            household_income_month_fen=draw(MONEY),
            support_by_agreement_month_fen=draw(MONEY),
        )
        for n in range(1, 1 + draw(st.integers(0, 2)))
    ]
    return Household("p1", draw(st.sampled_from(["urban", "rural"])), (*members, *supporters))


@st.composite
def commissions(draw: st.DrawFn) -> Commission:
    household = draw(households())
    refs = [person.ref for person in household.members]
    signers: dict[str, tuple[str, str | None]] = {}
    for ref in refs:
        others = [other for other in refs if other != ref]
        by_guardian = bool(others) and draw(st.booleans())
        guardian = (draw(st.sampled_from(others or refs)), draw(st.sampled_from(["父亲", "指定监护"])))
        signers[ref] = guardian if by_guardian else (ref, None)
    incomes = draw(
        st.lists(
            st.builds(
                a_declared_income,
                person=st.sampled_from(refs),
                yuan=st.integers(0, 99_999),
                category=st.sampled_from(["wage", "business", "property", "transfer"]),
                payer=st.sampled_from(["", "乙商贸有限公司"]),
            ),
            max_size=3,
        )
    )
    figures = {name: draw(MONEY) for name in ("financial_assets_fen", "rigid_expenditure_fen")}
    counts = {name: draw(COUNTS) for name in ("dwellings", "vehicles", "entities")}
    declaration = a_declaration(*incomes, **figures, **counts, serious_illness=draw(st.booleans()))
    return as_on_paper(
        a_commission(
            household,
            copies=draw(st.integers(1, 20)),
            letter=a_letter(content=tuple(draw(st.permutations(("income", "property"))))),
            authorisations=signed(household, signers),
            identity_copies=tuple(refs),
            declaration=draw(st.none() | st.just(declaration)),
        )
    )


@pytest.mark.clause("J 6.2.2.1 Fig 1", "M A.1", "M A.2", "M A.3")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(commissions())
def test_what_is_filled_in_is_the_commission_that_is_registered(commission: Commission) -> None:
    assert filled(registration(commission, SCANS)) == commission


@pytest.fixture
def complete() -> dict[str, Any]:
    return registration(as_on_paper(a_commission()), SCANS)


def test_a_complete_form_has_no_defect(complete: dict[str, Any]) -> None:
    assert defects(filled(complete)) == []


@pytest.mark.clause("M A.1 d", "M A.2 g", "M A.3 c")
@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"has_declaration": False}, ["declaration_missing"]),
        ({"authorisation_valid_end": "2026-11-19"}, ["authorisation_expired"] * 2),
        ({"letter_valid_end": "2026-11-19"}, ["letter_expired"]),
        ({"authorisation_valid_start": "2026-12-01"}, ["authorisation_expired"] * 2),
    ],
)
def test_what_the_papers_lack_is_found_by_the_check_of_annex_a(
    complete: dict[str, Any], changes: dict[str, Any], found: list[str]
) -> None:
    child = {"signed_by": "guardian", "guardian_name": NAMES[0], "guardian_basis": "丈夫，指定监护"}
    complete["members"][1] |= child

    assert defects(filled(complete | changes)) == found


def told(values: dict[str, Any]) -> list[str]:
    """The fields at which something is told."""
    with pytest.raises(FormNotInOrder) as raised:
        filled(values)
    assert all(problem.reason for problem in raised.value.problems)
    return [problem.field for problem in raised.value.problems]


REQUIRED = [
    *("courier_name", "courier_phone", "received_on", "unit_code", "commission_no", "service", "purpose"),
    *("copies", "content", "period_start", "period_end", "property_as_of", "letter_valid_start"),
    *("letter_valid_end", "agent", "letter_signed", "letter_sealed", "disclaimer_accepted", "letter_scan"),
    *("area", "members", "authorisation_no", "scope_authorised", "authorisation_valid_start"),
    *("authorisation_valid_end", "authorisation_confirmed_by", "authorisation_scan", "has_declaration"),
    *("declaration_scan", "materials"),
]


@pytest.mark.clause("M A.1", "M A.2", "M A.3", "M 6.1 c")
@pytest.mark.parametrize("key", REQUIRED)
def test_each_thing_that_is_missing_is_told_at_its_field(complete: dict[str, Any], key: str) -> None:
    del complete[key]

    assert key in told(complete)


@pytest.mark.parametrize(
    "key", ["name", "relation", "id_type", "id_no", "role", "signed_by", "identity_copy"]
)
def test_each_thing_that_is_missing_of_a_member_is_told(complete: dict[str, Any], key: str) -> None:
    del complete["members"][1][key]

    assert f"members.1.{key}" in told(complete)


@pytest.mark.parametrize(
    ("row", "changes", "field"),
    [
        (0, {"relation": "12"}, "members.0.relation"),
        (1, {"relation": "02"}, "members.1.relation"),
        (0, {"role": "supporter", "supports": "钱乙"}, "members.0.role"),
        (
            1,
            {"signed_by": "guardian", "guardian_name": "某某", "guardian_basis": "父"},
            "members.1.guardian_name",
        ),
        (
            1,
            {"signed_by": "guardian", "guardian_name": NAMES[1], "guardian_basis": "本人"},
            "members.1.guardian_name",
        ),
        (1, {"role": "supporter", "supports": "赵甲、某某"}, "members.1.supports"),
    ],
)
def test_people_who_do_not_fit_together_are_told_at_their_row(
    complete: dict[str, Any], row: int, changes: dict[str, Any], field: str
) -> None:
    complete["members"][row] |= changes

    assert told(complete) == [field]


def test_an_income_of_somebody_who_is_no_member_is_told(complete: dict[str, Any]) -> None:
    income = {"category": "wage", "amount_month": "1", "first_month": "2026-05", "last_month": "2026-03"}
    complete["incomes"] = [income | {"person_name": "某某"}]

    assert told(complete) == ["incomes.0.last_month", "incomes.0.person_name"]


def test_a_name_two_people_have_stands_for_nobody(complete: dict[str, Any]) -> None:
    child = complete["members"][1] | {"name": "李丁"}
    complete["members"][1] |= {"name": NAMES[0], "signed_by": "self"}
    complete["members"].append(child)

    assert told(complete) == ["members.2.guardian_name"]


def test_paper_of_an_earlier_day_was_received_that_day(complete: dict[str, Any]) -> None:
    commission = filled(complete | {"received_on": "2026-11-18"})

    assert commission.received_at.isoformat() == "2026-11-18T12:00:00+08:00"


def test_a_person_of_the_form_is_a_person_of_the_household(complete: dict[str, Any]) -> None:
    persons = filled(complete).household.persons

    assert [type(person) for person in persons] == [Person, Person]
    assert {person.ref for person in persons}.isdisjoint({person.id_no for person in persons})
