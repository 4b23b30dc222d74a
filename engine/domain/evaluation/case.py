"""One household ready to be counted: who counts, which months, what was asked, what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from engine.domain.commission import Commission, CommissionLetter, DeclaredIncome
from engine.domain.errors import MaterialsIncomplete
from engine.domain.evaluation.canonical import arrange
from engine.domain.evaluation.fact import Fact
from engine.domain.evaluation.ledger import DECLARATION, Grade, Line, Sheet
from engine.domain.evaluation.sources import Sources
from engine.domain.evaluation.span import UNKNOWN, WHOLE, ZERO, Span
from engine.domain.evaluation.window import income_window
from engine.domain.findings import Findings, MatchStatus
from engine.domain.household import Person
from engine.domain.identity import normalise_resident_id
from engine.domain.parameters import LocalParameters

FULL_SERVICES = ("aa", "af")  # DB32/T 3319-2017 表1 asks both the whole list of explicit items
HARDSHIP_SERVICE = "ab"
EXPLICIT_ITEMS = frozenset(
    f"{department}{number:02d}"
    for department, numbers in (
        *(("MZ", (1, 2, 3, 4)), ("GA", (1, 2, 3)), ("JR", (1, 2, 3, 4)), ("ZF", (1,)), ("GT", (1, 2))),
        *(("GJJ", (1,)), ("RS", (1, 2, 3, 4)), ("GS", (1,)), ("DS", (1,)), ("SC", (1, 2, 3))),
        *(("CL", (1,)), ("JY", (1, 2)), ("SF", (1,))),
    )
    for number in numbers
)
UNKNOWN_NUMBER = "无法确定"
STATUS_TEXT: Mapping[MatchStatus, str] = {
    MatchStatus.IDENTITY_MISMATCH: "身份不符",
    MatchStatus.MULTIPLE: "一人多条身份",
    MatchStatus.PARTIAL: "仅部分返回",
    MatchStatus.ERROR: "查询失败",
    MatchStatus.REFUSED: "未提供",
    MatchStatus.TIMEOUT: "超时",
}


@dataclass(frozen=True)
class WhatIf:
    """A question asked of the same case: would a test come out differently (D4)?"""

    trusted: frozenset[tuple[str, str]] = frozenset()  # (person or "", category): the declared figure instead
    ignored: frozenset[tuple[str, str]] = frozenset()  # (person, item)
    added: Mapping[str, Decimal] = field(default_factory=dict)  # sheet code -> amount


@dataclass(frozen=True)
class Case:
    """Build with open_case()."""

    commission: Commission
    sources: Sources
    parameters: LocalParameters
    letter: CommissionLetter
    today: date
    what_if: WhatIf = WhatIf()

    def supposing(self, what_if: WhatIf) -> "Case":
        return replace(self, what_if=what_if)

    @cached_property
    def months(self) -> tuple[str, ...]:
        return income_window(self.letter.period, self.parameters.income_window_months)

    @property
    def service(self) -> str:
        return self.commission.service

    @property
    def is_full(self) -> bool:
        return self.service in FULL_SERVICES

    @cached_property
    def members(self) -> tuple[Person, ...]:
        """R1: who shares the household's income, in the order of their refs."""
        counted = (p for p in self.commission.household.members if not self.exclusion(p))
        return tuple(sorted(counted, key=lambda person: person.ref))

    def exclusion(self, person: Person) -> str:
        """Why a member is not counted; empty when counted."""
        if person.excluded_reason:
            return "按规定不计入共同生活的家庭成员"
        if is_deceased(person, self.sources.facts(person.ref, "MZ03")):
            return "殡葬信息显示已死亡"
        return ""

    def is_asked(self, item: str) -> bool:
        return item in self.sources.items

    def is_needed(self, item: str) -> bool:
        return self.is_asked(item) or (self.is_full and item in EXPLICIT_ITEMS)

    def facts(self, *items: str, person: str | None = None) -> tuple[Fact, ...]:
        """What the sources reported on the counted members, in a fixed order."""
        return tuple(
            fact
            for item in items
            for member in self.members
            if person in (None, member.ref) and (member.ref, item) not in self.what_if.ignored
            for fact in self.sources.facts(member.ref, item)
        )

    def gaps(self, *items: str) -> Iterator[Line]:
        """D5: one line without an amount for every answer that is needed and not complete."""
        for item in items:
            if self.is_needed(item):
                for member in self.members:
                    yield from self._gap(member.ref, item)

    def _gap(self, person: str, item: str) -> Iterator[Line]:
        answer = self.sources.answer(person, item)
        if answer is None:
            yield Line("未获得反馈", None, person, item, reason="没有反馈，不作为零")
        elif not answer.status.is_complete:
            reason = f"{STATUS_TEXT[answer.status]}，不作为零"
            yield Line("未获得完整反馈", None, person, item, answer.source, answer.answered_at, reason=reason)

    def is_complete(self, item: str) -> bool:
        """Asked about every counted member and answered."""
        return self.is_asked(item) and not any(True for _ in self.gaps(item))

    def is_complete_for(self, person: str, item: str) -> bool:
        answer = self.sources.answer(person, item)
        return answer is not None and answer.status.is_complete

    def is_trusted(self, person: str, category: str) -> bool:
        return (person, category) in self.what_if.trusted

    def declared_incomes(self, person: str, category: str) -> tuple[DeclaredIncome, ...]:
        declaration = self.commission.declaration
        if declaration is None:
            return ()
        incomes = (i for i in declaration.incomes if (i.person, i.category) == (person, category))
        return tuple(
            sorted(incomes, key=lambda i: (i.first_month, i.last_month, i.amount_month_fen, i.payer))
        )

    def sheet(
        self, code: str, label: str, rule: str, unit: str, lines: Iterable[Line], formula: str = ""
    ) -> Sheet:
        added = self.what_if.added.get(code)
        extra = () if added is None else (Line("假设", added),)
        return Sheet(code, label, rule, unit, (*lines, *extra), formula)

    @cached_property
    def head_count(self) -> Sheet:
        """R1. Whether everybody is alive is known only when the funeral register answered (D5)."""
        lines = []
        for person in sorted(self.commission.household.members, key=lambda p: p.ref):
            line, reason = Line("家庭成员", WHOLE, person.ref), self.exclusion(person)
            lines.append(line.lost(reason) if reason else line)
        return self.sheet("household_size", "家庭人口", "R1", "count", (*lines, *self.gaps("MZ03")))

    def per_head(self, total: Sheet, code: str, label: str, rule: str, unit: str, months: int = 1) -> Sheet:
        """The total divided; its one input is the exact quotient. Unknown without a head or a month."""
        heads = self.head_count.span.value
        span = total.span.over(heads * months) if heads and months else UNKNOWN
        amount, count = (UNKNOWN_NUMBER if n is None else f"{n:f}" for n in (total.value, heads))
        by = f"（{count} 人 × {months} 个月）" if months > 1 else f" {count} 人"
        return derived(code, label, rule, unit, span, f"{amount} ÷{by}", total.is_estimated)


