"""The material of a commission against MZ/T 072-2016 附录A, item by item in its order."""

from dataclasses import replace
from datetime import date

import pytest

from engine.domain.commission import Commission
from engine.domain.household import Household, Period
from engine.domain.materials import Examination, find_defects
from tests.builders import (
    RECEIVED_AT,
    UNIT,
    VERIFICATION_UNIT,
    a_commission,
    a_declaration,
    a_declared_income,
    a_household,
    a_letter,
    a_person,
    a_review,
    an_authorisation,
)

DAY = RECEIVED_AT.date()
EXAMINATION = Examination(VERIFICATION_UNIT, UNIT, DAY, frozenset({"aa"}))
LONG_AGO = Period(date(2020, 1, 1), date(2020, 12, 31))
REVERSED = Period(date(2026, 12, 31), date(2026, 1, 1))


def defects(commission: Commission) -> list[tuple[str, str, str]]:
    return [(d.code, d.field, d.clause) for d in find_defects(commission, EXAMINATION)]


def with_letter(**changes: object) -> Commission:
    return a_commission(letter=a_letter(**changes))


def with_authorisation(**changes: object) -> Commission:
    return a_commission(authorisations=(an_authorisation(**changes),))


def with_person(**changes: object) -> Commission:
    household = a_household(members=2)
    head = replace(household.persons[0], **changes)  # type: ignore[arg-type]
    return a_commission(replace(household, persons=(head, *household.persons[1:])))


@pytest.mark.clause("M 6.1 a", "M 6.1 b", "J 3.1")
def test_complete_material_has_no_defect() -> None:
    assert defects(a_commission()) == []


CASES = [
    ("A.1 a", with_person(name=" "), ("name_missing", "household.persons.0.name")),
    ("A.1 a", with_person(id_no=""), ("id_missing", "household.persons.0.id_no")),
    ("A.1 a", with_person(id_no="320402199001011234"), ("id_invalid", "household.persons.0.id_no")),
    ("A.1", a_commission(authorisations=()), ("authorisation_missing", "authorisations")),
    (
        "A.1 b",
        with_authorisation(commissioning_unit="别的单位"),
        ("unit_differs", "authorisations.0.commissioning_unit"),
    ),
    (
        "A.1 b",
        with_authorisation(verification_unit="别的机构"),
        ("unit_differs", "authorisations.0.verification_unit"),
    ),
    ("A.1 c", with_authorisation(scope=()), ("scope_missing", "authorisations.0.scope")),
    ("A.1 c", with_authorisation(evaluation_allowed=False), ("scope_missing", "authorisations.0.scope")),
    ("A.1 d", with_authorisation(valid=LONG_AGO), ("authorisation_expired", "authorisations.0.valid")),
    ("A.1 d", with_authorisation(valid=REVERSED), ("validity_reversed", "authorisations.0.valid")),
    ("A.1 e", with_authorisation(evidence=None), ("confirmation_missing", "authorisations.0.evidence")),
    ("A.2", a_commission(letter=None), ("letter_missing", "letter")),
    ("A.2 a", with_letter(verification_unit=""), ("unit_differs", "letter.verification_unit")),
    ("A.2 b", with_letter(commissioning_unit=""), ("unit_differs", "letter.commissioning_unit")),
    ("A.2 d", with_letter(content=()), ("content_missing", "letter.content")),
    ("A.2 e", with_letter(period=REVERSED), ("period_reversed", "letter.period")),
    ("A.2 e", with_letter(property_as_of=date(2030, 1, 1)), ("period_in_future", "letter.period")),
    ("A.2 f", with_letter(disclaimer_accepted=False), ("disclaimer_missing", "letter.disclaimer_accepted")),
    ("A.2 g", with_letter(valid=LONG_AGO), ("letter_expired", "letter.valid")),
    ("A.2 h", a_commission(materials=()), ("list_missing", "materials")),
    ("A.2 i", with_letter(signature=None), ("signature_missing", "letter.signature")),
    ("A.2 i", with_letter(seal=None), ("seal_missing", "letter.seal")),
    ("A.3 b", a_commission(identity_copies=("p1",)), ("identity_copy_missing", "household.persons.1")),
    ("A.3 c", a_commission(declaration=None), ("declaration_missing", "declaration")),
]


