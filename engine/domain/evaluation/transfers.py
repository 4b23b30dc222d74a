"""R6, R7: pensions, unemployment benefit, assistance and other transfers, and what of them is exempt."""

from collections.abc import Iterator
from decimal import Decimal

from engine.domain.evaluation.business import MONTHS_A_YEAR, farm_key
from engine.domain.evaluation.case import HARDSHIP_SERVICE, Case
from engine.domain.evaluation.fact import Fact, mark_repeats
from engine.domain.evaluation.income_evidence import IncomeEvidence, by_month
from engine.domain.evaluation.ledger import Grade, Line
from engine.domain.evaluation.span import ZERO

REPEATED = "与其他家庭成员的记录重复（D2）"
UNDATED = "起止年月未返回，按整个期间推算"


def read_transfers(case: Case, person: str) -> IncomeEvidence:
    monthly = by_month(
        (
            *_pensions(case, person),
            *_benefits(case, person),
            *_assistance(case, person),
            *_veterans(case, person),
        )
    )
    stopped = [f for f in case.facts("RS02", person=person) if is_stopped(f) and f.money("monthly_pension")]
    lump = (*_student_aid(case, person), *_subsidies(case, person), *(_stopped(fact) for fact in stopped))
    return IncomeEvidence((monthly,), lump)


def is_stopped(fact: Fact) -> bool:
    return fact.text("payment_status") not in ("", "normal")


def _stopped(fact: Fact) -> Line:
    """The register keeps no month in which a pension stopped, so what was paid in the window is unknown."""
    return fact.line("养老金已停发，停发年月未返回", None, reason="期间内的发放额未知，不作为零")


def _pensions(case: Case, person: str) -> Iterator[tuple[str, Line]]:
    for fact in case.facts("RS02", person=person):
        amount, start = fact.money("monthly_pension"), fact.month("start_month")
        if not amount or is_stopped(fact):
            continue
        basic = _basic_part(case, fact, amount)
        grade, reason = (Grade.RECORDED, "") if start else (Grade.ESTIMATED, UNDATED)
        if basic is None:
            grade, reason = Grade.ESTIMATED, "其中基础养老金未返回，可能有不计入的部分"
        label = f"月养老金，其中基础养老金 {basic:f} 不计入" if basic else "月养老金"
        for month in case.months:
            if start <= month:
                exempt = basic or ZERO
                yield month, fact.line(f"{month} {label}", amount - exempt, grade, reason, exempt)


def _basic_part(case: Case, fact: Fact, pension: Decimal) -> Decimal | None:
    """R7: the basic part of a resident pension. None = exempt, but not reported."""
    is_exempt = case.parameters.basic_pension_exempt or case.service == HARDSHIP_SERVICE
    if not is_exempt or fact.text("pension_scheme") not in ("", "resident"):
        return ZERO
    part = fact.money("basic_pension_part")
    if part is None:
        return None if fact.text("pension_scheme") else ZERO
    return max(min(part, pension), ZERO)


def _benefits(case: Case, person: str) -> Iterator[tuple[str, Line]]:
    for fact in case.facts("RS03", person=person):
        amount = fact.money("unemployment_benefit")
        start, end = fact.month("benefit_start"), fact.month("benefit_end")
        if amount:
            grade, reason = (Grade.RECORDED, "") if start and end else (Grade.ESTIMATED, UNDATED)
            for month in case.months:
                if start <= month <= (end or month):
                    yield month, fact.line(f"{month} 失业保险金", amount, grade, reason)


def _assistance(case: Case, person: str) -> Iterator[tuple[str, Line]]:
    """The certificate is the household's: every member's answer shows the same amount."""
    holders: dict[str, str] = {}
    for fact in case.facts("MZ01"):
        number = fact.text("certificate_no")
        is_repeat = bool(number) and holders.setdefault(number, fact.person) != fact.person
        amount, start, end = fact.money("monthly_amount"), fact.month("start_month"), fact.month("end_month")
        if fact.person != person or not amount:
            continue
        for month in case.months:
            if start <= month <= (end or month):
                line = fact.line(f"{month} 社会救助金", amount)
                yield month, line.lost(REPEATED) if is_repeat else line


def _veterans(case: Case, person: str) -> Iterator[tuple[str, Line]]:
    for fact in case.facts("TY01", person=person):
        amount, start = fact.money("payment_amount"), fact.text("start_year") or fact.number("start_year")
        until = fact.month("last_paid_until")
        if amount:
            for month in case.months:
                if str(start or "") <= month <= (until or month):
                    yield month, fact.line(f"{month} 优抚待遇", amount, Grade.ESTIMATED, "按月发放推算")


def _student_aid(case: Case, person: str) -> Iterator[Line]:
    for fact in case.facts("JY02", person=person):
        amount = fact.money("aid_amount")
        if amount:
            yield _of_year(case, fact, "助学金额", amount)


def _subsidies(case: Case, person: str) -> Iterator[Line]:
    for fact, is_repeat in mark_repeats(case.facts("NY01"), farm_key):
        amount = fact.money("subsidy_total")
        if fact.person == person and amount:
            line = _of_year(case, fact, "惠农补贴", amount)
            yield line.lost(REPEATED) if is_repeat else line


def _of_year(case: Case, fact: Fact, label: str, amount: Decimal) -> Line:
    """D3: a sum of the year counts for as many twelfths as the window has months."""
    months = len(case.months)
    if months == MONTHS_A_YEAR:
        return fact.line(label, amount)
    share = amount * months / MONTHS_A_YEAR
    return fact.line(f"{label} {amount:f} 的十二分之{months}", share, Grade.ESTIMATED, "按年度数额折算")
