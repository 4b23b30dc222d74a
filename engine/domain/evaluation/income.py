"""R11, R12: the household's income in the window and per head and month, held against the local standard."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.domain.evaluation.business import read_business
from engine.domain.evaluation.case import Case
from engine.domain.evaluation.expenditure import expenditure_lines
from engine.domain.evaluation.income_evidence import NAMES, IncomeEvidence, counted_lines
from engine.domain.evaluation.ledger import Grade, Line, Sheet
from engine.domain.evaluation.property_income import read_property
from engine.domain.evaluation.span import ZERO, Span, rounded
from engine.domain.evaluation.support_income import support_lines
from engine.domain.evaluation.transfers import read_transfers
from engine.domain.evaluation.wages import necessary_cost, read_wages
from engine.domain.result import Band

CORE_ITEMS = ("RS01", "RS02")  # without them a service that is free in what it asks gets no income test


@dataclass(frozen=True)
class Category:
    """One of the four kinds of income: where it is read from, and the answers it cannot do without (D5)."""

    code: str
    rule: str
    read: Callable[[Case, str], IncomeEvidence]
    items: tuple[str, ...]


CATEGORIES: Mapping[str, Category] = {
    "wage": Category("wage_income", "R3", read_wages, ("RS01",)),
    "business": Category("business_income", "R4", read_business, ("SC01", "MZ04", "NY01")),
    "property": Category("property_income", "R5", read_property, ("JR04",)),
    "transfer": Category(
        "transfer_income", "R6", read_transfers, ("RS02", "RS03", "MZ01", "TY01", "JY02", "NY01")
    ),
}


@dataclass(frozen=True)
class Income:
    """The sheets in the order of R11; `before_deduction` is the income R13 looks at."""

    sheets: tuple[Sheet, ...]
    before_deduction: Sheet
    expenditure: Sheet
    per_capita: Sheet


def is_income_examined(case: Case) -> bool:
    if "income" not in case.letter.content:
        return False
    return case.is_full or all(case.is_asked(item) for item in CORE_ITEMS)


def count_income(case: Case) -> Income:
    wage, cost = _wage_sheets(case)
    parts = [
        wage,
        *(_category_sheet(case, name, _lines(case, name)) for name in CATEGORIES if name != "wage"),
    ]
    exempt = _exempt_sheet(case, parts)
    support = case.sheet("support_income", "赡养、抚养、扶养收入", "R8", "yuan", support_lines(case))
    expenditure = case.sheet("rigid_expenditure", "必要支出", "R10", "yuan", expenditure_lines(case))
    before = _sum_sheet([*parts, support])
    total = _after_deduction(case, before, expenditure)
    per_capita = _per_capita(case, total)
    sheets = (*parts, support, cost, exempt, before, expenditure, total, per_capita)
    return Income(sheets, before, expenditure, per_capita)


def band_of(case: Case, per_capita: Span) -> Band:
    """R12: 低于 is strict. A sure lower bound above the edge decides even when the figure is unknown."""
    standard, edge = case.parameters.standard_month, rounded(case.parameters.edge_month, "yuan_month")
    if per_capita.value is None:
        is_above = per_capita.low is not None and rounded(per_capita.low, "yuan_month") >= edge
        return Band.ABOVE if is_above else Band.UNDETERMINED
    value = rounded(per_capita.value, "yuan_month")
    if value < standard:
        return Band.BELOW
    return Band.EDGE if value < edge else Band.ABOVE


def _category_sheet(case: Case, name: str, lines: Iterable[Line]) -> Sheet:
    category = CATEGORIES[name]
    needed = (item for item in category.items if item not in case.parameters.exempt_items)
    return case.sheet(category.code, NAMES[name], category.rule, "yuan", (*lines, *case.gaps(*needed)))


def _lines(case: Case, name: str) -> Iterator[Line]:
    for member in case.members:
        for _, lines in counted_lines(case, member.ref, name, CATEGORIES[name].read(case, member.ref)):
            yield from lines


def _wage_sheets(case: Case) -> tuple[Sheet, Sheet]:
    """R3: pay, with the cost taken off month by month so that it never exceeds the pay; and the cost."""
    pay: list[Line] = []
    costs: list[Line] = []
    for member in case.members:
        cost = ZERO
        for _, of_month in counted_lines(case, member.ref, "wage", read_wages(case, member.ref)):
            lines, taken = necessary_cost(case, of_month)
            pay.extend(lines)
            cost += taken
        if cost:
            costs.append(Line("必要就业成本", cost, member.ref))
    shown = case.sheet("employment_cost", "必要就业成本", "R3", "yuan", costs, "已在工资性收入中扣除")
    return _category_sheet(case, "wage", pay), shown


def _exempt_sheet(case: Case, parts: list[Sheet]) -> Sheet:
    """R7, shown: what was left out of the income by local rule."""
    lines = []
    for line in (line for part in parts for line in part.lines):
        if line.counted and line.exempt:
            lines.append(
                Line(f"{line.label}（不计入部分）", line.exempt, line.person, line.item, line.source, line.at)
            )
        elif line.exempt:
            lines.append(Line(line.label, line.exempt, line.person, line.item, line.source, line.at))
    return case.sheet("exempt_income", "不计入收入的项目", "R7", "yuan", lines, "未计入家庭收入")


def _sum_sheet(parts: list[Sheet]) -> Sheet:
    """Exact parts, not the printed ones: rounding happens once."""
    span = sum((part.span for part in parts), Span())
    lines = tuple(_part_line(part) for part in parts)
    return Sheet("income_before_deduction", "家庭收入合计", "R11", "yuan", lines, derived=span)


def _after_deduction(case: Case, before: Sheet, expenditure: Sheet) -> Sheet:
    lines = [_part_line(before)]
    span = before.span
    if case.parameters.rigid_deduction == "full" and expenditure.lines:
        span = span - expenditure.span
        taken = _part_line(expenditure)
        lines.append(Line("减：必要支出", None if taken.amount is None else -taken.amount, grade=taken.grade))
    if span.value is not None and span.value < 0:
        lines.append(Line("不足零的按零计", -span.value))
    return Sheet("income_total", "计算用家庭收入", "R11", "yuan", tuple(lines), derived=span.at_least_zero())


def _part_line(part: Sheet) -> Line:
    grade = Grade.ESTIMATED if part.is_estimated else Grade.RECORDED
    return Line(part.label, part.span.value, grade=grade)


def _per_capita(case: Case, total: Sheet) -> Sheet:
    return case.per_head(total, "per_capita_month", "月人均收入", "R11", "yuan_month", len(case.months))
