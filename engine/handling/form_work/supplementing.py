"""Mended and supplementary material (补正、补充材料): the commission as it is after what has been brought."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.domain.commission import Authorisation, Commission, Declaration, Material
from engine.domain.household import Household, Person
from engine.form_definitions import FieldProblem
from engine.handling.form_work.answers import Answers
from engine.handling.form_work.checking import FormNotInOrder
from engine.handling.form_work.letter_part import (
    Parties,
    authorisations_of,
    declaration_of,
    letter_of,
    materials_of,
)
from engine.handling.form_work.people_part import Problems, Roster, Signing, signing

NOTHING_MENDED = "没有与原材料不同的内容：请填写更正的人员，或者勾选重新出具的材料"


def mended(commission: Commission, answers: Answers, parties: Parties, now: datetime) -> Commission:
    """The next revision. Raises FormNotInOrder: a person who is not there, or nothing that differs."""
    problems: list[FieldProblem] = []
    household = _household(commission.household, answers, problems)
    roster = Roster(household, _refs(household))
    revision = replace(
        commission,
        household=household,
        letter=letter_of(answers, parties) if answers.flag("new_letter") else commission.letter,
        authorisations=_authorisations(commission, answers, parties, roster, problems),
        declaration=_declaration(commission, answers, roster, problems),
        identity_copies=_identity_copies(commission, answers),
        materials=_materials(commission.materials, answers),
    )
    if revision == commission and not problems:
        problems.append(FieldProblem("nothing_mended", "materials", NOTHING_MENDED))
    if problems:
        raise FormNotInOrder(*problems)
    return replace(revision, received_at=answers.moment("received_on", now))


def _refs(household: Household) -> Mapping[str, str]:
    names = [person.name for person in household.persons]
    return {person.name: person.ref for person in household.persons if names.count(person.name) == 1}


def _rows(commission_people: tuple[Person, ...], answers: Answers) -> dict[str, tuple[int, Answers]]:
    """By the ref of the person each row is about; the row's number on the page beside it."""
    found: dict[str, tuple[int, Answers]] = {}
    for number, row in enumerate(answers.rows("people")):
        place = row.whole("number") or 0
        if 0 < place <= len(commission_people):
            found[commission_people[place - 1].ref] = (number, row)
    return found


def _household(household: Household, answers: Answers, problems: Problems) -> Household:
    places = [row.whole("number") or 0 for row in answers.rows("people")]
    for number, place in enumerate(places):
        if place > len(household.persons) or place in places[:number]:
            reason = "应当是家庭成员的序号，每人填写一次"
            problems.append(FieldProblem("person_unknown", f"people.{number}.number", reason))
    rows = _rows(household.persons, answers)
    persons = (
        _corrected(person, rows[person.ref][1]) if person.ref in rows else person
        for person in household.persons
    )
    return replace(household, persons=tuple(persons))


def _corrected(person: Person, row: Answers) -> Person:
    return replace(
        person,
        name=row.text("name") or person.name,
        id_type=row.text("id_type") or person.id_type,
        id_no=row.text("id_no").upper() or person.id_no,
    )


def _authorisations(
    commission: Commission, answers: Answers, parties: Parties, roster: Roster, problems: Problems
) -> tuple[Authorisation, ...]:
    """A new paper takes the place of all before. Who signs it is as it was, unless a row says otherwise."""
    signings = _signings(commission, answers, roster, problems)
    if answers.flag("new_authorisation"):
        return authorisations_of(answers, parties, signings)
    signed_anew = [number for number, row in enumerate(answers.rows("people")) if row.text("signed_by")]
    for number in signed_anew:
        reason = "重新签署的，应当同时勾选“重新出具了核对授权书”并填写"
        problems.append(FieldProblem("authorisation_needed", f"people.{number}.signed_by", reason))
    return commission.authorisations


def _signings(commission: Commission, answers: Answers, roster: Roster, problems: Problems) -> list[Signing]:
    rows = _rows(commission.household.persons, answers)
    found: list[Signing] = []
    for person in roster.household.members:
        number, row = rows.get(person.ref, (0, Answers({})))
        if row.text("signed_by"):
            found.append(signing(row, person.ref, roster, f"people.{number}", problems))
        else:
            found.append(_signed_before(commission, person.ref))
    return found


def _signed_before(commission: Commission, ref: str) -> Signing:
    covering = [letter for letter in commission.authorisations if ref in letter.covers]
    own = next((letter for letter in covering if letter.signed_by == ref), None)
    if own is not None or not covering:
        return Signing(ref, ref)
    return Signing(ref, covering[0].signed_by, covering[0].guardian_basis)


def _declaration(
    commission: Commission, answers: Answers, roster: Roster, problems: Problems
) -> Declaration | None:
    if answers.flag("new_declaration"):
        return declaration_of(answers, roster, problems)
    return commission.declaration


def _identity_copies(commission: Commission, answers: Answers) -> tuple[str, ...]:
    rows = _rows(commission.household.persons, answers)
    brought = {ref for ref, (_, row) in rows.items() if row.texts("identity_copy")}
    known = {*commission.identity_copies, *brought}
    listed = [person.ref for person in commission.household.persons if person.ref in known]
    return commission.identity_copies if not brought else tuple(listed)


def _materials(listed: tuple[Material, ...], answers: Answers) -> tuple[Material, ...]:
    """What was listed before, in its place; one brought again with the number of copies it has now."""
    brought = {material.name: material for material in materials_of(answers)}
    kept = tuple(brought.pop(material.name, material) for material in listed)
    return kept + tuple(brought.values())
