"""The households with a name: each shows one thing that happens in practice. All others are drawn."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from web.sandbox.families import DIVORCED, HARDSHIP, NINE_MEMBERS, SHAPES, STUDENT, Shape
from web.sandbox.means import make_business, make_dwelling, make_job, make_unemployment, make_vehicle
from web.sandbox.people import (
    Disability,
    Holding,
    Illness,
    Pension,
    Quirk,
    Resident,
    SandboxHousehold,
    Schooling,
)
from web.sandbox.words import RARE_NAMES, SERIOUS_ILLNESSES

Touch = Callable[[random.Random, SandboxHousehold], SandboxHousehold]
EVERY_KIND = ("JR02", "JR03", "JR04", "JR05", "JR06", "JR07", "JR08")


def _untouched(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    return household


@dataclass(frozen=True)
class Special:
    """How a named household is made."""

    shape: Shape
    quirk: Quirk = Quirk.NONE
    touch: Touch = _untouched
    area: str = "urban"
    names: tuple[str, ...] = ()


def _with_head(household: SandboxHousehold, head: Resident) -> SandboxHousehold:
    return replace(household, residents=(head, *household.residents[1:]))


def _in_work(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    head = household.head
    job = make_job(rng, head.accounts[0], gross=400_000)
    return _with_head(household, replace(head, job=job, unemployment=None, business=None))


def _modest(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    """One wage for all: every test within its limit."""
    head, spouse, *others = _in_work(rng, household).residents
    head = replace(head, job=make_job(rng, head.accounts[0], gross=300_000), holdings=(), vehicles=())
    spouse = replace(spouse, job=None, unemployment=None, holdings=())
    return replace(household, residents=(head, spouse, *others))


def _lost_job(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    """Well paid until the end of 2025: an annual figure spread over the months would be wrong."""
    head = household.head
    job = make_job(rng, head.accounts[0], gross=600_000, last_month="2025-12")
    return _with_head(household, replace(head, job=job, unemployment=None, business=None))


def _hardship(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    """No family, unable to work, nothing but the basic pension."""
    head = replace(
        household.head,
        pension=Pension(22_000, 22_000, "resident", "2015-01"),
        disability=Disability("S320402000042", "4", "2", 12_000),
        accounts=household.head.accounts[:1],
        holdings=(),
        wallet=None,
    )
    return replace(_with_head(household, head), dwellings=())


def _serious_illness(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    illness = Illness(rng.choice(SERIOUS_ILLNESSES), 500_000, serious=True)
    return _with_head(household, replace(household.head, illness=illness))


def _student(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    *others, student = household.residents
    schooling = Schooling("样例大学", "20", date(student.born_on.year + 18, 9, 1), 500_000, 300_000)
    return replace(household, residents=(*others, replace(student, schooling=schooling)))


def _divorced_by_judgment(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    return _with_head(
        household, replace(household.head, marriages=(), marital=DIVORCED, child_support=80_000)
    )


def _trucker(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    truck = make_vehicle(rng, household.number * 16 + 15, "light_truck", "freight")
    return _with_head(household, replace(household.head, vehicles=(truck,)))


def _farm(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    """Works its own land, in twelfths of a mu so that the month is a whole amount."""
    return replace(household, farmland=12 * rng.randint(10, 40))


def _able_supporters(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    """What the children elsewhere earn together is only declared, and decides."""
    residents = tuple(replace(r, earned_by_others=800_000) if r.supports else r for r in household.residents)
    return replace(household, residents=residents)


def _shopkeeper(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    head = household.head
    business = make_business(rng, head.name, household.number * 16 + 15)
    return _with_head(household, replace(head, job=None, unemployment=None, business=business))


def _everything(rng: random.Random, household: SandboxHousehold) -> SandboxHousehold:
    """A record of every item but a funeral, so that each table of the report can be seen filled."""
    head, spouse, *others = household.residents
    number = f"8{household.number:09d}"
    head = replace(
        head,
        job=make_job(rng, head.accounts[0], gross=900_000),
        pension=Pension(150_000, 0, "employee", "2020-01"),
        unemployment=None,
        business=make_business(rng, head.name, household.number * 16 + 15),
        holdings=tuple(Holding(kind, f"样例{kind}产品", number, 1_000_000) for kind in EVERY_KIND),
        vehicles=(make_vehicle(rng, household.number * 16 + 14),),
        disability=Disability("S320402000043", "1", "3", 0),
        illness=Illness("高血压", 20_000, serious=False),
        schooling=Schooling("样例开放大学", "30", date(2024, 9, 1), 200_000, 100_000),
        is_veteran=True,
        child_support=50_000,
        shows_everything=True,
    )
    spouse = replace(spouse, job=None, unemployment=make_unemployment(rng))
    home = make_dwelling(rng, household.number, head.id_no[:6], household.address, (head.ref, spouse.ref))
    return replace(
        household, residents=(head, spouse, *others), dwellings=(home,), farmland=324, farm_subsidy=48_000
    )


SPECIALS: Mapping[str, Special] = {
    "ordinary": Special(SHAPES["one_child"], touch=_modest),
    "suspended": Special(SHAPES["one_child"], Quirk.UNDECLARED_SPOUSE, _in_work),
    "undeclared_child": Special(SHAPES["two_children"], Quirk.UNDECLARED_CHILD, _in_work),
    "flaky_source": Special(SHAPES["one_child"], Quirk.FLAKY_SOURCE, _modest),
    "silent_source": Special(SHAPES["couple"], Quirk.SILENT_SOURCE, _in_work),
    "doubtful": Special(SHAPES["one_child"], Quirk.UNDERSTATED_WAGE, _in_work),
    "rare_name": Special(SHAPES["two_children"], names=RARE_NAMES),
    "missing_authorisation": Special(SHAPES["couple"], Quirk.MISSING_AUTHORISATION),
    "wrong_identity": Special(SHAPES["couple"], Quirk.WRONG_IDENTITY),
    "deceased_member": Special(SHAPES["three_generations"], Quirk.DECEASED_MEMBER),
    "nine_members": Special(NINE_MEMBERS, touch=_in_work, area="rural"),
    "farmers": Special(SHAPES["couple"], touch=_farm, area="rural"),
    "shopkeeper": Special(SHAPES["couple"], touch=_shopkeeper),
    "able_supporters": Special(SHAPES["pensioner_couple"], touch=_able_supporters),
    "pensioner_couple": Special(SHAPES["pensioner_couple"]),
    "student": Special(STUDENT, touch=_student),
    "extreme_hardship": Special(HARDSHIP, touch=_hardship, area="rural"),
    "disaster": Special(SHAPES["one_child"], area="rural"),
    "serious_illness": Special(SHAPES["couple"], touch=_serious_illness),
    "lost_job": Special(SHAPES["single"], touch=_lost_job),
    "divorce_judgment": Special(SHAPES["single_parent"], touch=_divorced_by_judgment),
    "trucker": Special(SHAPES["one_child"], touch=_trucker),
    "everything": Special(SHAPES["one_child"], touch=_everything),
}
NAMES_BY_NUMBER = dict(enumerate(SPECIALS))


def special_households() -> Mapping[str, int]:
    """The name of each special household and its number."""
    return {name: number for number, name in NAMES_BY_NUMBER.items()}


def special_of(number: int) -> Special | None:
    name = NAMES_BY_NUMBER.get(number)
    return SPECIALS[name] if name else None