@pytest.mark.clause(
    "M A.1",
    "M A.1 a",
    "M A.1 b",
    "M A.1 c",
    "M A.1 d",
    "M A.1 e",
    "M A.2",
    "M A.2 a",
    "M A.2 b",
    "M A.2 c",
    "M A.2 d",
    "M A.2 e",
    "M A.2 f",
    "M A.2 g",
    "M A.2 h",
    "M A.2 i",
    "M A.3",
    "M A.3 a",
    "M A.3 b",
    "M A.3 c",
)
@pytest.mark.parametrize(
    ("clause", "commission", "defect"), CASES, ids=[f"{c[0]}-{c[2][0]}-{c[2][1]}" for c in CASES]
)
def test_what_annex_a_asks_for_and_is_missing_is_a_defect(
    clause: str, commission: Commission, defect: tuple[str, str]
) -> None:
    assert (*defect, clause) in defects(commission)


@pytest.mark.clause("M 6.1 b")
@pytest.mark.parametrize(
    "reviews",
    [
        (a_review(1), a_review(1)),
        (a_review(1),),
        (a_review(1), a_review(2, passed=False)),
    ],
)
def test_two_reviews_by_two_people_must_have_passed(reviews: tuple[object, ...]) -> None:
    assert defects(a_commission(reviews=reviews)) == [("reviewers_must_differ", "reviews", "6.1 b")]


def test_a_commission_nobody_reviewed_is_left_to_our_own_staff() -> None:
    assert defects(a_commission(reviews=())) == []


@pytest.mark.clause("J 3.1")
def test_a_member_no_authorisation_covers_is_a_defect() -> None:
    household = a_household(members=3)

    found = defects(
        a_commission(household, authorisations=(an_authorisation(household, covers=("p1", "p2")),))
    )

    assert found == [("authorisation_missing", "household.persons.2", "A.1")]


@pytest.mark.clause("M A.1")
def test_an_adult_signs_in_person_unless_a_guardian_is_named() -> None:
    household = a_household(members=2)
    letter = an_authorisation(household, signed_by="p1", guardian_basis=None)

    found = defects(a_commission(household, authorisations=(letter,)))

    assert ("signature_missing", "household.persons.1", "A.1 e") in found


@pytest.mark.parametrize(
    ("commission", "defect"),
    [
        (a_commission(service="zz"), ("service_unknown", "service", "B.1 e")),
        (a_commission(identity_copies=("p1", "p2", "p9")), ("ref_unknown", "identity_copies", "A.1 a")),
        (
            a_commission(declaration=a_declaration(a_declared_income("p9"))),
            ("ref_unknown", "declaration.incomes", "A.1 a"),
        ),
        (
            a_commission(Household("p1", "urban", (a_person("p1"), a_person("p1")))),
            ("ref_repeated", "household.persons", "A.1 a"),
        ),
        (
            a_commission(replace(a_household(), head="p2")),
            ("head_missing", "household.head", "A.1 a"),
        ),
        (
            a_commission(number=f"WT-{a_household().persons[0].id_no}"),
            ("id_in_number", "commission_no", "5.2 b"),
        ),
        (
            with_person(id_no=a_household(members=2).persons[1].id_no),
            ("id_repeated", "household.persons.1.id_no", "A.1 a"),
        ),
    ],
    ids=["service", "identity_copies", "incomes", "repeated_ref", "head", "id_in_number", "repeated_id"],
)
def test_what_does_not_fit_together_is_a_defect(commission: Commission, defect: tuple[str, str, str]) -> None:
    assert defect in defects(commission)
