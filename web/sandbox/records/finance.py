"""Records of banks, securities, insurers and payment services."""

from collections.abc import Callable, Mapping

from web.sandbox.people import Holding, yuan
from web.sandbox.records.question import Answerer, Question, Row


def _deposits(question: Question) -> list[Row]:
    accounts = question.person.accounts
    return [
        {
            "bank_name": account.bank,
            "bank_total_balance": yuan(sum(a.balance for a in accounts if a.bank == account.bank)),
            "deposit_type": account.deposit_type,
            "queried_at": question.asked_at_text,
            "account_balance": yuan(account.balance),
            "bank_code": account.bank_code,
            "account_type": "class_1",
            "account_no": account.card,
            "large_outflows_6m": "0.00",
        }
        for account in accounts
    ]


def _stocks(question: Question, holding: Holding) -> Row:
    cash = holding.value // 10
    return {
        "fund_account_no": holding.number,
        "stock_market_value": yuan(holding.value - cash),
        "cash_balance": yuan(cash),
        "queried_at": question.asked_at_text,
        "broker": "样例证券股份有限公司",
    }


def _funds(question: Question, holding: Holding) -> Row:
    return {
        "open_end_distributor": "样例基金销售有限公司",
        "open_end_market_value": yuan(holding.value),
        "closed_end_broker": None,
        "closed_end_market_value": None,
        "queried_at": question.asked_at_text,
    }


def _insurance(question: Question, holding: Holding) -> Row:
    return {
        "policy_name": holding.name,
        "policy_total_value": yuan(holding.value),
        "insurer_name": "样例人寿保险有限公司",
        "premium_paid": yuan(holding.value),
        "last_premium_date": "2024-06-01",
        "benefit_date": None,
        "benefit_amount": None,
        "queried_at": question.asked_at_text,
        "cash_value": yuan(holding.value),
        "policy_type": "savings",
    }


def _bonds(question: Question, holding: Holding) -> Row:
    return {
        "bond_name": holding.name,
        "bond_market_value": yuan(holding.value),
        "queried_at": question.asked_at_text,
        "traded_at": "2024-03-18T10:05:00+08:00",
    }


def _futures(question: Question, holding: Holding) -> Row:
    return {
        "futures_name": holding.name,
        "futures_market_value": yuan(holding.value),
        "queried_at": question.asked_at_text,
        "traded_at": "2024-05-20T14:30:00+08:00",
    }


def _wealth(question: Question, holding: Holding) -> Row:
    return {
        "wealth_account_no": holding.number,
        "wealth_market_value": yuan(holding.value),
        "queried_at": question.asked_at_text,
        "traded_at": "2025-02-10T09:30:00+08:00",
    }


def _foreign_exchange(question: Question, holding: Holding) -> Row:
    return {
        "fx_account_no": holding.number,
        "fx_market_value_cny": yuan(holding.value),
        "queried_at": question.asked_at_text,
        "traded_at": "2024-11-11T11:11:00+08:00",
    }


def _large_expenditure(question: Question) -> list[Row]:
    if not question.person.shows_everything:
        return []
    return [{"expense_name": "家用电器", "month": question.months[0], "amount": "5200.00"}]


def _payments(question: Question) -> list[Row]:
    person = question.person
    if person.wallet is None:
        return []
    return [
        {
            "operator_name": "样例支付服务有限公司",
            "account_user_name": person.name,
            "account_balance": yuan(person.wallet),
            "payments_last_12m": yuan(1_200_000 + person.wallet * 3),
        }
    ]


def _holdings(item: str, record: Callable[[Question, Holding], Row]) -> Answerer:
    def answer(question: Question) -> list[Row]:
        return [record(question, holding) for holding in question.person.holdings if holding.kind == item]

    return answer


FINANCE: Mapping[str, Answerer] = {
    "JR01": _deposits,
    "JR02": _holdings("JR02", _stocks),
    "JR03": _holdings("JR03", _funds),
    "JR04": _holdings("JR04", _insurance),
    "JR05": _holdings("JR05", _bonds),
    "JR06": _holdings("JR06", _futures),
    "JR07": _holdings("JR07", _wealth),
    "JR08": _holdings("JR08", _foreign_exchange),
    "JR09": _large_expenditure,
    "ZF01": _payments,
}
