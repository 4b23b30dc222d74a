"""Valid invented objects with defaults: a test states only what matters to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain.commission import (
    Authorisation,
    Commission,
    CommissionLetter,
    Declaration,
    DeclaredIncome,
    Evidence,
    Material,
    Review,
)
from engine.domain.findings import Findings, ItemAnswer, MatchStatus, Record, Value
from engine.domain.household import Household, Period, Person, Role
from engine.domain.identity import RESIDENT_ID, check_character
from engine.domain.parameters import LocalParameters, local_parameters

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 21)
RECEIVED_AT = datetime(2026, 11, 20, 9, 30, tzinfo=SHANGHAI)
ANSWERED_AT = datetime(2026, 11, 21, 10, 32, tzinfo=SHANGHAI)
PERIOD = Period(date(2025, 11, 1), date(2026, 10, 31))  # the twelve full months before the application
VALID = Period(date(2026, 11, 1), date(2027, 10, 31))
UNIT = "甲区民政局"
VERIFICATION_UNIT = "甲市居民家庭经济状况核对中心"
NAMES = ("赵甲", "钱乙", "孙丙", "李丁", "周戊", "吴己", "郑庚", "王辛", "冯壬", "陈癸")
AGENT = "沈经办"
REVIEWERS = ("审核员1", "审核员2")
DEPARTMENTS = {"GS": "GS_TAX", "DS": "DS_TAX"}
# Relation to the head (GB/T 4761) and birthday of the members in order: head, wife, then children.
MEMBERS = (
    ("02", date(1985, 6, 15)),
    ("12", date(1988, 3, 20)),
    *(("20", date(2010 + n, 9, 1)) for n in range(7)),
)


def an_id_no(serial: int = 1, born_on: date = date(1985, 6, 15), region: str = "320402") -> str:
    """A resident identity number with a right check character; an odd serial is a man."""
    first_seventeen = f"{region}{born_on:%Y%m%d}{serial:03d}"
    return first_seventeen + check_character(first_seventeen)


def a_person(ref: str = "p1", serial: int = 1, born_on: date = date(1985, 6, 15), **changes: Any) -> Person:
    person = Person(ref, NAMES[serial % len(NAMES) - 1], RESIDENT_ID, an_id_no(serial, born_on), "02")
    return replace(person, **changes)


def a_supporter(ref: str = "s1", supports: Sequence[str] = ("p1",), **changes: Any) -> Person:
    """Somebody outside the household who owes a member support."""
    values: dict[str, Any] = {"relation": "20", "role": Role.SUPPORTER, "supports": tuple(supports)}
    serial = 900 + int(ref.strip("s") or 1)
    return a_person(ref, serial, date(1970, 2, 3), **(values | changes))


def a_household(members: int = 2, supporters: Sequence[Person] = (), area: str = "urban") -> Household:
    persons = tuple(
        a_person(f"p{n}", n, born_on, relation=relation)
        for n, (relation, born_on) in enumerate(MEMBERS[:members], start=1)
    )
    return Household("p1", area, persons + tuple(supporters))


def an_evidence(method: str = "signature") -> Evidence:
    return Evidence(method, "0" * 64)


def an_authorisation(household: Household | None = None, **changes: Any) -> Authorisation:
    people = (household or a_household()).persons
    authorisation = Authorisation(
        number="SQ2026110001",
        signed_by=people[0].ref,
        covers=tuple(person.ref for person in people),
        guardian_basis="户主代未成年子女签署" if len(people) > 1 else None,
        commissioning_unit=UNIT,
        verification_unit=VERIFICATION_UNIT,
        scope=("*",),
        evaluation_allowed=True,
        valid=VALID,
        evidence=an_evidence(),
    )
    return replace(authorisation, **changes)


def a_letter(**changes: Any) -> CommissionLetter:
    letter = CommissionLetter(
        verification_unit=VERIFICATION_UNIT,
        commissioning_unit=UNIT,
        content=("income", "property", "expenditure"),
        period=PERIOD,
        property_as_of=PERIOD.end,
        valid=VALID,
        disclaimer_accepted=True,
        agent=AGENT,
        signature=an_evidence(),
        seal=an_evidence("seal"),
    )
    return replace(letter, **changes)


def a_declared_income(person: str = "p1", yuan: int = 2600, **changes: Any) -> DeclaredIncome:
    income = DeclaredIncome(person, "wage", yuan * 100, "2025-11", "2026-10", "甲商贸有限公司")
    return replace(income, **changes)


def a_declaration(*incomes: DeclaredIncome, **changes: Any) -> Declaration:
    return replace(Declaration(incomes, 1_000_000, 1, 0, 0, 0), **changes)


def a_review(number: int = 1, **changes: Any) -> Review:
    review = Review(f"U00{number}", REVIEWERS[number - 1], RECEIVED_AT, True)
    return replace(review, **changes)


def a_commission(household: Household | None = None, **changes: Any) -> Commission:
    """A complete commission without a defect; authorised and identified are all persons of the household."""
    household = household or a_household()
    commission = Commission(
        number="WT-2026-0001",
        service="aa",
        purpose="申请最低生活保障",
        received_at=RECEIVED_AT,
        household=household,
        letter=a_letter(),
        authorisations=(an_authorisation(household),),
        declaration=a_declaration(),
        identity_copies=tuple(person.ref for person in household.persons),
        materials=(Material("家庭经济状况自行申报表", 1),),
        reviews=(a_review(1), a_review(2)),
    )
    return replace(commission, **changes)


def a_record(**values: Value) -> Record:
    return Record(values)


def an_answer(
    person: str = "p1",
    item: str = "RS01",
    *records: Mapping[str, Value],
    status: MatchStatus | None = None,
    **changes: Any,
) -> ItemAnswer:
    """Found when it has records, otherwise not found, unless a status is given."""
    default = MatchStatus.FOUND if records else MatchStatus.NOT_FOUND
    prefix = item.rstrip("0123456789")
    answer = ItemAnswer(
        person=person,
        item=item,
        source=DEPARTMENTS.get(prefix, prefix),
        status=status or default,
        answered_at=ANSWERED_AT,
        data_as_of=ANSWERED_AT,
        records=tuple(Record(dict(record)) for record in records),
    )
    return replace(answer, **changes)


def months(first: str, count: int) -> tuple[str, ...]:
    """`count` months as the sources write them, from "2025-11" on."""
    start = int(first[:4]) * 12 + int(first[5:7]) - 1
    return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, start + count))


def wages(
    yuan: str | int, first: str = "2025-11", count: int = 12, employer: str = "甲商贸有限公司"
) -> list[Any]:
    """One RS01 record per month."""
    return [
        {"employer": employer, "net_wage": Decimal(str(yuan)), "month": month}
        for month in months(first, count)
    ]


def the_findings(household: Household, items: Sequence[str], *answers: ItemAnswer) -> Findings:
    """Every member is asked every item: the given answers, and 查无 for all others."""
    given = {(answer.person, answer.item): answer for answer in answers}
    asked = {(p.ref, item): an_answer(p.ref, item) for p in household.members for item in items}
    return Findings(tuple((asked | given).values()))


LIMITS: Mapping[str, Value] = {
    "standard_month": 1010,
    "income_window_months": 12,
    "min_wage_month": 2490,
    "employment_cost_mode": "pct_of_min_wage",
    "employment_cost_rate": Decimal("0.10"),
    "exempt_items": "JY02 TY01 MZ01",
    "basic_pension_exempt": True,
    "edge_multiple": Decimal("1.5"),
    "disposable_income_prev_year": 48000,
    "rigid_ratio": Decimal("0.60"),
    "support_threshold_multiple": 1,
    "support_rate_le2": Decimal("0.5"),
    "support_rate_ge3": Decimal("0.4"),
    "support_by_agreement_first": True,
    "financial_limit_months": 24,
    "vehicle_limit": 0,
    "vehicle_exempt_types": "disabled_vehicle petrol_motorcycle electric_bicycle",
    "vehicle_exempt_value": 30000,
    "dwelling_limit": 1,
    "area_per_capita_limit": 60,
    "nonresidential_limit": 0,
    "entity_limit": 0,
    "entity_exempt_rule": "couple_shop_without_employees",
    "disposal_lookback_months": 12,
    "farm_income_per_mu": 500,
    "deeming_enabled": False,
    "version": "2026-urban",
}
# What the query plan of 最低生活保障 asks at least (DB32/T 3319-2017 表1).
EXPLICIT_ITEMS = (
    *("MZ01", "MZ02", "MZ03", "MZ04", "GA01", "GA02", "GA03", "JR01", "JR02", "JR03", "JR04", "ZF01"),
    *("GT01", "GT02", "GJJ01", "RS01", "RS02", "RS03", "RS04", "GS01", "DS01", "SC01", "SC02", "SC03"),
    *("CL01", "JY01", "JY02", "SF01"),
)


def some_parameters(**changes: Value) -> LocalParameters:
    """The limits of an invented city."""
    return local_parameters({**LIMITS, **changes})
