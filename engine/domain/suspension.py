"""The situations in which a verification may be suspended (中止), MZ/T 072-2016 6.3 b): facts, not decisions.

The decision table `suspension` says what follows from each code.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.domain.commission import Authorisation, Commission
from engine.domain.evaluation.canonical import arrange
from engine.domain.evaluation.case import FULL_SERVICES, is_deceased
from engine.domain.evaluation.fact import Fact, facts_of
from engine.domain.evaluation.marriage import marital_state
from engine.domain.findings import Findings, ItemAnswer, MatchStatus
from engine.domain.household import Person
from engine.domain.identity import normalise_resident_id, parse_resident_id
from engine.domain.report_number import SHANGHAI

ADULT_AGE = 18
WIDOWED = "30"
CHILDREN = ("2", "3")  # GB/T 4761: 2x son, 3x daughter, to the head
CHILDREN_IN_LAW = ("28", "38")
UNSURE = (MatchStatus.IDENTITY_MISMATCH, MatchStatus.MULTIPLE)


@dataclass(frozen=True)
class Situation:
    """`evidence` is a short code of what was seen; names and numbers stay in the findings."""

    code: str
    person: str | None
    items: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class _Papers:
    commission: Commission
    findings: Findings
    today: date

    def facts(self, person: Person, item: str) -> tuple[Fact, ...]:
        answer = self.findings.answer(person.ref, item)
        return () if answer is None else tuple(facts_of(answer))

    def registration(self, person: Person) -> tuple[Fact, ...]:
        """The person's own rows: a household register may list everybody of the same 户."""
        return tuple(fact for fact in self.facts(person, "GA01") if _id(fact) in ("", _own_id(person)))


def situations(commission: Commission, findings: Findings, today: date) -> tuple[Situation, ...]:
    """In the order of the list the commissioning unit agrees to; empty when nothing stands in the way."""
    papers = _Papers(commission, arrange(findings), today)
    return tuple(situation for find in FINDERS for situation in find(papers))


def _identity_mismatch(papers: _Papers) -> Iterator[Situation]:
    """At public security. Another department's mismatch is an answer to ask again, not a wrong identity."""
    for person in papers.commission.household.persons:
        answer = papers.findings.answer(person.ref, "GA01")
        if answer is not None and answer.status in UNSURE:
            yield Situation("identity_mismatch", person.ref, ("GA01",), answer.status.value)
            continue
        own, all_rows = papers.registration(person), papers.facts(person, "GA01")
        if all_rows and not own:
            yield Situation("identity_mismatch", person.ref, ("GA01",), "id_no_differs")
        elif any(fact.text("name") and not _same_name(fact.text("name"), person.name) for fact in own):
            yield Situation("identity_mismatch", person.ref, ("GA01",), "name_differs")


def _undeclared_family(papers: _Papers) -> Iterator[Situation]:
    for person in papers.commission.household.members:
        if _has_undeclared_spouse(papers, person):
            yield Situation("undeclared_family_member", person.ref, ("MZ02",), "spouse")
    if _undeclared_children(papers):
        head = papers.commission.household.head
        yield Situation("undeclared_family_member", head, ("GA01",), "minor_child")


def _has_undeclared_spouse(papers: _Papers, person: Person) -> bool:
    if person.excluded_reason:
        return False
    state = marital_state(papers.facts(person, "MZ02"), papers.facts(person, "FY01"), person)
    is_widowed = any(fact.text("marital_status") == WIDOWED for fact in papers.registration(person))
    if not state.is_married or is_widowed or not (state.spouse_name or state.spouse_id_no):
        return False
    return not _is_named(papers, state.spouse_name, state.spouse_id_no)


def _undeclared_children(papers: _Papers) -> set[str]:
    """Minor children in the same 户 as a member, by the register of the whole 户."""
    members = papers.commission.household.members
    rows = [fact for person in members for fact in papers.facts(person, "GA01")]
    registers = {fact.text("household_no") for p in members for fact in papers.registration(p)} - {""}
    return {
        _id(fact)
        for fact in rows
        if fact.text("household_no") in registers
        and _is_minor_child(papers, fact)
        and not _is_named(papers, fact.text("name"), _id(fact))
    }


