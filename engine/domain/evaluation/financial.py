"""R14, R15: deposits, securities, funds, insurance and accounts as of one day, together and per head."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.domain.evaluation.case import Case, declared_line
from engine.domain.evaluation.fact import Fact, mark_repeats
from engine.domain.evaluation.income_evidence import SUPPOSED
from engine.domain.evaluation.ledger import Grade, Line, Sheet, found_range
from engine.domain.evaluation.span import ZERO

CATEGORY = "financial_assets"
ACCOUNT_FIRST = "已按账户余额计算，同一银行总额不再计入（D2）"
SAME_ACCOUNT = "同一账户已计入（D2）"
NO_AMOUNT = "金额未返回，不作为零"


@dataclass(frozen=True)
class Kind:
    """A kind of asset whose value is a sum of fields; `account` tells the same holding reported twice."""

    item: str
    label: str
    amounts: tuple[str, ...]
    account: str = ""


KINDS = (
    Kind("JR02", "股票市值和资金余额", ("stock_market_value", "cash_balance"), "fund_account_no"),
    Kind("JR03", "基金市值", ("open_end_market_value", "closed_end_market_value")),
    Kind("JR05", "债券市值", ("bond_market_value",)),
    Kind("JR06", "期货市值", ("futures_market_value",)),
    Kind("JR07", "理财市值", ("wealth_market_value",), "wealth_account_no"),
    Kind("JR08", "外汇（贵金属）市值", ("fx_market_value_cny",), "fx_account_no"),
    Kind("ZF01", "第三方支付账户余额", ("account_balance",)),
)
ITEMS = ("JR01", "JR04", *(kind.item for kind in KINDS))


def is_financial_examined(case: Case) -> bool:
    return "property" in case.letter.content and (case.is_full or case.is_asked("JR01"))


def financial_sheets(case: Case) -> tuple[Sheet, Sheet]:
    """All of it, and per head."""
    total = case.sheet(CATEGORY, "家庭金融资产", "R14", "yuan", _lines(case))
    return total, case.per_head(total, "financial_assets_per_capita", "人均金融资产", "R15", "yuan")


def found_assets(case: Case) -> tuple[Decimal, Decimal] | None:
    return found_range(_found(case))


def _lines(case: Case) -> Iterator[Line]:
    declaration = case.commission.declaration
    if case.is_trusted("", CATEGORY) and declaration is not None:
        yield declared_line(
            "申报的金融资产", Decimal(declaration.financial_assets_fen or 0) / 100, None, True
        )
        yield from (line.lost(SUPPOSED) for line in _found(case))
    else:
        yield from _found(case)
    yield from case.gaps(*ITEMS)


def _found(case: Case) -> Iterator[Line]:
    yield from _deposits(case)
    for kind in KINDS:
        yield from _kind(case, kind)
    yield from _insurance(case)


def _kind(case: Case, kind: Kind) -> Iterator[Line]:
    facts = _newest_first(case.facts(kind.item), kind.amounts[0])
    for fact, is_repeat in mark_repeats(facts, lambda fact: fact.text(kind.account) or None):
        known = [amount for name in kind.amounts if (amount := fact.money(name)) is not None]
        line = fact.line(kind.label, sum(known, ZERO) if known else None, reason="" if known else NO_AMOUNT)
        yield line.lost(SAME_ACCOUNT) if is_repeat else line


def _deposits(case: Case) -> Iterator[Line]:
    """D2: by account when the bank names accounts, else the total at the bank; a joint account once."""
    facts = case.facts("JR01")
    accounts = [fact for fact in facts if fact.money("account_balance") is not None]
    newest = _newest_first(accounts, "account_balance")
    for fact, is_repeat in mark_repeats(newest, lambda fact: fact.text("account_no") or None):
        line = fact.line("账户余额", max(fact.money("account_balance") or ZERO, ZERO))
        yield line.lost(SAME_ACCOUNT) if is_repeat else line
    totals = [fact for fact in facts if fact.money("account_balance") is None]
    yield from _bank_totals(totals, {bank_of(fact) for fact in accounts})


def _bank_totals(facts: Iterable[Fact], banks_with_accounts: set[tuple[str, str]]) -> Iterator[Line]:
    """The total is repeated in every row of a bank."""
    for fact, is_repeat in mark_repeats(_newest_first(facts, "bank_total_balance"), bank_of):
        total = fact.money("bank_total_balance")
        line = fact.line("同一银行存款总额", total, reason="" if total is not None else NO_AMOUNT)
        if bank_of(fact) in banks_with_accounts:
            yield line.lost(ACCOUNT_FIRST)
        else:
            yield line.lost("同一银行总额已计入（D2）") if is_repeat else line


def bank_of(fact: Fact) -> tuple[str, str]:
    return fact.person, fact.text("bank_code") or fact.text("bank_name")


def _insurance(case: Case) -> Iterator[Line]:
    """By cash value; the total value is what would be paid out, so without a cash value it is a guess."""
    for fact in case.facts("JR04"):
        cash, total = fact.money("cash_value"), fact.money("policy_total_value")
        if cash is not None:
            yield fact.line("商业保险现金价值", cash)
        elif fact.text("policy_type") == "protection":
            yield fact.line("保障型商业保险", total).lost("没有现金价值")
        else:
            reason = "现金价值未返回，按总市值推算" if total is not None else NO_AMOUNT
            yield fact.line("商业保险总市值", total, Grade.ESTIMATED, reason)


def _newest_first(facts: Iterable[Fact], amount: str) -> list[Fact]:
    """Of two answers about one account the newer counts, of two as new the larger."""

    def age(fact: Fact) -> tuple[float, Decimal]:
        queried = fact.values.get("queried_at")
        moment = queried if isinstance(queried, datetime) else fact.at
        return -moment.timestamp(), -(fact.money(amount) or ZERO)

    return sorted(facts, key=age)
