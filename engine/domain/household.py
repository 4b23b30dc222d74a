"""The household under verification (核对对象): its members and those who owe them support."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

HEAD_RELATIONS = ("01", "02")  # GB/T 4761 本人, 户主


class Role(StrEnum):
    MEMBER = "member"
    SUPPORTER = "supporter"  # 法定赡养、抚养、扶养义务人 outside the household


@dataclass(frozen=True)
class Person:
    """One person of a commission. `ref` is unique inside the commission and carries no personal data."""

    ref: str
    name: str = field(repr=False)
    id_type: str  # code list id_type, "111" = resident identity card
    id_no: str = field(repr=False)
    relation: str  # GB/T 4761, to the head
    role: Role = Role.MEMBER
    supports: tuple[str, ...] = ()  # refs of the members a supporter owes support
    support_by_agreement_month_fen: int | None = None  # agreement or judgment, per month
    household_size: int = 1  # of the supporter's own household
    household_income_month_fen: int | None = None  # of the supporter's own household, as declared
    excluded_reason: str | None = None  # R1: clergy, prison, missing ...


@dataclass(frozen=True)
class Household:
    """Members and supporters; `head` is the ref of the head of household (户主)."""

    head: str
    area: str  # "urban" | "rural"
    persons: tuple[Person, ...]

    @property
    def members(self) -> tuple[Person, ...]:
        return tuple(person for person in self.persons if person.role is Role.MEMBER)

    @property
    def supporters(self) -> tuple[Person, ...]:
        return tuple(person for person in self.persons if person.role is Role.SUPPORTER)

    def person(self, ref: str) -> Person:
        return next(person for person in self.persons if person.ref == ref)


@dataclass(frozen=True)
class Period:
    """First and last day, both included."""

    start: date
    end: date

    def covers(self, day: date) -> bool:
        return self.start <= day <= self.end
