"""What the marriage register and the courts say about a person: married to whom, divorced, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from engine.domain.evaluation.fact import Fact
from engine.domain.household import Person
from engine.domain.identity import normalise_resident_id

DISSOLVED = ("divorce", "annulment")


@dataclass(frozen=True)
class MaritalState:
    """`spouse_name` and `spouse_id_no` are empty unless married."""

    is_married: bool = False
    is_divorced: bool = False
    spouse_name: str = ""
    spouse_id_no: str = ""


def marital_state(register: Iterable[Fact], judgments: Iterable[Fact], person: Person) -> MaritalState:
    """By the latest event, an undated one being the oldest; a court may dissolve what is registered."""
    events = sorted(register, key=lambda fact: (_day(fact, "registration_date"), _is_dissolving(fact)))
    if not events:
        return MaritalState()
    latest = events[-1]
    if _is_dissolving(latest):
        return MaritalState(is_divorced=True)
    name, id_no = _other_party(latest, person)
    since = _day(latest, "registration_date")
    if any(
        _day(judgment, "effective_date") >= since and _is_about(judgment, name, id_no)
        for judgment in judgments
    ):
        return MaritalState(is_divorced=True)
    return MaritalState(is_married=True, spouse_name=name, spouse_id_no=id_no)


def _is_dissolving(fact: Fact) -> bool:
    return fact.text("registration_type") in DISSOLVED


def _day(fact: Fact, name: str) -> date:
    return fact.day(name) or date.min


def _other_party(fact: Fact, person: Person) -> tuple[str, str]:
    husband = fact.text("husband_name"), fact.id_no("husband_id_no")
    wife = fact.text("wife_name"), fact.id_no("wife_id_no")
    own = normalise_resident_id(person.id_no)
    is_husband = husband[1] == own if husband[1] else husband[0] == person.name
    return wife if is_husband else husband


def _is_about(judgment: Fact, name: str, id_no: str) -> bool:
    other = judgment.id_no("other_party_id_no")
    if other and id_no:
        return other == id_no
    return judgment.text("other_party_name") in ("", name)
