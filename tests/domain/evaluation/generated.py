"""Invented households every source answered about, with the trouble of real registers.

Things reported twice, joint accounts, shared homes, pay that begins inside the window, the dead, supporters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from engine.domain.commission import Commission, DeclaredIncome
from engine.domain.findings import Findings, Value
from engine.domain.household import Household, Period, Person
from engine.domain.parameters import LocalParameters
from tests.builders import (
    EXPLICIT_ITEMS,
    a_commission,
    a_declaration,
    a_household,
    a_letter,
    a_supporter,
    an_answer,
    months,
    some_parameters,
    the_findings,
)

Rows = list[dict[str, Any]]
ITEMS = (*EXPLICIT_ITEMS, "TY01", "NY01", "YB01")
MONTHS = months("2025-09", 15)
OFFICES = ("A", "B", "C")
money = st.integers(0, 400_000).map(lambda fen: Decimal(fen) / 100)
fortune = st.integers(0, 6_000_000).map(lambda fen: Decimal(fen) / 100)
month = st.sampled_from(MONTHS)
PERIODS = (
    Period(date(2025, 11, 1), date(2026, 10, 31)),
    Period(date(2025, 9, 1), date(2026, 10, 31)),
    Period(date(2025, 11, 2), date(2026, 10, 30)),
    Period(date(2026, 6, 15), date(2026, 10, 31)),
)


@st.composite
def parameters(draw: st.DrawFn) -> LocalParameters:
    choices: Mapping[str, st.SearchStrategy[Value]] = {
        "income_window_months": st.sampled_from((3, 6, 12)),
        "employment_cost_mode": st.sampled_from(("none", "pct_of_income", "pct_of_min_wage")),
        "exempt_items": st.lists(st.sampled_from(("JY02", "TY01", "MZ01")), unique=True).map(" ".join),
        "basic_pension_exempt": st.booleans(),
        "support_by_agreement_first": st.booleans(),
        "vehicle_exempt_value": st.sampled_from((0, 30000)),
        "entity_exempt_rule": st.sampled_from(("none", "couple_shop_without_employees")),
        "farm_income_per_mu": st.sampled_from((0, 500)),
        "rigid_deduction": st.sampled_from(("none", "full")),
    }
    return some_parameters(**draw(st.fixed_dictionaries(dict(choices))))


@st.composite
def households(draw: st.DrawFn) -> Household:
    size = draw(st.integers(1, 4))
    refs = [f"p{n}" for n in range(1, size + 1)]
    supporters = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        supports = draw(st.lists(st.sampled_from([*refs, "elsewhere"]), min_size=1, unique=True))
        supporter = a_supporter(
            f"s{number}",
            supports,
            household_size=draw(st.integers(1, 4)),
            household_income_month_fen=draw(st.integers(0, 2_000_000)),
            support_by_agreement_month_fen=draw(st.none() | st.integers(0, 100_000)),
            excluded_reason=draw(st.sampled_from((None, None, None, "特困"))),
        )
        supporters.append(supporter)
    household = a_household(size, supporters)
    head, *others = household.persons
    excluded = st.sampled_from((None, None, None, "服刑"))
    rest = [replace(p, excluded_reason=draw(excluded)) if p.ref in refs else p for p in others]
    return replace(household, persons=(head, *rest))


def some(draw: st.DrawFn, *rows: dict[str, Any]) -> Rows:
    """Most people have no record of most things."""
    return list(rows) if draw(st.integers(0, 2)) == 0 else []


@st.composite
def incomes(draw: st.DrawFn, person: Person) -> dict[str, Rows]:
    first, count = draw(month), draw(st.integers(1, 15))
    mean = draw(st.none() | money)
    wage, base = draw(st.none() | money), draw(st.none() | money)
    pay: Rows = [
        {"employer": office, "month": m, "net_wage": wage, "contribution_base": base}
        | {"last_year_avg_monthly_income": mean, "insured_status": draw(st.sampled_from(("active", "ended")))}
        for office in draw(st.lists(st.sampled_from(OFFICES), max_size=2, unique=True))
        for m in months(first, count)
        if wage is not None or base
    ]
    pension, land = draw(money), draw(money)
    benefit = {
        "unemployment_benefit": draw(money) + 1,
        "benefit_start": draw(month),
        "benefit_end": draw(month),
    }
    return {
        "RS01": pay,
        "GJJ01": some(draw, {"contribution_base": draw(money), "last_contribution_month": draw(month)}),
        "RS04": some(
            draw,
            {"contribution_base": draw(money), "last_month": draw(month)}
            | {"scheme": draw(st.sampled_from(("employee", "resident")))},
        ),
        "RS02": some(
            draw,
            {"monthly_pension": pension + 220, "basic_pension_part": Decimal(220), "start_month": draw(month)}
            | {"pension_scheme": draw(st.sampled_from(("employee", "resident"))), "payment_status": "normal"},
        ),
        "RS03": some(draw, benefit),
        "JR04": some(
            draw,
            {"cash_value": draw(st.none() | fortune), "policy_total_value": draw(fortune)}
            | {"policy_type": draw(st.sampled_from(("protection", "savings")))}
            | {
                "benefit_amount": draw(money) + 1,
                "benefit_date": draw(st.none() | st.dates(date(2025, 8, 1))),
            },
        ),
        "TY01": some(draw, {"payment_amount": draw(money) + 1, "start_year": draw(st.integers(2024, 2026))}),
        "JY02": some(draw, {"aid_amount": draw(money) + 1}),
        "NY01": some(
            draw, {"farmland_area": land / 1000, "subsidy_total": land + 1, "bank_account_no": person.ref}
        ),
        "YB01": some(draw, {"month": draw(month), "out_of_pocket": draw(fortune)}),
        "JY01": some(
            draw,
            {"tuition": draw(money) + 1, "study_status": draw(st.sampled_from(("studying", "graduated")))},
        ),
    }


@st.composite
def fortunes(draw: st.DrawFn, person: Person) -> dict[str, Rows]:
    """What belongs to one person alone."""
    bank = draw(st.sampled_from(OFFICES))
    business = {
        "uscc": draw(st.sampled_from(("91", "92"))) + person.ref,
        "employees": draw(st.integers(0, 1)),
        "last_year_profit": draw(fortune),
    }
    return {
        "JR01": [
            *some(draw, {"bank_code": bank, "bank_total_balance": draw(fortune)}),
            *some(
                draw,
                {"bank_code": draw(st.sampled_from(OFFICES)), "account_no": person.ref}
                | {"account_balance": draw(fortune), "bank_total_balance": draw(fortune)},
            ),
        ],
        "JR02": some(
            draw,
            {"fund_account_no": person.ref, "stock_market_value": draw(fortune)}
            | {"cash_balance": draw(fortune)},
        ),
        "JR03": some(draw, {"open_end_market_value": draw(fortune)}),
        "ZF01": some(draw, {"account_balance": draw(fortune)}),
        "SC01": some(draw, business | {"status": draw(st.sampled_from(("active", "cancelled")))}),
    }


@dataclass
class Common:
    """What several members hold together: every one of their answers shows it."""

    draw: st.DrawFn
    members: list[Person]
    rows: dict[tuple[str, str], Rows] = field(default_factory=dict)

    def owners(self) -> list[Person]:
        people = st.lists(st.sampled_from(self.members), min_size=1, unique_by=lambda person: person.ref)
        return self.draw(people)

    def one_of(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def report(self, item: str, owners: list[Person], **row: Any) -> None:
        for owner in owners:
            self.rows.setdefault((owner.ref, item), []).append(dict(row))

    def add_home(self, number: int) -> None:
        """Registered, only in the housing register, or both; perhaps with a parking space, perhaps sold."""
        owners, outside = self.owners(), self.one_of(0, 1)
        place = {"location": f"甲路{number}号", "use_type": self.one_of("residential", "commercial")}
        register = self.one_of("both", "title", "housing")
        if register != "housing":
            share = (Decimal(1) / (len(owners) + outside)).quantize(Decimal("0.01"))
            unit = place | {"unit_no": f"U{number}", "share": share, "building_area": self.draw(money)}
            sellers = self.one_of([], [], [], owners, owners[:1])
            self.report("GT02", [owner for owner in owners if owner not in sellers], **unit)
            self.report("GT02", sellers, **unit, transfer_date=date(2026, 3, 1))
            if self.one_of(True, False):
                space = {"unit_no": f"P{number}", "use_type": "parking", "building_area": Decimal(12)}
                self.report("GT02", owners, **(unit | space))
        if register != "title":
            self.report(
                "GT01",
                owners,
                address=place["location"],
                use_type=place["use_type"],
                floor_area=self.draw(money),
                ownership_type=self.one_of("owned", "owned", "owned", "public_rental"),
                co_owners=tuple(f"共有人{n}" for n in range(len(owners) + outside - 1)),
            )

    def add_vehicle(self, number: int) -> None:
        self.report(
            "GA02",
            self.owners(),
            plate_no=f"苏D0000{number}",
            vehicle_type=self.one_of("car", "petrol_motorcycle"),
            status=self.one_of("normal", "normal", "scrapped", "transferred"),
            current_value=self.one_of(Decimal(20000), Decimal(30000), Decimal("30000.01")),
        )

    def add_company(self, number: int) -> None:
        company = {"uscc": f"91F{number}", "status": self.one_of("active", "cancelled")}
        for item in (self.one_of("SC02", "SC03"), self.one_of("SC02", "SC03")):
            self.report(item, self.owners(), **company, is_legal_representative=True)

    def add_money(self) -> None:
        """A joint account, the assistance of the household, the land of the family."""
        balance, area = self.draw(fortune), self.draw(money) / 1000
        if self.one_of(True, False):
            self.report("JR01", self.owners(), bank_code="J", account_no="joint", account_balance=balance)
        if self.one_of(True, False):
            aid, owners = {"certificate_no": "D1", "monthly_amount": self.draw(money) + 1}, self.owners()
            raised = aid | {"monthly_amount": aid["monthly_amount"] + 50, "start_month": "2026-07"}
            self.report("MZ01", owners, **aid, start_month=self.one_of(*MONTHS[:9]), end_month="2026-06")
            self.report("MZ01", owners, **raised)
        if self.one_of(True, False):
            subsidy = self.draw(money) + 1
            self.report(
                "NY01", self.owners(), farmland_area=area, subsidy_total=subsidy, bank_account_no="family"
            )


@st.composite
def shared(draw: st.DrawFn, members: list[Person]) -> dict[tuple[str, str], Rows]:
    common = Common(draw, members)
    for number in range(draw(st.integers(0, 3))):
        common.add_home(number)
    for number in range(draw(st.integers(0, 2))):
        common.add_vehicle(number)
        common.add_company(number)
    common.add_money()
    return common.rows


@st.composite
def funerals(draw: st.DrawFn, person: Person) -> Rows:
    """Of the person, by a number of 18 or 15 digits, or of somebody whose funeral the person arranged."""
    old = person.id_no[:6] + person.id_no[8:17] if person.id_no[6:8] == "19" else person.id_no
    whose = draw(st.sampled_from((None, None, None, "320402193001011233", person.id_no, old)))
    return (
        [] if whose is None or (person.ref == "p1" and whose != "320402193001011233") else [{"id_no": whose}]
    )


@st.composite
def declared(draw: st.DrawFn, household: Household, shopkeepers: set[str]) -> tuple[DeclaredIncome, ...]:
    """Who runs a business declares what it yields, or nobody could know."""
    payers = st.sampled_from(("", *(supporter.name for supporter in household.supporters)))
    drawn = [
        DeclaredIncome(
            person.ref,
            draw(st.sampled_from(("wage", "business", "property", "transfer"))),
            draw(st.integers(0, 300_000)),
            draw(month),
            draw(month),
            draw(payers),
        )
        for person in household.members
        for _ in range(draw(st.integers(0, 2)))
    ]
    of_shops = [
        DeclaredIncome(ref, "business", draw(st.integers(0, 300_000)), MONTHS[0], MONTHS[-1])
        for ref in sorted(shopkeepers)
    ]
    return (*drawn, *of_shops)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Commission, Findings, LocalParameters]:
    household = draw(households())
    members = list(household.members)
    rows: dict[tuple[str, str], Rows] = draw(shared(members))
    for person in members:
        own = draw(incomes(person)) | draw(fortunes(person)) | {"MZ03": draw(funerals(person))}
        for item, found in own.items():
            rows[person.ref, item] = [*rows.get((person.ref, item), []), *found]
    shopkeepers = {ref for (ref, item), found in rows.items() if item == "SC01" and found}
    declaration = a_declaration(
        *draw(declared(household, shopkeepers)), rigid_expenditure_fen=draw(st.integers(0, 3_000_000))
    )
    commission = a_commission(
        household, declaration=declaration, letter=a_letter(period=draw(st.sampled_from(PERIODS)))
    )
    answers = [an_answer(ref, item, *found) for (ref, item), found in rows.items() if found]
    return commission, the_findings(household, ITEMS, *answers), draw(parameters())
