"""The commission a sample unit sends for an invented household: POST /v1/commissions takes it as it is."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from web.sandbox.people import Quirk, Resident, SandboxHousehold, months_between, yuan

SHANGHAI = ZoneInfo("Asia/Shanghai")
PURPOSES = {
    "aa": "申请最低生活保障",
    "ab": "申请特困人员供养",
    "ac": "申请受灾人员救助",
    "ad": "申请医疗救助",
    "ae": "申请教育救助",
    "af": "申请住房救助",
    "ag": "申请就业救助",
    "ah": "申请临时救助",
}
ADULT_AGE = 18
FARM_FEN_A_YEAR = 500  # of a hundredth of a mu: 500 yuan a mu, the local rate
Json = dict[str, object]


@dataclass(frozen=True)
class Parties:
    """The two units as they are registered with the platform."""

    commissioning_unit: str = "样例市天宁区民政局"
    verification_unit: str = "样例市居民家庭经济状况核对中心"


@dataclass(frozen=True)
class Occasion:
    """What a commission is about besides the household."""

    number: str
    service: str
    day: date
    parties: Parties

    @property
    def period(self) -> tuple[date, date]:
        """The twelve full months before the day."""
        end = self.day.replace(day=1) - timedelta(days=1)
        return date(end.year - (end.month < 12), end.month % 12 + 1, 1), end

    @property
    def valid(self) -> Json:
        """Signed a week ago, for a year."""
        start = self.day - timedelta(days=7)
        return {"start": start.isoformat(), "end": (start + timedelta(days=365)).isoformat()}

    @property
    def months(self) -> list[str]:
        return list(months_between(*self.period))

    def digest(self, paper: str) -> str:
        return hashlib.sha256(f"{self.number}:{paper}".encode()).hexdigest()


def compose_commission(household: SandboxHousehold, occasion: Occasion) -> Json:
    """All papers of Annex A and the two reviews a unit does itself before an automatic handling."""
    persons = household.declared
    return {
        "commission_no": occasion.number,
        "service": occasion.service,
        "purpose": PURPOSES.get(occasion.service, "其他核对项目"),
        "copies": 1,
        "household": _household(household),
        "letter": _letter(occasion),
        "authorisations": list(_authorisations(household, occasion)),
        "declaration": _declaration(household, occasion),
        "identity_copies": [person.ref for person in persons],
        "materials": [
            {"name": "核对授权书", "copies": 1},
            {"name": "身份证件复印件", "copies": len(persons)},
            {"name": "家庭经济状况自行申报表", "copies": 1},
        ],
        "reviews": list(_reviews(occasion)),
    }


def _household(household: SandboxHousehold) -> Json:
    persons = [_person(household, person) for person in household.declared]
    return {"head": household.head.ref, "area": household.area, "persons": persons}


def _person(household: SandboxHousehold, person: Resident) -> Json:
    is_miswritten = household.quirk is Quirk.WRONG_IDENTITY and person.ref == "p2"
    return {
        "ref": person.ref,
        "name": person.name + "子" if is_miswritten else person.name,
        "id_type": "111",
        "id_no": person.id_no,
        "relation": person.relation,
        "role": "supporter" if person.supports else "member",
        "supports": [ref for ref in person.supports if any(r.ref == ref for r in household.declared)],
        "support_by_agreement_month": None,
        "household_size": person.own_household_size,
        "household_income_month": yuan(person.own_household_income) if person.supports else None,
        "excluded_reason": None,
    }


def _letter(occasion: Occasion) -> Json:
    start, end = occasion.period
    return {
        "verification_unit": occasion.parties.verification_unit,
        "commissioning_unit": occasion.parties.commissioning_unit,
        "content": ["income", "property", "expenditure"],
        "period": {"start": start.isoformat(), "end": end.isoformat()},
        "property_as_of": occasion.day.isoformat(),
        "valid": occasion.valid,
        "disclaimer_accepted": True,
        "agent": "沈经办",
        "signature": {"method": "signature", "digest": occasion.digest("letter")},
        "seal": {"method": "seal", "digest": occasion.digest("seal")},
    }


def _authorisations(household: SandboxHousehold, occasion: Occasion) -> Iterator[Json]:
    """Every adult signs; the head signs for the children as well."""
    persons = household.declared
    children = [p.ref for p in persons if p.age_on(occasion.day) < ADULT_AGE]
    for person in persons:
        is_forgotten = household.quirk is Quirk.MISSING_AUTHORISATION and person.ref == "p2"
        if person.ref in children or is_forgotten:
            continue
        covered = children if person is household.head else []
        yield {
            "number": f"SQ-{occasion.number}-{person.ref}",
            "signed_by": person.ref,
            "covers": [person.ref, *covered],
            "guardian_basis": "父母为未成年子女的法定监护人" if covered else None,
            "commissioning_unit": occasion.parties.commissioning_unit,
            "verification_unit": occasion.parties.verification_unit,
            "scope": ["*"],
            "evaluation_allowed": True,
            "valid": occasion.valid,
            "evidence": {"method": "signature", "digest": occasion.digest(person.ref)},
        }


def _declaration(household: SandboxHousehold, occasion: Occasion) -> Json:
    members = [person for person in household.declared if not person.supports]
    return {
        "incomes": [income for person in members for income in _incomes(household, person, occasion.months)],
        "financial_assets": yuan(sum(person.financial_assets for person in members)),
        "dwellings": len(household.dwellings),
        "vehicles": sum(len(person.vehicles) for person in members),
        "entities": sum(_entities(person) for person in members),
        "rigid_expenditure": yuan(sum(_rigid(person, len(occasion.months)) for person in members)),
        "serious_illness": any(person.illness and person.illness.serious for person in members),
    }


def _entities(person: Resident) -> int:
    """The one who shows everything runs an organisation and a company besides."""
    return (person.business is not None) + 2 * person.shows_everything


def _rigid(person: Resident, months: int) -> int:
    medical = person.illness.month * months if person.illness else 0
    return medical + (person.schooling.tuition * months // 12 if person.schooling else 0)


def _incomes(household: SandboxHousehold, person: Resident, months: list[str]) -> Iterator[Json]:
    whole = (months[0], months[-1])
    job, pension, benefit = person.job, person.pension, person.unemployment
    if job:
        told = job.net // 4 if household.quirk is Quirk.UNDERSTATED_WAGE else job.net
        yield from _income(person, "wage", told, job.months(*whole), job.employer)
    if person.business:
        yield from _income(person, "business", person.business.profit // 12, whole, person.business.name)
    if pension:
        span = (max(months[0], pension.first_month), months[-1])
        yield from _income(person, "transfer", pension.month, span, "社会保险基金管理中心")
    if benefit:
        span = (max(months[0], benefit.first_month), min(months[-1], benefit.last_month))
        yield from _income(person, "transfer", benefit.benefit, span, "失业保险基金")
    if person.child_support:
        yield from _income(person, "transfer", person.child_support, whole, "抚养费")
    if person is household.head and household.farmland:
        yield from _income(person, "business", household.farmland * FARM_FEN_A_YEAR // 12, whole, "农业生产")
    if person is household.head and household.farm_subsidy:
        yield from _income(person, "transfer", household.farm_subsidy // 12, whole, "惠农补贴")


def _income(
    person: Resident, category: str, amount: int, span: tuple[str, str], payer: str
) -> Iterator[Json]:
    """Nothing when the income lies outside the period."""
    first, last = span
    if first <= last:
        yield {
            "person": person.ref,
            "category": category,
            "amount_month": yuan(amount),
            "first_month": first,
            "last_month": last,
            "payer": payer,
        }


def _reviews(occasion: Occasion) -> Iterator[Json]:
    reviewed_at = datetime.combine(occasion.day - timedelta(days=1), time(10), SHANGHAI)
    for number, name in (("A101", "钱初审"), ("A102", "孙复审")):
        yield {"reviewer": number, "name": name, "reviewed_at": reviewed_at.isoformat(), "passed": True}
