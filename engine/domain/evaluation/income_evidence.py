"""What speaks for a person's income of one category, and which of it counts in each month (D1, D3)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.domain.evaluation.case import Case, declared_line
from engine.domain.evaluation.ledger import Grade, Line
from engine.domain.evaluation.span import ZERO

Monthly = Mapping[str, tuple[Line, ...]]  # month -> lines
EXEMPT = "按当地规定不计入收入（R7）"
OUTRANKED = "已有更可靠的数据（D1）"
SUPPOSED = "以申报为准的假设"
NAMES = {"wage": "工资性收入", "business": "经营净收入", "property": "财产净收入", "transfer": "转移净收入"}


@dataclass(frozen=True)
class IncomeEvidence:
    """The departments' side. A month no tier speaks of is zero, unless the evidence is patchy."""

    tiers: tuple[Monthly, ...] = ()  # the better evidence first
    lump: tuple[Line, ...] = ()  # of the whole window, not of a month
    patchy: str = ""  # why a month without evidence is unknown and not zero


def counted_lines(
    case: Case, person: str, category: str, evidence: IncomeEvidence
) -> Iterator[tuple[str, list[Line]]]:
    """By month, and under "" what belongs to no month.

    D1: department record > contribution base or annual figure > declaration; the losers are kept.
    """
    declared = declared_months(case, person, category)
    trusted = case.is_trusted(person, category)
    found = tuple(_exempted(case, tier) for tier in evidence.tiers)
    open_months = []
    for month in case.months:
        tiers = [tier.get(month, ()) for tier in found]
        ranked = [declared.get(month, ()), *tiers] if trusted else [*tiers, declared.get(month, ())]
        lines = list(_first_counts(ranked, takes_first=trusted))
        yield month, list(_without_exempt_part(lines, tiers)) if trusted else lines
        if not any(line.counted for line in lines):
            open_months.append(month)
    lump = [line.lost(SUPPOSED) if trusted else line for line in _exempt(case, evidence.lump)]
    if evidence.patchy and open_months:
        label = f"{open_months[0]} 至 {open_months[-1]} 中 {len(open_months)} 个月没有数据"
        lump.append(Line(label, None, person, reason=evidence.patchy))
    yield "", lump


def found_total(case: Case, evidence: IncomeEvidence) -> Decimal | None:
    """What the departments know of the window, before anything is exempted; None when they know nothing."""
    parts = list(_exempt(case, evidence.lump))
    for month in case.months:
        tiers = (_exempted(case, tier).get(month, ()) for tier in evidence.tiers)
        parts.extend(next((tier for tier in tiers if any(line.counted for line in tier)), ()))
    known = [line.amount + line.exempt for line in parts if line.counted and line.amount is not None]
    return sum(known, ZERO) if known else None


def declared_total(case: Case, person: str, category: str, evidence: IncomeEvidence) -> Decimal:
    """Declared for the months the departments speak of: all of them, unless their evidence is patchy (D3)."""
    spoken_of = {month for tier in evidence.tiers for month in tier} if evidence.patchy else set(case.months)
    months = declared_months(case, person, category)
    lines = (line for month, found in months.items() if month in spoken_of for line in found)
    return sum((line.amount or ZERO for line in lines if line.counted), ZERO)


def declared_months(case: Case, person: str, category: str) -> Monthly:
    """What the household declared for the months of the window."""
    supporters = {name for s in case.commission.household.supporters for name in (s.ref, s.name)}
    months: dict[str, tuple[Line, ...]] = {}
    for income in case.declared_incomes(person, category):
        for month in case.months:
            if income.first_month <= month <= income.last_month:
                amount = Decimal(income.amount_month_fen) / 100
                line = declared_line(
                    f"{month} 申报{NAMES[category]}", amount, person, case.is_trusted(person, category)
                )
                if income.payer and income.payer in supporters:
                    line = line.lost("赡养费另按 R8 计算")
                months[month] = (*months.get(month, ()), line)
    return months


def by_month(pairs: Iterable[tuple[str, Line]]) -> Monthly:
    months: dict[str, tuple[Line, ...]] = {}
    for month, line in pairs:
        months[month] = (*months.get(month, ()), line)
    return months


def _exempt(case: Case, lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        is_exempt = line.item in case.parameters.exempt_items and line.counted
        yield line.lost(EXEMPT) if is_exempt else line


def _exempted(case: Case, tier: Monthly) -> Monthly:
    return {month: tuple(_exempt(case, lines)) for month, lines in tier.items()}


def _first_counts(ranked: Iterable[tuple[Line, ...]], takes_first: bool) -> Iterator[Line]:
    """The first tier with a counted line counts; in a what-if the first tier counts even when it is empty."""
    is_taken = False
    for index, tier in enumerate(ranked):
        for line in tier:
            yield line.lost(OUTRANKED) if is_taken and line.counted else line
        is_taken = is_taken or any(line.counted for line in tier) or (takes_first and index == 0)


def _without_exempt_part(lines: list[Line], tiers: list[tuple[Line, ...]]) -> Iterator[Line]:
    """A declared pension includes the basic part that is exempt."""
    rest = sum((line.exempt for tier in tiers for line in tier), ZERO)
    for line in lines:
        if line.counted and line.amount is not None and line.grade is Grade.RECORDED and rest:
            part = min(rest, line.amount)
            rest -= part
            yield replace(line, amount=line.amount - part, exempt=part)
        else:
            yield line
