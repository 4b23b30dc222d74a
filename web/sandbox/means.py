"""What an invented person lives on and owns, by age and place in the household."""

import random
from dataclasses import dataclass, replace
from datetime import date

from web.sandbox.families import THIS_YEAR, Kin
from web.sandbox.numbers import bank_card, credit_code
from web.sandbox.people import (
    Account,
    Business,
    Disability,
    Dwelling,
    Holding,
    Illness,
    Job,
    Pension,
    Resident,
    Schooling,
    Unemployment,
    Vehicle,
)
from web.sandbox.words import BANKS, CARS, EMPLOYERS, ILLNESSES, TRADES

SCHOOL_STAGES = (  # oldest age, level (GB/T 4658), name, starting age, tuition, aid a year
    (11, "80", "样例实验小学", 6, 0, 0),
    (14, "70", "样例初级中学", 12, 0, 0),
    (17, "60", "样例高级中学", 15, 0, 0),
    (21, "20", "样例大学", 18, 500_000, 300_000),
)


@dataclass(frozen=True)
class Place:
    """Where somebody stands: age in the sandbox's year, and a serial no other person has."""

    kin: Kin
    age: int
    serial: int

    @property
    def is_child(self) -> bool:
        return self.kin.relation in ("20", "30") and not self.kin.supports

    @property
    def is_pensioner(self) -> bool:
        return self.age >= (60 if self.kin.male else 55)


def endow(rng: random.Random, bare: Resident, kin: Kin, household: int) -> Resident:
    """The same person with work or pension, schooling, accounts and so on."""
    place = Place(
        kin, THIS_YEAR - kin.birth_year, household * 16 + int(kin.ref[1:]) + 9 * (kin.ref[0] != "p")
    )
    if place.age < 18 or (place.is_child and place.age <= 21):
        return replace(bare, schooling=_schooling(place))
    accounts = _accounts(rng, place)
    banked = replace(bare, accounts=accounts)
    living = _pensioner(rng, banked, place) if place.is_pensioner else _worker(rng, banked, place)
    return replace(
        living,
        holdings=_holdings(rng, place),
        wallet=rng.randrange(0, 90_000),
        vehicles=_vehicles(rng, place),
        disability=_disability(rng, place),
        illness=_illness(rng, place),
        is_veteran=place.kin.male and rng.random() < 0.02,
    )


def _worker(rng: random.Random, bare: Resident, place: Place) -> Resident:
    lot = rng.random()
    if place.kin.supports:  # earns too little to support anybody
        return replace(
            bare, job=make_job(rng, bare.accounts[0], gross=rng.randrange(260_000, 320_000, 1_000))
        )
    if lot < 0.78:
        return replace(bare, job=make_job(rng, bare.accounts[0]))
    return replace(bare, unemployment=make_unemployment(rng)) if lot < 0.86 else bare


def _pensioner(rng: random.Random, bare: Resident, place: Place) -> Resident:
    first_month = f"{place.kin.birth_year + (60 if place.kin.male else 55)}-08"
    if rng.random() < 0.6:
        return replace(
            bare, pension=Pension(rng.randrange(120_000, 300_000, 100), 0, "employee", first_month)
        )
    return replace(bare, pension=Pension(rng.randrange(26_000, 42_000, 100), 22_000, "resident", first_month))


def make_job(
    rng: random.Random, account: Account, gross: int | None = None, last_month: str | None = None
) -> Job:
    return Job(
        employer=rng.choice(EMPLOYERS),
        credit_code=credit_code("91", 1_000 + rng.randrange(9_000)),
        gross=gross or rng.randrange(260_000, 490_000, 1_000),
        first_month=f"{rng.randint(2012, 2023)}-{rng.randint(1, 12):02d}",
        last_month=last_month,
        card=account.card,
        bank=account.bank,
    )


def make_unemployment(rng: random.Random) -> Unemployment:
    return Unemployment(date(2025, 8, rng.randint(1, 28)), 180_000, "2025-09", "2027-08")


def make_business(rng: random.Random, owner: str, serial: int) -> Business:
    name, scope = rng.choice(TRADES)
    return Business(
        f"天宁区{owner}{name}", credit_code("92", serial), scope, rng.randrange(1_200_000, 4_000_000, 10_000)
    )


def _schooling(place: Place) -> Schooling | None:
    if place.age < 6:
        return None
    level, school, start, tuition, aid = next(stage[1:] for stage in SCHOOL_STAGES if place.age <= stage[0])
    return Schooling(school, level, date(place.kin.birth_year + start, 9, 1), tuition, aid)


def _accounts(rng: random.Random, place: Place) -> tuple[Account, ...]:
    banks = rng.sample(BANKS, rng.choice((1, 1, 2)))
    return tuple(
        Account(
            bank=bank,
            bank_code=code,
            card=bank_card(prefix, place.serial * 10 + number),
            deposit_type="time" if number else "demand",
            balance=rng.randrange(20_000, 1_800_000, 7),
        )
        for number, (bank, code, prefix) in enumerate(banks)
    )


def _holdings(rng: random.Random, place: Place) -> tuple[Holding, ...]:
    lot, number = rng.random(), f"9{place.serial:09d}"
    if lot < 0.05:
        return (Holding("JR07", "样例稳健理财", number, rng.randrange(500_000, 2_000_000, 100)),)
    if lot < 0.08:
        return (Holding("JR03", "样例货币基金", number, rng.randrange(100_000, 900_000, 100)),)
    if lot < 0.10:
        return (Holding("JR02", "样例证券", number, rng.randrange(100_000, 900_000, 100)),)
    if lot < 0.13:
        return (Holding("JR04", "样例终身寿险", number, rng.randrange(200_000, 900_000, 100)),)
    return ()


def _vehicles(rng: random.Random, place: Place) -> tuple[Vehicle, ...]:
    if place.is_pensioner or place.kin.relation != "02" or rng.random() > 0.1:
        return ()
    return (make_vehicle(rng, place.serial),)


def make_vehicle(rng: random.Random, serial: int, kind: str = "car", use: str = "private") -> Vehicle:
    model, brand = rng.choice(CARS)
    plate = f"苏D{serial % 100_000:05d}"
    registered = date(rng.randint(2012, 2021), rng.randint(1, 12), 15)
    return Vehicle(plate, model, brand, kind, use, registered, rng.randrange(3_200_000, 9_000_000, 10_000))


def make_dwelling(
    rng: random.Random, number: int, region: str, address: str, owners: tuple[str, ...]
) -> Dwelling:
    return Dwelling(
        address=address,
        area=rng.randint(45, 110),
        price=rng.randrange(8_000_000, 60_000_000, 100_000),
        acquired=date(rng.randint(1998, 2020), rng.randint(1, 12), rng.randint(1, 28)),
        unit_no=f"{region}{number:06d}GB00001F{number % 10_000:04d}0001",
        title_no=f"苏（2018）样例市不动产权第{number:07d}号",
        owners=owners,
    )


def _disability(rng: random.Random, place: Place) -> Disability | None:
    if rng.random() > 0.04:
        return None
    kind, level = rng.choice("1234567"), rng.choice("1234")
    return Disability(f"S{place.serial:010d}{kind}{level}", kind, level, 12_000 if level in "12" else 0)


def _illness(rng: random.Random, place: Place) -> Illness | None:
    if rng.random() > (0.25 if place.is_pensioner else 0.04):
        return None
    return Illness(rng.choice(ILLNESSES), rng.randrange(8_000, 60_000, 100), serious=False)
