"""What speaks for a person's income of one category, and which of it counts in each month (D1, D3).

A declaration of a category covers all of it. A department's record of a month outranks the declaration of
that month. What departments report without speaking for the month - a sum of the year, an exempt payment, one
counted for another member - is a part of what was declared; what is declared beyond it counts as declared.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.domain.evaluation.case import Case, declared_line
from engine.domain.evaluation.ledger import Line, found_range
from engine.domain.evaluation.span import ZERO

Monthly = Mapping[str, tuple[Line, ...]]  # month -> lines
EXEMPT = "按当地规定不计入收入（R7）"
OUTRANKED = "已有更可靠的数据（D1）"
INCLUDED = "部门数据已包含（D1）"
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
    lump = [*_exempted(case, evidence.lump)]
    open_months = []
    for month in case.months:
        tiers = _tiers_of(case, evidence, month)
        said = declared.get(month, ())
        if not said and not any(tiers):  # nobody speaks of the month: most months of most categories
            open_months.append(month)
            yield month, []
            continue
        if not any(line.counted for tier in (said, *tiers) for line in tier):
            open_months.append(month)
        beyond = tuple(_beyond(said, _included(case, tiers, lump, trusted)))
        ranked = [beyond, *tiers] if trusted else [*tiers, beyond]
        yield month, list(_first_counts(ranked, takes_first=trusted))
    rest = [line.lost(SUPPOSED) if trusted else line for line in lump]
    if evidence.patchy and open_months:
        label = f"{open_months[0]} 至 {open_months[-1]} 中 {len(open_months)} 个月没有数据"
        rest.append(Line(label, None, person, reason=evidence.patchy))
    yield "", rest


def found_income(case: Case, evidence: IncomeEvidence) -> tuple[Decimal, Decimal] | None:
    """What departments know of the months they speak of, without and with what is exempt."""
    months = _spoken_of(case, evidence)
    part = Decimal(len(months)) / max(len(case.months), 1)
    lines = [_share(line, part) for line in _exempted(case, evidence.lump)] if months else []
    for month in months:
        lines.extend(next((tier for tier in _tiers_of(case, evidence, month) if tier), ()))
    return found_range(lines)


def declared_income(case: Case, person: str, category: str, evidence: IncomeEvidence) -> Decimal:
    """Declared for the months the departments speak of: all of them, unless their evidence is patchy (D3)."""
    months = declared_months(case, person, category)
    lines = (line for month in _spoken_of(case, evidence) for line in months.get(month, ()))
    return sum((line.amount or ZERO for line in lines if line.counted), ZERO)


def declared_months(case: Case, person: str, category: str) -> Monthly:
    """What the household declared for the months of the window."""
    supporters = {name for s in case.commission.household.supporters for name in (s.ref, s.name)}
    months: dict[str, tuple[Line, ...]] = {}
    for income in case.declared_incomes(person, category):
        is_support = category == "transfer" and income.payer in supporters
        for month in case.months:
            if income.first_month <= month <= income.last_month:
                amount, is_trusted = Decimal(income.amount_month_fen) / 100, case.is_trusted(person, category)
                line = declared_line(f"{month} 申报{NAMES[category]}", amount, person, is_trusted)
                kept = line.lost("赡养费另按 R8 计算") if is_support else line
                months[month] = (*months.get(month, ()), kept)
    return months


def by_month(pairs: Iterable[tuple[str, Line]]) -> Monthly:
    months: dict[str, tuple[Line, ...]] = {}
    for month, line in pairs:
        months[month] = (*months.get(month, ()), line)
    return months


def _spoken_of(case: Case, evidence: IncomeEvidence) -> tuple[str, ...]:
    if not evidence.patchy:
        return case.months
    return tuple(month for month in case.months if any(month in tier for tier in evidence.tiers))


def _exempted(case: Case, lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        is_exempt = line.item in case.parameters.exempt_items and line.counted
        yield line.exempted(EXEMPT) if is_exempt else line


def _tiers_of(case: Case, evidence: IncomeEvidence, month: str) -> list[tuple[Line, ...]]:
    found = [tier.get(month, ()) for tier in evidence.tiers]
    return [tuple(_exempted(case, lines)) if lines else () for lines in found]


def _included(case: Case, tiers: Iterable[Sequence[Line]], lump: Iterable[Line], trusted: bool) -> Decimal:
    """What of the month's declaration departments report; where it is trusted, only what is exempt."""
    of_month = [line for tier in tiers for line in tier]
    if trusted:
        monthly, yearly = (sum((line.exempt for line in lines), ZERO) for lines in (of_month, lump))
    else:
        monthly = sum((line.reported for line in of_month if not line.counted), ZERO)
        yearly = sum((line.reported for line in lump), ZERO)
    return monthly + yearly / len(case.months)


def _beyond(lines: Iterable[Line], included: Decimal) -> Iterator[Line]:
    """What was declared, split into the part departments report and the rest."""
    left = included
    for line in lines:
        part = min(left, line.amount or ZERO) if line.counted else ZERO
        if part > 0:
            left -= part
            yield replace(line, amount=part).lost(INCLUDED)
            line = replace(line, amount=(line.amount or ZERO) - part)
        if line.amount or not part:
            yield line


def _share(line: Line, part: Decimal) -> Line:
    amount = None if line.amount is None else line.amount * part
    return replace(line, amount=amount, exempt=line.exempt * part)


def _first_counts(ranked: Iterable[tuple[Line, ...]], takes_first: bool) -> Iterator[Line]:
    """The first tier with a counted line counts; in a what-if the first tier counts even when it is empty."""
    is_taken = False
    for index, tier in enumerate(ranked):
        for line in tier:
            yield line.lost(OUTRANKED) if is_taken and line.counted else line
        is_taken = is_taken or any(line.counted for line in tier) or (takes_first and index == 0)