def _is_minor_child(papers: _Papers, fact: Fact) -> bool:
    relation = fact.text("relation_to_head")
    identity = parse_resident_id(_id(fact), papers.today)
    is_child = relation[:1] in CHILDREN and relation not in CHILDREN_IN_LAW
    is_living = fact.flag("cancelled") is not True
    return is_child and is_living and identity is not None and identity.age_on(papers.today) < ADULT_AGE


def _is_named(papers: _Papers, name: str, id_no: str) -> bool:
    """By number when both have one: two people may share a name."""
    persons = papers.commission.household.persons
    if id_no:
        return any(_own_id(person) == id_no for person in persons)
    return any(_same_name(person.name, name) for person in persons)


def _authorisation_invalid(papers: _Papers) -> Iterator[Situation]:
    for person in papers.commission.household.members:
        evidence = "" if person.excluded_reason else _authorisation_defect(papers, person)
        if evidence:
            yield Situation("authorisation_invalid", person.ref, (), evidence)


def _authorisation_defect(papers: _Papers, person: Person) -> str:
    """Every query day and item of the person must be covered; the queries may outlast the authorisation."""
    letters = [letter for letter in papers.commission.authorisations if _is_effective(letter, person)]
    if not letters:
        return "missing"
    answers = [answer for answer in papers.findings.answers if answer.person == person.ref]
    days = {answer.answered_at.astimezone(SHANGHAI).date() for answer in answers} or {papers.today}
    if any(not any(letter.valid.covers(day) for letter in letters) for day in days):
        return "expired"
    return "" if all(_is_in_scope(letters, answer) for answer in answers) else "out_of_scope"


def _is_effective(letter: Authorisation, person: Person) -> bool:
    return person.ref in letter.covers and letter.evaluation_allowed and letter.evidence is not None


def _is_in_scope(letters: Iterable[Authorisation], answer: ItemAnswer) -> bool:
    return any("*" in letter.scope or answer.item in letter.scope for letter in letters)


def _member_deceased(papers: _Papers) -> Iterator[Situation]:
    for person in papers.commission.household.members:
        if is_deceased(person, papers.facts(person, "MZ03")):
            yield Situation("member_deceased", person.ref, ("MZ03",), "funeral_record")
        elif any(fact.flag("cancelled") for fact in papers.registration(person)):
            yield Situation("member_deceased", person.ref, ("GA01",), "registration_cancelled")


def _declaration_incomplete(papers: _Papers) -> Iterator[Situation]:
    """The parts about property belong to the services that examine property."""
    commission = papers.commission
    declaration, letter = commission.declaration, commission.letter
    if declaration is None:
        yield Situation("declaration_incomplete", None, (), "declaration")
        return
    asks_property = (
        commission.service in FULL_SERVICES and letter is not None and "property" in letter.content
    )
    parts = {
        "financial_assets": declaration.financial_assets_fen,
        "dwellings": declaration.dwellings,
        "vehicles": declaration.vehicles,
        "entities": declaration.entities,
    }
    missing = [name for name, value in parts.items() if value is None]
    if asks_property and missing:
        yield Situation("declaration_incomplete", None, (), " ".join(missing))


def _source_unavailable(papers: _Papers) -> Iterator[Situation]:
    """One for each source; it never counts against the applicant.

    Of somebody public security does not know by this name and number nobody else can know anything either.
    """
    unknown = {situation.person for situation in _identity_mismatch(papers)}
    silent: dict[str, set[str]] = {}
    for answer in papers.findings.incomplete():
        if answer.person not in unknown or answer.status not in UNSURE:
            silent.setdefault(answer.source, set()).add(answer.item)
    for source, items in sorted(silent.items()):
        yield Situation("source_unavailable", None, tuple(sorted(items)), source)


def _id(fact: Fact) -> str:
    return fact.id_no() or fact.id_no("resident_id_no")


def _own_id(person: Person) -> str:
    return normalise_resident_id(person.id_no)


def _same_name(left: str, right: str) -> bool:
    """Registers differ in width, spaces and in the dot of a long name."""
    return _plain_name(left) == _plain_name(right)


def _plain_name(name: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKC", name) if not c.isspace() and c not in "·•・‧."
    ).upper()


FINDERS = (
    _identity_mismatch,
    _undeclared_family,
    _authorisation_invalid,
    _member_deceased,
    _declaration_incomplete,
    _source_unavailable,
)
