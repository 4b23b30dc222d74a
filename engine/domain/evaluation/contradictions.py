"""What two sources, or a source and the papers, say against each other: a visible table of small rules.

A rule yields the person, the items and a what-if. A contradiction is material when the what-if moves a test
(D4); without a what-if it is information. No rule scores anybody and none has a consequence of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.evaluation.assessment import Assessment, assess
from engine.domain.evaluation.business import read_business
from engine.domain.evaluation.case import Case, WhatIf
from engine.domain.evaluation.fact import Fact, without_repeats
from engine.domain.evaluation.financial import bank_of
from engine.domain.evaluation.income_evidence import declared_months, found_income
from engine.domain.evaluation.marriage import marital_state
from engine.domain.evaluation.real_estate import plain_address, read_estates
from engine.domain.evaluation.span import WHOLE, ZERO
from engine.domain.evaluation.transfers import read_transfers
from engine.domain.evaluation.wages import gross_pay, paid_months
from engine.domain.evaluation.window import month_of, months_back
from engine.domain.identity import normalise_resident_id
from engine.domain.result import Doubt

MARRIED = ("20", "21", "22", "23")
UNMARRIED = ("10", "30", "40")


@dataclass(frozen=True)
class Contradiction:
    person: str
    items: tuple[str, ...]
    what_if: WhatIf | None = None  # None: only information
    is_material: bool = False  # for the few whose amount nobody can know


@dataclass(frozen=True)
class Rule:
    code: str
    label: str
    find: Callable[[Case], Iterator[Contradiction]]


def find_contradictions(case: Case, result: Assessment) -> Iterator[Doubt]:
    for rule in RULES:
        for found in rule.find(case):
            is_material = found.is_material or _moves(case, result, found.what_if)
            yield Doubt(rule.code, rule.label, found.person, found.items, is_material)


def _moves(case: Case, result: Assessment, what_if: WhatIf | None) -> bool:
    return what_if is not None and assess(case.supposing(what_if)).differs_from(result)


def _adding(code: str, amount: Decimal) -> WhatIf:
    return WhatIf(added={code: amount})


def marital_status_contradicts(case: Case) -> Iterator[Contradiction]:
    """The household register is often years behind: information, unless a spouse may be missing."""
    for person in case.members:
        state = marital_state(
            case.facts("MZ02", person=person.ref), case.facts("FY01", person=person.ref), person
        )
        registered = {
            fact.text("marital_status")
            for fact in case.facts("GA01", person=person.ref)
            if _is_of(fact, person.id_no)
        }
        if state.is_married and registered & set(UNMARRIED):
            yield Contradiction(person.ref, ("GA01", "MZ02"), _adding("household_size", WHOLE))
        elif state.is_divorced and registered & set(MARRIED):
            yield Contradiction(person.ref, ("GA01", "MZ02"))


def _is_of(fact: Fact, id_no: str) -> bool:
    return fact.id_no() in ("", normalise_resident_id(id_no))


def unemployment_benefit_while_employed(case: Case) -> Iterator[Contradiction]:
    for person in case.members:
        employed = paid_months(case, person.ref)
        benefits = {
            month
            for month, lines in read_transfers(case, person.ref).tiers[0].items()
            if any(line.item == "RS03" for line in lines)
        }
        if employed & benefits:
            ignored = frozenset({(person.ref, "RS03")})
            yield Contradiction(person.ref, ("RS01", "RS03"), WhatIf(ignored=ignored))


def dwelling_disposed_of(case: Case) -> Iterator[Contradiction]:
    """Within the look-back window. What it was sold for no source says, so a person always looks."""
    since = months_back(case.today, case.parameters.disposal_lookback_months)
    for estate in read_estates(case):
        gone = [
            fact
            for fact in estate.registered
            if (day := fact.day("transfer_date")) and since <= day <= case.today
        ]
        if gone and not estate.is_owned:
            yield Contradiction(gone[0].person, ("GT02",), is_material=True)


def large_outflows(case: Case) -> Iterator[Contradiction]:
    """Money that left the accounts in the half year before: would the limit be exceeded with it?"""
    for person in case.members:
        facts = without_repeats(case.facts("JR01", person=person.ref), _account)
        total = sum((fact.money("large_outflows_6m") or ZERO for fact in facts), ZERO)
        if total > 0:
            yield Contradiction(person.ref, ("JR01",), _adding("financial_assets", total))


def bank_total_above_accounts(case: Case) -> Iterator[Contradiction]:
    """The bank's own total is larger than the accounts it lists."""
    facts = case.facts("JR01")
    for bank in sorted({bank_of(fact) for fact in facts}):
        here = without_repeats((fact for fact in facts if bank_of(fact) == bank), _account)
        balances = [amount for fact in here if (amount := fact.money("account_balance")) is not None]
        total = max(
            (fact.money("bank_total_balance") or ZERO for fact in facts if bank_of(fact) == bank),
            default=ZERO,
        )
        missing = total - sum(balances, ZERO)
        if balances and missing > 0:
            yield Contradiction(bank[0], ("JR01",), _adding("financial_assets", missing))


