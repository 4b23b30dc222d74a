"""R10: necessary expenditure of the window: self-paid medical cost and tuition, otherwise as declared."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from engine.domain.evaluation.business import MONTHS_A_YEAR
from engine.domain.evaluation.case import Case, declared_of_household
from engine.domain.evaluation.fact import Fact
from engine.domain.evaluation.income_evidence import OUTRANKED, SUPPOSED
from engine.domain.evaluation.ledger import Grade, Line, found_range

ITEMS = ("YB01", "JY01")
CATEGORY = "rigid_expenditure"


def expenditure_lines(case: Case) -> Iterator[Line]:
    found = tuple(_found(case))
    declared = _declared(case, found)
    if case.is_trusted("", CATEGORY):
        yield from (line.lost(SUPPOSED) for line in found)
        yield from declared
        return
    is_found = any(line.counted for line in found)
    yield from found
    yield from (line.lost(OUTRANKED) if is_found else line for line in declared)
    yield from case.gaps(*ITEMS)


def found_expenditure(case: Case) -> tuple[Decimal, Decimal] | None:
    return found_range(_found(case))


def _declared(case: Case, found: Iterable[Line]) -> tuple[Line, ...]:
    declaration = case.commission.declaration
    if declaration is None or declaration.rigid_expenditure_fen is None:
        return ()
    amount = Decimal(declaration.rigid_expenditure_fen) / 100
    return (declared_of_household("申报的必要支出", amount, found, case.is_trusted("", CATEGORY)),)


def _found(case: Case) -> Iterator[Line]:
    for fact in case.facts("YB01"):
        if fact.month("month") in case.months:
            yield _medical(fact)
    for fact in case.facts("JY01"):
        tuition = fact.money("tuition")
        if tuition and fact.text("study_status") in ("", "studying"):
            line = fact.line(
                "学费（按年折算）", tuition * len(case.months) / MONTHS_A_YEAR, Grade.ESTIMATED, "按学年折算"
            )
            yield line.exempted("民办高收费学校，不作为必要支出") if fact.flag("private_high_fee") else line


def _medical(fact: Fact) -> Line:
    month, own = fact.month("month"), fact.money("out_of_pocket")
    if own is None:
        return fact.line(f"{month} 医疗支出，自付部分未返回", None, reason="自付部分未知，不作为零")
    return fact.line(f"{month} 医疗自付支出", own)
