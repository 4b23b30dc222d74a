"""The lines a figure is made of, each with its evidence, and the sheet that sums them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain.evaluation.span import ZERO, Span, rounded
from engine.domain.result import Figure, TraceInput

DECLARATION = "declaration"


class Grade(StrEnum):
    """The evidence of a line. Only a record can show alone that a limit is exceeded."""

    RECORDED = "recorded"  # a department's record of exactly this month or day
    ESTIMATED = "estimated"  # derived: an annual figure, a contribution base, a local rate (D3)
    DECLARED = "declared"  # the household's word


@dataclass(frozen=True)
class Line:
    """One fact. amount None = it ought to be there and is not known (D5)."""

    label: str
    amount: Decimal | None
    person: str | None = None
    item: str | None = None
    source: str | None = None
    at: datetime | None = None
    grade: Grade = Grade.RECORDED
    counted: bool = True
    reason: str = ""
    exempt: Decimal = ZERO  # left out by local rule: a part beyond the amount, or all of it when not counted

    def lost(self, reason: str) -> "Line":
        """Seen and kept, not used."""
        return replace(self, counted=False, reason=reason)

    def exempted(self, reason: str) -> "Line":
        """Not counted by local rule (R7, R16, R18): whoever declares it is right, and so is who does not."""
        return replace(self, counted=False, reason=reason, exempt=self.exempt + (self.amount or ZERO))

    @property
    def reported(self) -> Decimal:
        """What the source spoke of, whether it counts or not."""
        amount = self.amount or ZERO
        return amount + self.exempt if self.counted else max(amount, self.exempt)

    @property
    def span(self) -> Span:
        if self.amount is None:
            return Span(ZERO, None, None)
        if self.grade is Grade.RECORDED:
            return Span(self.amount, self.amount, self.amount)
        return Span(min(self.amount, ZERO), self.amount, max(self.amount, ZERO))

    def trace(self) -> TraceInput:
        return TraceInput(
            label=self.label,
            amount=self.amount,
            person=self.person,
            item=self.item,
            source=self.source,
            at=self.at,
            counted=self.counted,
            reason=self.reason,
        )


def found_range(lines: Iterable[Line]) -> tuple[Decimal, Decimal] | None:
    """What is on record without and with what the local rule exempts; None when nothing is.

    A declaration between the two agrees with it: like is compared with like.
    """
    kept = [line for line in lines if line.amount is not None and (line.counted or line.exempt)]
    counted = sum((line.amount or ZERO for line in kept if line.counted), ZERO)
    return (counted, counted + sum((line.exempt for line in kept), ZERO)) if kept else None


@dataclass(frozen=True)
class Sheet:
    """A figure in the making: the sum of its counted lines, unless it is derived from other sheets."""

    code: str
    label: str
    rule: str
    unit: str
    lines: tuple[Line, ...]
    formula: str = ""
    derived: Span | None = None

    @property
    def counted(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.counted)

    @property
    def span(self) -> Span:
        if self.derived is not None:
            return self.derived
        return sum((line.span for line in self.counted), Span())

    @property
    def value(self) -> Decimal | None:
        """Rounded as it is printed and compared."""
        value = self.span.value
        return None if value is None else rounded(value, self.unit)

    @property
    def is_estimated(self) -> bool:
        return any(line.grade is Grade.ESTIMATED for line in self.counted)

    @property
    def is_unverified(self) -> bool:
        return any(line.grade is not Grade.RECORDED for line in self.counted)

    def figure(self) -> Figure:
        return Figure(
            code=self.code,
            label=self.label,
            rule=self.rule,
            value=self.value,
            unit=self.unit,
            formula=self.formula or addition(self.counted, self.unit),
            inputs=tuple(line.trace() for line in self.lines),
            estimated=self.is_estimated,
        )


def addition(lines: Iterable[Line], unit: str) -> str:
    """The sum in words; long sums show how many parts they have and leave the parts to the trace."""
    amounts = [line.amount for line in lines]
    if any(amount is None for amount in amounts):
        return "有未获得的数据，无法确定"
    shown = [f"{rounded(amount, unit):f}" for amount in amounts if amount is not None]
    if len(shown) > 6:
        return f"{len(shown)} 笔合计"
    return " + ".join(shown) if shown else "没有记录"


def plain(amount: Decimal) -> str:
    return f"{rounded(amount, 'yuan'):f}"
