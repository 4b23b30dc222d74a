"""Makes the household of a number: names, identity numbers, marriages, homes; the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from web.sandbox.families import DIVORCED, MARRIED, Kin, Shape, draw_shape, make_family
from web.sandbox.means import endow, make_dwelling
from web.sandbox.numbers import VARIANTS, identity_number
from web.sandbox.people import Dwelling, Marriage, Quirk, Resident, SandboxHousehold
from web.sandbox.specials import special_of
from web.sandbox.words import (
    ESTATES,
    ETHNIC_GROUPS,
    GIVEN_FEMALE,
    GIVEN_MALE,
    STREETS,
    SURNAMES,
    VILLAGES,
)

IRREGULARITIES = (
    Quirk.UNDERSTATED_WAGE,
    Quirk.UNDERSTATED_WAGE,
    Quirk.UNDECLARED_SPOUSE,
    Quirk.WRONG_IDENTITY,
    Quirk.MISSING_AUTHORISATION,
    Quirk.DECEASED_MEMBER,
)
DISTRICTS = {"320402": "样例市天宁区", "320411": "样例市新北区"}


def settle(seed: str, number: int, irregular_percent: int) -> SandboxHousehold:
    rng = random.Random(f"{seed}:{number}")  # noqa: S311 - invented people, not keys
    special = special_of(number)
    if special is not None:
        household = _settle(rng, number, special.shape, special.area, special.names)
        return _with_quirk(special.touch(rng, household), special.quirk)
    area = "rural" if rng.random() < 0.25 else "urban"
    household = _settle(rng, number, draw_shape(rng), area, ())
    is_irregular = rng.randrange(100) < irregular_percent
    return _with_quirk(household, rng.choice(IRREGULARITIES) if is_irregular else Quirk.NONE)


def _settle(
    rng: random.Random, number: int, shape: Shape, area: str, names: Sequence[str]
) -> SandboxHousehold:
    family = make_family(rng, shape)
    people = _married(number, family, _named(rng, number, family, names))
    address = _address(rng, people[0], area)
    household = SandboxHousehold(
        number=number,
        area=area,
        address=address,
        residents=tuple(endow(rng, person, kin, number) for person, kin in zip(people, family, strict=True)),
        dwellings=_dwellings(rng, number, people, address),
        quirk=Quirk.NONE,
    )
    if area == "rural":  # the land is let to a farm; the subsidy stays
        household = replace(household, farmland=0, farm_subsidy=rng.randrange(9_600, 60_000, 1_200))
    return household


def _named(rng: random.Random, number: int, family: Sequence[Kin], names: Sequence[str]) -> list[Resident]:
    own_surname = rng.choice(SURNAMES)
    ethnic_group = rng.choice(ETHNIC_GROUPS)
    taken: set[str] = set()
    people = []
    for place, kin in enumerate(family):
        id_no = _free_number(number, kin, taken)
        is_married_in = kin.relation in ("11", "12", "52", "60")
        surname = rng.choice(SURNAMES) if is_married_in else own_surname
        letters = GIVEN_MALE if kin.male else GIVEN_FEMALE
        given = "".join(rng.sample(letters, rng.choice((1, 2, 2))))
        people.append(
            Resident(
                ref=kin.ref,
                name=names[place] if names else surname + given,
                id_no=id_no,
                born_on=date(int(id_no[6:10]), int(id_no[10:12]), int(id_no[12:14])),
                male=kin.male,
                relation=kin.relation,
                marital=kin.marital,
                ethnic_group=ethnic_group,
                supports=kin.supports,
                own_household_size=3 if kin.supports else 1,
            )
        )
    return people


def _free_number(number: int, kin: Kin, taken: set[str]) -> str:
    """Two people of one household, sex and birth year need different variants, or years."""
    for year in range(kin.birth_year, kin.birth_year + 10):
        for variant in range(VARIANTS - 1):  # the last one is for people outside
            id_no = identity_number(number, variant, kin.male, year)
            if id_no not in taken:
                taken.add(id_no)
                return id_no
    raise LookupError


def _married(number: int, family: Sequence[Kin], people: list[Resident]) -> list[Resident]:
    """The oldest married before the registers were kept in computers: the widowed have no record."""
    by_ref = {person.ref: person for person in people}
    return [
        replace(person, marriages=tuple(_marriages(number, kin, person, by_ref)))
        for kin, person in zip(family, people, strict=True)
    ]


def _marriages(number: int, kin: Kin, person: Resident, by_ref: dict[str, Resident]) -> Iterator[Marriage]:
    if kin.marital not in (MARRIED, DIVORCED):
        return
    spouse = by_ref.get(kin.spouse or "")
    outside = ("许安", identity_number(number, VARIANTS - 1, not kin.male, kin.birth_year))
    other = (spouse.name, spouse.id_no) if spouse else outside
    own = (person.name, person.id_no)
    older = max(person.born_on.year, spouse.born_on.year if spouse else 0)
    wedding = Marriage("marriage", date(older + 23, 5, 20), *((own, other) if kin.male else (other, own)))
    yield wedding
    if kin.marital == DIVORCED:
        yield replace(wedding, event="divorce", on=date(older + 28, 3, 12))


def _address(rng: random.Random, head: Resident, area: str) -> str:
    district = DISTRICTS[head.id_no[:6]]
    if area == "rural":
        return f"{district}样例镇{rng.choice(VILLAGES)}{rng.randint(1, 180)}号"
    place = f"{rng.choice(STREETS)}{rng.randint(1, 399)}号{rng.choice(ESTATES)}"
    return f"{district}{place}{rng.randint(1, 60)}幢{rng.randint(1, 18)}0{rng.randint(1, 4)}室"


def _dwellings(
    rng: random.Random, number: int, people: Sequence[Resident], address: str
) -> tuple[Dwelling, ...]:
    if rng.random() < 0.2:
        return ()  # lives in a rented flat
    owners = tuple(person.ref for person in people if person.relation in ("02", "11", "12"))
    return (make_dwelling(rng, number, people[0].id_no[:6], address, owners),)


def _with_quirk(household: SandboxHousehold, quirk: Quirk) -> SandboxHousehold:
    """The household with what is wrong with it; NONE when this family has nobody it could happen to."""
    if quirk is Quirk.UNDERSTATED_WAGE and not any(r.job for r in household.declared if not r.supports):
        return household
    if quirk is Quirk.UNDECLARED_CHILD:
        return _hide(household, next(r.ref for r in household.residents if r.relation in ("20", "30")))
    if quirk in (Quirk.NONE, Quirk.UNDERSTATED_WAGE, Quirk.FLAKY_SOURCE, Quirk.SILENT_SOURCE):
        return replace(household, quirk=quirk)
    if len(household.residents) < 2 or household.residents[1].relation not in ("11", "12"):
        return household
    if quirk is Quirk.UNDECLARED_SPOUSE:
        return _hide(household, "p2")
    return replace(_bury(household) if quirk is Quirk.DECEASED_MEMBER else household, quirk=quirk)


def _hide(household: SandboxHousehold, ref: str) -> SandboxHousehold:
    quirk = Quirk.UNDECLARED_SPOUSE if ref == "p2" else Quirk.UNDECLARED_CHILD
    residents = tuple(replace(r, declared=r.ref != ref) for r in household.residents)
    return replace(household, residents=residents, quirk=quirk)


def _bury(household: SandboxHousehold) -> SandboxHousehold:
    """The oldest but the head died lately, is declared all the same and had nothing."""
    others = [r for r in household.residents[1:] if not r.supports]
    oldest = min(others, key=lambda r: r.born_on)
    dead = Resident(
        ref=oldest.ref,
        name=oldest.name,
        id_no=oldest.id_no,
        born_on=oldest.born_on,
        male=oldest.male,
        relation=oldest.relation,
        marital=oldest.marital,
        ethnic_group=oldest.ethnic_group,
        marriages=oldest.marriages,
        died_on=date(2026, 9, 15),
    )
    return replace(household, residents=tuple(dead if r is oldest else r for r in household.residents))
