"""What is known of a number: sure lower bound, best figure, sure upper bound; and how it meets a limit."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from engine.domain.result import Outcome

ZERO = Decimal(0)
FEN = Decimal("0.01")
WHOLE = Decimal(1)
STEPS: Mapping[str, Decimal] = {"count": WHOLE}  # every other unit is printed with two decimals
WIDE = Context(prec=999)  # a source may send an absurd amount; rounding it must not fail
EXACT = Decimal("1E-15")  # a twelfth never ends, and twelve of them are the whole again


@dataclass(frozen=True)
class Span:
    """None means unknown: no sure bound on that side. The figure is known only when both bounds are."""

    low: Decimal | None = ZERO
    value: Decimal | None = ZERO
    high: Decimal | None = ZERO

    def __add__(self, other: "Span") -> "Span":
        return Span(_plus(self.low, other.low), _plus(self.value, other.value), _plus(self.high, other.high))

    def __sub__(self, other: "Span") -> "Span":
        return Span(
            _minus(self.low, other.high), _minus(self.value, other.value), _minus(self.high, other.low)
        )

    def over(self, divisor: Decimal) -> "Span":
        """Divided by a positive number."""
        return Span(*(None if x is None else x / divisor for x in (self.low, self.value, self.high)))

    def times(self, factor: int) -> "Span":
        return Span(*(None if x is None else x * factor for x in (self.low, self.value, self.high)))

    def at_least_zero(self) -> "Span":
        """A household's income is never below zero, so an unknown lower bound is zero."""
        low, value, high = (None if x is None else max(x, ZERO) for x in (self.low, self.value, self.high))
        return Span(ZERO if low is None else low, value, high)


UNKNOWN = Span(None, None, None)


def rounded(amount: Decimal, unit: str) -> Decimal:
    """Half up, to the fen or to the piece. Done once, at the end; what is rounded is what is compared."""
    exact = amount.quantize(EXACT, ROUND_HALF_UP, WIDE)
    return exact.quantize(STEPS.get(unit, FEN), ROUND_HALF_UP, WIDE)


def judge(span: Span, limit: Decimal, unit: str, strict: bool = False) -> Outcome:
    """Sure to exceed, sure to be within, or undetermined. strict: the limit itself is not within (低于)."""

    def exceeds(amount: Decimal) -> bool:
        shown = rounded(amount, unit)
        return shown >= limit if strict else shown > limit

    if span.low is not None and exceeds(span.low):
        return Outcome.EXCEEDS
    if span.value is None or span.high is None or exceeds(span.high):
        return Outcome.UNDETERMINED  # D5: with anything unanswered nothing is ever within
    return Outcome.WITHIN


def _plus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left + right


def _minus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left - right