def _account(fact: Fact) -> str | None:
    return fact.text("account_no") or None


def licence_without_vehicle(case: Case) -> Iterator[Contradiction]:
    if not case.is_complete("GA02"):
        return
    plates = {fact.text("plate_no").upper() for fact in case.facts("GA02")}
    for fact in case.facts("JT01"):
        plate = fact.text("plate_no").upper()
        if plate and plate not in plates and fact.text("status") in ("", "active"):
            yield Contradiction(fact.person, ("GA02", "JT01"), _adding("vehicles", WHOLE))


def loan_without_dwelling(case: Case) -> Iterator[Contradiction]:
    known = {
        plain_address(fact.text(name))
        for estate in read_estates(case)
        for fact in estate.facts
        for name in ("location", "address")
    }
    for fact in case.facts("GJJ02"):
        address = plain_address(fact.text("property_address"))
        if address and address not in known and (case.is_complete("GT01") or case.is_complete("GT02")):
            yield Contradiction(fact.person, ("GJJ02", "GT02"), _adding("dwellings", WHOLE))


def taxed_income_above_found(case: Case) -> Iterator[Contradiction]:
    """Individual income taxed in periods wholly inside the window (D3); the two tax rows may be one (D2)."""
    for person in case.members:
        facts = without_repeats(case.facts("GS01", "DS01", person=person.ref), _tax_record)
        counted = [fact for fact in facts if _is_in_window(case, fact)]
        taxed = sum((fact.money("taxable_income") or ZERO for fact in counted), ZERO)
        tax = sum((fact.money("tax_amount") or ZERO for fact in counted), ZERO)
        _, business = found_income(case, read_business(case, person.ref)) or (ZERO, ZERO)
        missing = taxed - tax - gross_pay(case, person.ref) - business
        if missing > 0:
            items = tuple(sorted({fact.item for fact in counted}))
            yield Contradiction(person.ref, items, _adding("wage_income", missing))


def _tax_record(fact: Fact) -> tuple[object, ...]:
    period = fact.day("period_start"), fact.day("period_end")
    return (fact.text("tax_type"), *period, fact.money("taxable_income"), fact.money("tax_amount"))


def _is_in_window(case: Case, fact: Fact) -> bool:
    start, end = fact.day("period_start"), fact.day("period_end")
    if fact.text("tax_type") != "individual_income" or not case.months or start is None or end is None:
        return False
    return case.months[0] <= month_of(start) and month_of(end) <= case.months[-1]


def insured_as_employee_without_pay(case: Case) -> Iterator[Contradiction]:
    for fact in case.facts("RS04"):
        is_employee = fact.text("scheme") == "employee" and fact.text("status") in ("", "active")
        is_silent = case.is_complete("RS01") and not paid_months(case, fact.person)
        if is_employee and is_silent and fact.month("last_month") in case.months:
            yield Contradiction(fact.person, ("RS01", "RS04"))


def child_support_not_declared(case: Case) -> Iterator[Contradiction]:
    """The record does not say who pays whom."""
    for fact in case.facts("FY01"):
        amount = fact.money("monthly_child_support")
        if amount and not declared_months(case, fact.person, "transfer"):
            yield Contradiction(fact.person, ("FY01",), _adding("transfer_income", amount * len(case.months)))


def already_assisted(case: Case) -> Iterator[Contradiction]:
    """Assistance of the same kind runs already: normal when recipients are verified again."""
    now = month_of(case.today)
    for fact in case.facts("MZ01"):
        is_running = fact.month("start_month") <= now <= (fact.month("end_month") or now)
        if fact.text("assistance_type") == case.service and is_running:
            yield Contradiction(fact.person, ("MZ01",))


RULES = (
    Rule("marital_status_contradicts", "户籍登记的婚姻状况与婚姻登记信息不一致", marital_status_contradicts),
    Rule(
        "unemployment_benefit_while_employed",
        "同一月份既有工资又有失业保险金",
        unemployment_benefit_while_employed,
    ),
    Rule("dwelling_disposed_of", "追溯期内有房产转移登记", dwelling_disposed_of),
    Rule("large_outflows", "查询日前半年内有大额支出", large_outflows),
    Rule("bank_total_above_accounts", "同一银行存款总额大于所列账户余额之和", bank_total_above_accounts),
    Rule("licence_without_vehicle", "有道路运输经营许可但没有对应的车辆信息", licence_without_vehicle),
    Rule("loan_without_dwelling", "有公积金贷款但没有对应的住房信息", loan_without_dwelling),
    Rule("taxed_income_above_found", "期间内计税收入大于查询到的工资和经营收入", taxed_income_above_found),
    Rule(
        "insured_as_employee_without_pay",
        "参加职工基本医疗保险但没有工资信息",
        insured_as_employee_without_pay,
    ),
    Rule("child_support_not_declared", "离婚判决载有抚养费，申报中没有", child_support_not_declared),
    Rule("already_assisted", "正在享受同类社会救助", already_assisted),
)