def open_case(commission: Commission, findings: Findings, parameters: LocalParameters, today: date) -> Case:
    """Raises MaterialsIncomplete without a commission letter: only the letter names the period."""
    if commission.letter is None:
        raise MaterialsIncomplete(field="letter")
    return Case(commission, Sources(arrange(findings)), parameters, commission.letter, today)


def is_deceased(person: Person, funerals: Iterable[Fact]) -> bool:
    """A funeral record of this very person; one of a relative whose funeral the person arranged is not."""
    return any(fact.id_no() in ("", normalise_resident_id(person.id_no)) for fact in funerals)


def declared_line(label: str, amount: Decimal, person: str | None, is_trusted: bool) -> Line:
    grade = Grade.RECORDED if is_trusted else Grade.DECLARED
    return Line(label, amount, person, source=DECLARATION, grade=grade)


def declared_of_household(label: str, declared: Decimal, found: Iterable[Line], is_trusted: bool) -> Line:
    """Without what of it the local rule exempts: a declaration covers that too."""
    exempt = sum((line.exempt for line in found), ZERO)
    return declared_line(label, max(declared - exempt, ZERO), None, is_trusted)


def derived(
    code: str, label: str, rule: str, unit: str, span: Span, formula: str, is_estimated: bool = False
) -> Sheet:
    """A figure that is no sum; its one input is the exact number before rounding."""
    grade = Grade.ESTIMATED if is_estimated else Grade.RECORDED
    return Sheet(code, label, rule, unit, (Line("舍入前的数值", span.value, grade=grade),), formula, span)
