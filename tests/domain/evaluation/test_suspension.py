"""The situations of MZ/T 072-2016 6.3 b): each with code, person, items and evidence."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from engine.domain.commission import Commission
from engine.domain.findings import Findings, ItemAnswer, MatchStatus
from engine.domain.household import Period
from engine.domain.suspension import Situation, situations
from tests.builders import (
    SHANGHAI,
    TODAY,
    a_commission,
    a_declaration,
    a_household,
    a_letter,
    a_supporter,
    an_answer,
    an_authorisation,
    an_id_no,
)

HOUSEHOLD = a_household(2)
HEAD, WIFE = HOUSEHOLD.persons
OUTSIDER = an_id_no(222, date(1988, 5, 6))
WEDDING = {
    "husband_name": HEAD.name,
    "husband_id_no": HEAD.id_no,
    "wife_name": "何某",
    "wife_id_no": OUTSIDER,
    "registration_type": "marriage",
    "registration_date": date(2010, 5, 20),
}


def found(*answers: ItemAnswer, commission: Commission | None = None) -> tuple[Situation, ...]:
    return situations(commission or a_commission(HOUSEHOLD), Findings(answers), TODAY)


def seen(*answers: ItemAnswer, commission: Commission | None = None) -> list[tuple[str, str | None, str]]:
    return [(s.code, s.person, s.evidence) for s in found(*answers, commission=commission)]


def register(**changes: Any) -> dict[str, Any]:
    return {"name": HEAD.name, "id_no": HEAD.id_no, "household_no": "H1", "relation_to_head": "02", **changes}


def test_a_plain_household_is_in_no_situation():
    assert found(an_answer("p1", "GA01", register())) == ()


@pytest.mark.clause("M 6.3 b", "M 6.3 note")
@pytest.mark.parametrize("status", [MatchStatus.IDENTITY_MISMATCH, MatchStatus.MULTIPLE])
def test_public_security_does_not_know_the_name_and_number(status: MatchStatus):
    situation = Situation("identity_mismatch", "p1", ("GA01",), status.value)

    assert found(an_answer("p1", "GA01", status=status)) == (situation,)


@pytest.mark.parametrize(
    ("change", "evidence"),
    [({"name": "赵申"}, "name_differs"), ({"id_no": OUTSIDER}, "id_no_differs")],
)
def test_the_register_shows_another_name_or_number(change: dict[str, Any], evidence: str):
    assert seen(an_answer("p1", "GA01", register(**change))) == [("identity_mismatch", "p1", evidence)]


@pytest.mark.parametrize("name", ["赵 甲", "赵甲 ", ""])
def test_spaces_in_a_name_are_no_mismatch(name: str):
    assert seen(an_answer("p1", "GA01", register(name=name))) == []


def test_a_number_of_15_digits_is_the_same_persons():
    short = HEAD.id_no[:6] + HEAD.id_no[8:17]
    wife = WIFE.id_no[:6] + WIFE.id_no[8:17]

    assert seen(an_answer("p1", "GA01", register(id_no=short))) == []
    assert seen(an_answer("p1", "MZ02", wedding(husband_id_no=short, wife_id_no=wife))) == []


def test_another_departments_mismatch_is_a_source_to_ask_again():
    answer = an_answer("p1", "JR01", status=MatchStatus.IDENTITY_MISMATCH)

    assert found(answer) == (Situation("source_unavailable", None, ("JR01",), "JR"),)


def test_nobody_else_is_blamed_for_a_wrong_identity():
    answers = [
        an_answer("p1", "GA01", status=MatchStatus.IDENTITY_MISMATCH),
        an_answer("p1", "RS01", status=MatchStatus.IDENTITY_MISMATCH),
        an_answer("p1", "JR01", status=MatchStatus.TIMEOUT),
    ]

    assert [(s.code, s.evidence) for s in found(*answers)] == [
        ("identity_mismatch", "identity_mismatch"),
        ("source_unavailable", "JR"),
    ]


def test_a_register_of_the_whole_household_is_no_mismatch():
    rows = [register(), register(name=WIFE.name, id_no=WIFE.id_no, relation_to_head="12")]

    assert seen(an_answer("p1", "GA01", *rows)) == []


@pytest.mark.clause("M 6.3 b")
def test_a_spouse_who_is_not_in_the_papers_is_a_situation():
    assert seen(an_answer("p1", "MZ02", WEDDING)) == [("undeclared_family_member", "p1", "spouse")]


def wedding(**changes: Any) -> dict[str, Any]:
    return {**WEDDING, **changes}


@pytest.mark.parametrize(
    "events",
    [
        [WEDDING, wedding(registration_type="divorce", registration_date=date(2015, 1, 1))],
        [WEDDING, wedding(registration_type="annulment", registration_date=date(2015, 1, 1))],
        [wedding(wife_name=WIFE.name, wife_id_no=WIFE.id_no)],
        [wedding(wife_name=WIFE.name, wife_id_no=None)],
        [wedding(wife_name=None, wife_id_no=None)],
        [wedding(registration_date=None), wedding(registration_type="divorce")],
    ],
)
def test_a_marriage_that_ended_or_is_in_the_papers_is_none(events: list[dict[str, Any]]):
    assert seen(an_answer("p1", "MZ02", *events)) == []


def test_a_register_without_numbers_goes_by_names():
    by_name = wedding(husband_id_no=None, wife_id_no=None, wife_name=WIFE.name)
    strange = wedding(husband_id_no=None, wife_id_no=None)

    assert seen(an_answer("p1", "MZ02", by_name), an_answer("p2", "MZ02", by_name)) == []
    assert seen(an_answer("p1", "MZ02", strange)) == [("undeclared_family_member", "p1", "spouse")]


def test_a_later_marriage_counts_after_a_divorce():
    events = [
        WEDDING,
        wedding(registration_type="divorce", registration_date=date(2015, 1, 1)),
        wedding(wife_name="吕某", wife_id_no=None, registration_date=date(2018, 1, 1)),
    ]

    assert seen(an_answer("p1", "MZ02", *events)) == [("undeclared_family_member", "p1", "spouse")]


@pytest.mark.parametrize(
    ("judgment", "divorced"),
    [
        ({"effective_date": date(2016, 1, 1), "other_party_id_no": OUTSIDER}, True),
        ({"effective_date": date(2016, 1, 1), "other_party_name": "何某"}, True),
        ({"effective_date": date(2010, 5, 20), "other_party_id_no": OUTSIDER}, True),
        ({"effective_date": date(2009, 1, 1), "other_party_id_no": OUTSIDER}, False),
        ({"effective_date": date(2016, 1, 1), "other_party_id_no": WIFE.id_no}, False),
        ({"effective_date": date(2016, 1, 1), "other_party_name": "吕某"}, False),
    ],
)
def test_a_court_may_have_ended_the_marriage(judgment: dict[str, Any], divorced: bool):
    answers = [an_answer("p1", "MZ02", WEDDING), an_answer("p1", "FY01", judgment)]

    assert (seen(*answers) == []) is divorced


def test_the_spouse_of_a_widowed_person_is_not_missing():
    widowed = an_answer("p1", "GA01", register(marital_status="30"))

    assert seen(an_answer("p1", "MZ02", WEDDING), widowed) == []


def test_the_spouse_of_a_supporter_or_of_an_excluded_member_is_not_asked_for():
    supporter = a_supporter("s1")
    household = a_household(1, [supporter])
    head = replace(household.persons[0], excluded_reason="imprisoned")
    household = replace(household, persons=(head, supporter))
    of_supporter = wedding(husband_name=supporter.name, husband_id_no=supporter.id_no)

    answers = [an_answer("s1", "MZ02", of_supporter), an_answer("p1", "MZ02", WEDDING)]

    assert seen(*answers, commission=a_commission(household)) == []


CHILD = {
    "name": "赵小",
    "id_no": an_id_no(100, date(2015, 3, 4)),
    "household_no": "H1",
    "relation_to_head": "20",
}


@pytest.mark.clause("M 6.3 b")
def test_a_minor_child_of_the_same_register_who_is_not_in_the_papers_is_a_situation():
    answer = an_answer("p1", "GA01", register(), CHILD)

    assert found(answer) == (Situation("undeclared_family_member", "p1", ("GA01",), "minor_child"),)


@pytest.mark.parametrize(
    "change",
    [
        {"id_no": an_id_no(100, date(2008, 11, 21))},
        {"id_no": "320402201509010000"},
        {"household_no": "H2"},
        {"household_no": None},
        {"relation_to_head": "43"},
        {"relation_to_head": "38"},
        {"relation_to_head": None},
        {"cancelled": True},
        {"id_no": WIFE.id_no, "name": WIFE.name},
    ],
)
def test_others_in_the_register_are_no_undeclared_children(change: dict[str, Any]):
    assert seen(an_answer("p1", "GA01", register(), {**CHILD, **change})) == []


@pytest.mark.clause("M 6.3 b", "M A.1 d")
@pytest.mark.parametrize(
    ("change", "evidence"),
    [
        ({"covers": ("p1",)}, "missing"),
        ({"evidence": None}, "missing"),
        ({"evaluation_allowed": False}, "missing"),
        ({"valid": Period(date(2026, 1, 1), date(2026, 11, 20))}, "expired"),
        ({"scope": ("RS02",)}, "out_of_scope"),
    ],
)
def test_a_member_without_a_valid_authorisation_is_a_situation(change: dict[str, Any], evidence: str):
    letter = an_authorisation(HOUSEHOLD, **change)
    commission = a_commission(HOUSEHOLD, authorisations=(letter,))

    result = seen(an_answer("p2", "RS01"), commission=commission)

    assert ("authorisation_invalid", "p2", evidence) in result


def test_an_authorisation_must_last_until_the_queries_end():
    letter = an_authorisation(HOUSEHOLD, valid=Period(date(2026, 11, 1), date(2026, 11, 22)))
    commission = a_commission(HOUSEHOLD, authorisations=(letter,))
    late = datetime(2026, 11, 23, 0, 30, tzinfo=SHANGHAI)

    in_time = seen(an_answer("p1", "RS01"), commission=commission)
    too_late = seen(an_answer("p1", "RS01", answered_at=late), commission=commission)

    assert in_time == []
    assert too_late == [("authorisation_invalid", "p1", "expired")]


def test_two_authorisations_may_follow_each_other():
    first = an_authorisation(HOUSEHOLD, valid=Period(date(2026, 11, 1), date(2026, 11, 21)), scope=("RS01",))
    second = an_authorisation(HOUSEHOLD, valid=Period(date(2026, 11, 22), date(2026, 12, 21)))
    commission = a_commission(HOUSEHOLD, authorisations=(first, second))
    late = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)

    assert (
        seen(an_answer("p1", "RS01"), an_answer("p1", "RS02", answered_at=late), commission=commission) == []
    )


@pytest.mark.clause("M 6.3 b")
def test_a_member_who_died_is_a_situation():
    funeral = {"name": WIFE.name, "id_no": WIFE.id_no, "death_date": date(2026, 9, 15)}

    assert seen(an_answer("p2", "MZ03", funeral)) == [("member_deceased", "p2", "funeral_record")]


def test_a_cancelled_registration_is_a_situation_too():
    answer = an_answer("p1", "GA01", register(cancelled=True))

    assert seen(answer) == [("member_deceased", "p1", "registration_cancelled")]


@pytest.mark.clause("M 6.3 note")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"declaration": None}, ["declaration"]),
        ({"declaration": a_declaration(dwellings=None, entities=None)}, ["dwellings entities"]),
        ({"declaration": a_declaration(dwellings=None), "service": "ad"}, []),
        ({"declaration": a_declaration(dwellings=None), "letter": a_letter(content=("income",))}, []),
        ({"declaration": a_declaration(dwellings=None), "letter": None}, []),
        ({"declaration": a_declaration(rigid_expenditure_fen=None)}, []),
    ],
)
def test_a_declaration_without_a_mandatory_part_is_a_situation(changes: dict[str, Any], expected: list[str]):
    result = seen(commission=a_commission(HOUSEHOLD, **changes))

    assert result == [("declaration_incomplete", None, evidence) for evidence in expected]


def test_a_silent_source_is_named_once_and_blames_nobody():
    answers = [
        an_answer("p1", "JR02", status=MatchStatus.TIMEOUT),
        an_answer("p2", "JR01", status=MatchStatus.ERROR),
        an_answer("p1", "RS01", status=MatchStatus.PARTIAL),
    ]

    assert found(*answers) == (
        Situation("source_unavailable", None, ("JR01", "JR02"), "JR"),
        Situation("source_unavailable", None, ("RS01",), "RS"),
    )


def test_situations_come_in_the_order_of_the_list():
    answers = [
        an_answer("p2", "JR01", status=MatchStatus.ERROR),
        an_answer("p2", "MZ03", {"id_no": WIFE.id_no}),
        an_answer("p1", "MZ02", WEDDING),
        an_answer("p1", "GA01", status=MatchStatus.MULTIPLE),
    ]

    result = found(*answers, commission=a_commission(HOUSEHOLD, declaration=None, authorisations=()))

    assert [s.code for s in result] == [
        "identity_mismatch",
        "undeclared_family_member",
        "authorisation_invalid",
        "authorisation_invalid",
        "member_deceased",
        "declaration_incomplete",
        "source_unavailable",
    ]
