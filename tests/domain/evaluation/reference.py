"""The rules counted a second time, naively: one person, one month, one thing after the other.

For households every source answered about. In exact fractions of a yuan; only what is compared is rounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from engine.domain.commission import Commission
from engine.domain.findings import Findings
from engine.domain.household import Person
from engine.domain.parameters import LocalParameters

LAST_YEAR = "2025"  # the answers are of November 2026
Row = dict[str, Any]


def half_up(amount: Fraction) -> Decimal:
    return Decimal(floor(amount * 100 + Fraction(1, 2))) / 100


def exact(value: Any) -> Any:
    return Fraction(value) if isinstance(value, Decimal) else value


@dataclass
class Reference:
    commission: Commission
    findings: Findings
    parameters: LocalParameters

    def __post_init__(self) -> None:
        """D2: a row that came twice is one row."""
        self.kept: dict[tuple[str, str], list[Row]] = {}
        for answer in self.findings.answers:
            seen = self.kept.setdefault((answer.person, answer.item), [])
            for record in answer.records:
                row = {name: exact(value) for name, value in record.values.items() if value is not None}
                if row not in seen:
                    seen.append(row)

    def rows(self, person: Person, item: str) -> list[Row]:
        return self.kept.get((person.ref, item), [])

    def all_rows(self, item: str) -> list[tuple[Person, Row]]:
        return [(person, row) for person in self.members() for row in self.rows(person, item)]

    # R1, R2

    def members(self) -> list[Person]:
        """Not the excluded, not the dead; an old register writes 15 digits."""
        counted = []
        for person in self.commission.household.members:
            short = person.id_no[:6] + person.id_no[8:17]
            dead = any(row["id_no"] in (person.id_no, short) for row in self.rows(person, "MZ03"))
            if not dead and not person.excluded_reason:
                counted.append(person)
        return sorted(counted, key=lambda person: person.ref)

    def months(self) -> list[str]:
        assert self.commission.letter is not None
        period = self.commission.letter.period
        full = []
        year, month = period.start.year, period.start.month
        while True:
            first = date(year, month, 1)
            following = date(year + month // 12, month % 12 + 1, 1)
            if (following - date(1, 1, 1)).days - 1 > (period.end - date(1, 1, 1)).days:
                return full[-self.parameters.income_window_months :]
            if first >= period.start:
                full.append(f"{year}-{month:02d}")
            year, month = following.year, following.month

    # declared

    def declared(self, person: Person, category: str, month: str) -> Fraction | None:
        assert self.commission.declaration is not None
        names = [supporter.name for supporter in self.commission.household.supporters]
        fen = [
            income.amount_month_fen
            for income in self.commission.declaration.incomes
            if income.person == person.ref and income.category == category
            if income.first_month <= month <= income.last_month
            if category != "transfer" or income.payer not in names  # support is counted by R8
        ]
        return Fraction(sum(fen), 100) if fen else None

    # R3

    def wage(self, person: Person, month: str) -> Fraction:
        pay = self.pay(person, month)
        parameters = self.parameters
        cost = {
            "none": Fraction(0),
            "pct_of_income": pay * Fraction(parameters.employment_cost_rate),
            "pct_of_min_wage": Fraction(parameters.min_wage_month)
            * Fraction(parameters.employment_cost_rate),
        }[parameters.employment_cost_mode]
        return max(pay - cost, Fraction(0))

    def pay(self, person: Person, month: str) -> Fraction:
        """D1: record of the month, bases of the month, last year's mean, declaration."""
        records = self.rows(person, "RS01")
        here = [row for row in records if row.get("month") == month]
        if any("net_wage" in row for row in here):
            return sum((row.get("net_wage", Fraction(0)) for row in here), Fraction(0))
        if any(row.get("contribution_base") for row in here):
            return sum((row.get("contribution_base", Fraction(0)) for row in here), Fraction(0))
        for item, when in (("GJJ01", "last_contribution_month"), ("RS04", "last_month")):
            bases = [
                row["contribution_base"]
                for row in self.rows(person, item)
                if row.get(when) == month and row.get("contribution_base")
                if row.get("status", "normal") in ("normal", "active") and row.get("scheme") != "resident"
            ]
            if bases:
                return sum(bases, Fraction(0))
        if month[:4] == LAST_YEAR and not any(row.get("month", "")[:4] == LAST_YEAR for row in records):
            means = {row["employer"]: row.get("last_year_avg_monthly_income") for row in records}
            known = [mean for mean in means.values() if mean]
            if known:
                return sum(known, Fraction(0))
        return self.declared(person, "wage", month) or Fraction(0)

    # R4

    def business(self, person: Person, month: str) -> Fraction:
        own_farm = all_farm = Fraction(0)
        paid: list[Row] = []
        for owner, row in self.all_rows("NY01"):
            yearly = row.get("farmland_area", Fraction(0)) * Fraction(self.parameters.farm_income_per_mu)
            if owner == person:
                all_farm += yearly / 12
                if row not in paid:
                    own_farm += yearly / 12
            paid.append(row)
        shops = [row for row in self.rows(person, "SC01") if row["status"] == "active"]
        declared = self.declared(person, "business", month)
        if not shops:
            return own_farm if own_farm else max((declared or Fraction(0)) - all_farm, Fraction(0))
        if month[:4] == LAST_YEAR:
            return own_farm + sum(
                (max(row["last_year_profit"], Fraction(0)) / 12 for row in shops), Fraction(0)
            )
        assert declared is not None  # a business without a figure is undetermined
        return own_farm + max(declared - all_farm, Fraction(0))

    # R5

    def property(self, person: Person, month: str) -> Fraction:
        paid = [
            row["benefit_amount"]
            for row in self.rows(person, "JR04")
            if "benefit_date" in row and f"{row['benefit_date']:%Y-%m}" == month
        ]
        return sum(paid, Fraction(0)) if paid else self.declared(person, "property", month) or Fraction(0)

    # R6, R7

    def monthly_transfers(self, person: Person, month: str) -> Iterator[tuple[Fraction, Fraction]]:
        """Amount of the month, and what of it is exempt or was counted for another member."""
        for row in self.rows(person, "RS02"):
            is_exempt = self.parameters.basic_pension_exempt and row["pension_scheme"] == "resident"
            if row["start_month"] <= month:
                yield row["monthly_pension"], row["basic_pension_part"] if is_exempt else Fraction(0)
        for row in self.rows(person, "RS03"):
            if row["benefit_start"] <= month <= row["benefit_end"]:
                yield row["unemployment_benefit"], Fraction(0)
        for row in self.rows(person, "TY01"):
            if str(row["start_year"]) <= month[:4]:
                amount = row["payment_amount"]
                yield amount, amount if "TY01" in self.parameters.exempt_items else Fraction(0)
        yield from self.assistance(person, month)

    def assistance(self, person: Person, month: str) -> Iterator[tuple[Fraction, Fraction]]:
        """Of the household: every holder's answer shows it, and it counts for the first."""
        holders = [owner for owner, _ in self.all_rows("MZ01")]
        for row in self.rows(person, "MZ01"):
            if row["start_month"] <= month <= row.get("end_month", month):
                is_counted = holders[0] == person and "MZ01" not in self.parameters.exempt_items
                yield row["monthly_amount"], Fraction(0) if is_counted else row["monthly_amount"]

    def transfers(self, person: Person) -> Fraction:
        """Of the window."""
        of_year = sum((amount for amount, _ in self.yearly_transfers(person)), Fraction(0)) / 12
        counted = sum(
            (amount for amount, is_counted in self.yearly_transfers(person) if is_counted), Fraction(0)
        )
        total = counted / 12 * len(self.months())
        for month in self.months():
            records = list(self.monthly_transfers(person, month))
            if any(exempt < amount or amount == 0 for amount, exempt in records):
                total += sum((amount - exempt for amount, exempt in records), Fraction(0))
            else:
                known = of_year + sum((amount for amount, _ in records), Fraction(0))
                total += max((self.declared(person, "transfer", month) or Fraction(0)) - known, Fraction(0))
        return total

    def yearly_transfers(self, person: Person) -> Iterator[tuple[Fraction, bool]]:
        """Amount, and whether it counts: neither what is exempt nor what was counted for another member."""
        for row in self.rows(person, "JY02"):
            yield row["aid_amount"], "JY02" not in self.parameters.exempt_items
        paid: list[Row] = []
        for owner, row in self.all_rows("NY01"):
            if owner == person:
                yield row["subsidy_total"], row not in paid and "NY01" not in self.parameters.exempt_items
            paid.append(row)

    # R8

    def support(self) -> Fraction:
        household, parameters = self.commission.household, self.parameters
        counted, total = [member.ref for member in self.members()], Fraction(0)
        not_counted = [member.ref for member in household.members if member.ref not in counted]
        for supporter in household.supporters:
            for parent in supporter.supports:
                if parent not in counted or supporter.excluded_reason:
                    continue
                shared_by = len([ref for ref in supporter.supports if ref not in not_counted])
                if (
                    supporter.support_by_agreement_month_fen is not None
                    and parameters.support_by_agreement_first
                ):
                    inside = len([ref for ref in supporter.supports if ref in counted])
                    total += Fraction(supporter.support_by_agreement_month_fen) / 100 / inside
                    continue
                assert supporter.household_income_month_fen is not None
                per_capita = Fraction(supporter.household_income_month_fen) / 100 / supporter.household_size
                threshold = Fraction(parameters.support_threshold_multiple) * Fraction(
                    parameters.standard_month
                )
                children = sum(parent in other.supports for other in household.supporters)
                rate = Fraction(parameters.support_rate_le2 if children <= 2 else parameters.support_rate_ge3)
                total += max(per_capita - threshold, Fraction(0)) * rate / shared_by
        return total * len(self.months())

    # R10 to R12

    def expenditure(self) -> Fraction:
        assert self.commission.declaration is not None
        months, found = self.months(), []
        for _, row in self.all_rows("YB01"):
            if row["month"] in months:
                found.append(row["out_of_pocket"])
        for _, row in self.all_rows("JY01"):
            if row["study_status"] == "studying":
                found.append(row["tuition"] * len(months) / 12)
        if found:
            return sum(found, Fraction(0))
        return Fraction(self.commission.declaration.rigid_expenditure_fen or 0) / 100

    def income(self) -> Fraction:
        """Of the household in the window, before necessary expenditure."""
        total = self.support()
        for person in self.members():
            for month in self.months():
                total += self.wage(person, month) + self.business(person, month)
                total += self.property(person, month)
        return total + sum((self.transfers(person) for person in self.members()), Fraction(0))

    def per_capita_month(self) -> Decimal:
        income = self.income()
        if self.parameters.rigid_deduction == "full":
            income -= self.expenditure()
        return half_up(max(income, Fraction(0)) / len(self.members()) / len(self.months()))

    def band(self) -> str:
        income, standard = self.per_capita_month(), self.parameters.standard_month
        if income < standard:
            return "below"
        return "edge" if income < self.parameters.edge_multiple * standard else "above"

    # R14, R15

    def deposits(self) -> Fraction:
        """D2: every account once; the total at a bank only where it names no account of the person."""
        accounts: dict[str, Fraction] = {}
        totals: dict[tuple[str, str], Fraction] = {}
        rows = [((person.ref, row["bank_code"]), row) for person, row in self.all_rows("JR01")]
        named = [bank for bank, row in rows if "account_balance" in row]
        for bank, row in rows:
            if "account_balance" in row:
                accounts[row["account_no"]] = row["account_balance"]
            elif bank not in named:
                totals[bank] = row["bank_total_balance"]
        return sum((*accounts.values(), *totals.values()), Fraction(0))

    def financial_assets(self) -> Fraction:
        total = self.deposits()
        for item, names in (
            ("JR02", ("stock_market_value", "cash_balance")),
            ("JR03", ("open_end_market_value",)),
            ("ZF01", ("account_balance",)),
        ):
            total += sum((row[name] for _, row in self.all_rows(item) for name in names), Fraction(0))
        for _, row in self.all_rows("JR04"):
            if "cash_value" in row:
                total += row["cash_value"]
            elif row["policy_type"] != "protection":
                total += row["policy_total_value"]
        return total

    def financial_assets_per_capita(self) -> Decimal:
        return half_up(self.financial_assets() / len(self.members()))

    # R16

    def vehicles(self) -> int:
        counted = set()
        for _, row in self.all_rows("GA02"):
            gone = row["status"] in ("scrapped", "transferred")
            exempt = row["vehicle_type"] in self.parameters.vehicle_exempt_types
            cheap = 0 < self.parameters.vehicle_exempt_value >= row["current_value"]
            if not (gone or exempt or cheap):
                counted.add(row["plate_no"])
        return len(counted)

    # R17

    def estates(self) -> list[list[tuple[Person, Row]]]:
        """Every registered unit, then every house that only the housing register knows."""
        units: dict[str, list[tuple[Person, Row]]] = {}
        for person, row in self.all_rows("GT02"):
            units.setdefault(row["unit_no"], []).append((person, row))
        addresses = {row["location"] for rows in units.values() for _, row in rows}
        houses: dict[str, list[tuple[Person, Row]]] = {}
        for person, row in self.all_rows("GT01"):
            if row["address"] not in addresses and row["ownership_type"] != "public_rental":
                houses.setdefault(row["address"], []).append((person, row))
        held = [[pair for pair in rows if "transfer_date" not in pair[1]] for rows in units.values()]
        return [rows for rows in held if rows] + list(houses.values())

    def dwellings(self) -> int:
        return sum(rows[0][1]["use_type"] == "residential" for rows in self.estates())

    def nonresidential(self) -> int:
        return sum(rows[0][1]["use_type"] != "residential" for rows in self.estates())

    def dwelling_area_per_capita(self) -> Decimal:
        area = Fraction(0)
        for rows in self.estates():
            if rows[0][1]["use_type"] == "residential":
                share = sum((row.get("share", Fraction(0)) for _, row in rows), Fraction(0))
                if "share" not in rows[0][1]:  # unknown: all owners alike
                    share = Fraction(len(rows)) / max(len(rows), len(rows[0][1]["co_owners"]) + 1)
                area += rows[0][1].get("building_area", rows[0][1].get("floor_area")) * share
        return half_up(area / len(self.members()))

    # R18

    def entities(self) -> int:
        """A shop without employees counts as none where the locality says so."""
        rows = [(item, row) for item in ("SC01", "SC02", "SC03") for _, row in self.all_rows(item)]
        counted = 0
        for number in {row["uscc"] for _, row in rows}:
            own = [(item, row) for item, row in rows if row["uscc"] == number]
            standing = any(row["status"] == "active" for _, row in own)
            is_shop = number.startswith("92") and all(item == "SC01" for item, _ in own)
            alone = is_shop and all(row["employees"] == 0 for _, row in own)
            exempt = alone and self.parameters.entity_exempt_rule == "couple_shop_without_employees"
            counted += standing and not exempt
        return counted
