"""The condition cells of decision tables, a small part of DMN's unary tests that table editors can write.

- `-` or nothing: any value
- `"aa", "af"`: one of these; a list counts as its members.  `not("aa", "af")`: none of these
- `< 5`, `<= 5`, `> 5`, `>= 5`, `!= 5`: comparison.  `[1..5]`, `(1..5]`, `]1..5[`: interval
Values are written in the expression language and may read data.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.runtime.errors import ExpressionFailed, ExpressionRefused
from engine.runtime.expressions import Expression, compile_expression
from engine.runtime.values import Value

MAX_CHARACTERS = 10_000
_COMPARISON = re.compile(r"(<=|>=|!=|<|>)\s*(?P<operand>.+)", re.DOTALL)
_OPENING, _CLOSING = "[(]", "])["
_NEGATION = re.compile(r"not\s*\((?P<inner>.*)\)", re.DOTALL)


@dataclass(frozen=True)
class Bound:
    """One test: `operator` is ==, !=, <, <=, > or >=."""

    operator: str
    operand: Expression

    def holds(self, value: Value, data: Mapping[str, object]) -> bool:
        operand = self.operand.evaluate(data)
        if self.operator in ("==", "!="):
            return _same(value, operand) is (self.operator == "==")
        try:
            return _ordered(self.operator, value, operand)
        except TypeError:
            raise ExpressionFailed(
                expression=f"{self.operator} {self.operand.text}", reason="不能与该类型比较大小"
            ) from None


@dataclass(frozen=True)
class Cell:
    """A condition cell: one of the alternatives, each a conjunction of bounds; or none of them."""

    text: str
    alternatives: tuple[tuple[Bound, ...], ...]
    negated: bool = False

    def matches(self, value: Value, data: Mapping[str, object]) -> bool:
        if not self.alternatives:
            return True
        found = any(all(bound.holds(value, data) for bound in bounds) for bounds in self.alternatives)
        return found is not self.negated


def compile_cell(text: str) -> Cell:
    """Read a cell. Raises ExpressionRefused."""
    source = text.strip()
    if len(source) > MAX_CHARACTERS:
        raise ExpressionRefused(expression=source[:80], reason=f"单元格超过 {MAX_CHARACTERS} 个字符")
    if source in ("", "-"):
        return Cell(source, ())
    negation = _NEGATION.fullmatch(source)
    if negation and _is_closed(negation["inner"]):
        return Cell(source, _alternatives(negation["inner"]), negated=True)
    return Cell(source, _alternatives(source))


def _alternatives(text: str) -> tuple[tuple[Bound, ...], ...]:
    return tuple(_bounds(part.strip()) for part in split_top_level(text))


def _bounds(part: str) -> tuple[Bound, ...]:
    comparison = _COMPARISON.fullmatch(part)
    if comparison:
        return (Bound(comparison[1], compile_expression(comparison["operand"])),)
    low, dots, high = part[1:-1].partition("..")
    if dots and part[0] in _OPENING and part[-1] in _CLOSING:
        return (
            Bound(">=" if part[0] == "[" else ">", compile_expression(low)),
            Bound("<=" if part[-1] == "]" else "<", compile_expression(high)),
        )
    return (Bound("==", compile_expression(part)),)


def split_top_level(text: str) -> list[str]:
    """Split at commas outside quotes and brackets. Raises ExpressionRefused on an open quote."""
    parts, depth, quote, begin = [], 0, "", 0
    for index, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[begin:index])
            begin = index + 1
    if quote:
        raise ExpressionRefused(expression=text[:80], reason="引号没有成对")
    return [*parts, text[begin:]]


def _is_closed(inner: str) -> bool:
    """Whether the bracket before `inner` is closed only behind it: not(1), not(2) is two tests."""
    depth = 0
    for character in inner:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return True


def _same(value: Value, operand: Value) -> bool:
    if isinstance(operand, list):
        return any(_same(value, item) for item in operand)
    return isinstance(value, bool) is isinstance(operand, bool) and value == operand


def _ordered(operator: str, value: object, operand: object) -> bool:
    if isinstance(value, bool) or isinstance(operand, bool):
        raise TypeError
    left, right = (value, operand) if operator in ("<", "<=") else (operand, value)
    strict = left < right  # type: ignore[operator]  # a TypeError is the answer for types without an order
    return bool(strict or (operator in ("<=", ">=") and left == right))
