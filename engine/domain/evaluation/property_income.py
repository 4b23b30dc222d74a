"""R5: what insurance paid out in the window. Interest, rent and dividends can only be declared."""

from collections.abc import Iterator

from engine.domain.evaluation.case import Case
from engine.domain.evaluation.income_evidence import IncomeEvidence, by_month
from engine.domain.evaluation.ledger import Grade, Line
from engine.domain.evaluation.window import month_of


def read_property(case: Case, person: str) -> IncomeEvidence:
    return IncomeEvidence((by_month(_benefits(case, person)),))


def _benefits(case: Case, person: str) -> Iterator[tuple[str, Line]]:
    """A payment may give back what was paid in, so only a person can say how much of it is a gain."""
    for fact in case.facts("JR04", person=person):
        amount, day = fact.money("benefit_amount"), fact.day("benefit_date")
        if amount and day:
            month = month_of(day)
            yield month, fact.line(f"{month} 商业保险领取金额", amount, Grade.ESTIMATED, "可能含返还的本金")
