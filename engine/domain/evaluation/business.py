"""R4: net income of a business, of an organisation run, and of farmland by the local rate."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from engine.domain.evaluation.case import Case
from engine.domain.evaluation.fact import Fact, mark_repeats
from engine.domain.evaluation.income_evidence import IncomeEvidence, by_month
from engine.domain.evaluation.ledger import Grade, Line
from engine.domain.evaluation.span import ZERO

CLOSED = ("revoked", "cancelled")
MONTHS_A_YEAR = 12


def read_business(case: Case, person: str) -> IncomeEvidence:
    shops = [fact for fact in case.facts("SC01", person=person) if fact.text("status") not in CLOSED]
    organisations = [fact for fact in case.facts("MZ04", person=person) if organisation_income(fact)]
    profits = by_month(_profits(case, shops, organisations))
    farm = tuple(_farm(case, person))
    if shops or organisations:
        return IncomeEvidence(
            (profits,), tuple(line for _, line in farm), "经营中但没有该期间的数据，不作为零"
        )
    return IncomeEvidence((by_month(farm),))


def organisation_income(fact: Fact) -> Decimal:
    names = ("business_net_income", "unregistered_business_net_income")
    return sum((fact.money(name) or ZERO for name in names), ZERO)


def _profits(case: Case, shops: Iterable[Fact], organisations: Iterable[Fact]) -> Iterator[tuple[str, Line]]:
    """D3: last year's profit fills only the months of that year. A loss takes nothing from other income."""
    profits = [(fact, fact.money("last_year_profit")) for fact in shops]
    for fact, profit in profits:
        if profit is not None:
            yield from _of_last_year(case, fact, "上年盈利收入", profit)
        elif any(known is not None for _, known in profits):
            for month in _last_year(case, fact):
                yield month, fact.line(f"{month} 上年盈利收入", None, reason="未返回，不作为零")
    for fact in organisations:
        yield from _of_last_year(case, fact, "社会组织经营净收入", organisation_income(fact))


def _of_last_year(case: Case, fact: Fact, label: str, amount: Decimal) -> Iterator[tuple[str, Line]]:
    monthly = max(amount, ZERO) / MONTHS_A_YEAR
    for month in _last_year(case, fact):
        yield month, fact.line(f"{month} {label}的十二分之一", monthly, Grade.ESTIMATED, "按上年度数据推算")


def _last_year(case: Case, fact: Fact) -> Iterator[str]:
    return (month for month in case.months if month[:4] == fact.last_year)


def _farm(case: Case, person: str) -> Iterator[tuple[str, Line]]:
    """The same land reported for several members counts once (D2)."""
    rate = case.parameters.farm_income_per_mu
    for fact, is_repeat in mark_repeats(case.facts("NY01"), farm_key):
        area = fact.money("farmland_area")
        if fact.person != person or not area or not rate:
            continue
        for month in case.months:
            label, amount = f"{month} 农用地 {area:f} 亩", area * rate / MONTHS_A_YEAR
            line = fact.line(label, amount, Grade.ESTIMATED, "按当地亩均标准推算")
            yield month, line.lost("与其他家庭成员的记录重复（D2）") if is_repeat else line


def farm_key(fact: Fact) -> tuple[object, ...] | None:
    account = fact.text("bank_account_no")
    return (account, fact.money("farmland_area"), fact.money("subsidy_total")) if account else None
