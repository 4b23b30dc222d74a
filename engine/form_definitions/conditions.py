"""When a component is hidden: a small part of FEEL, parsed into values and evaluated without eval.

Comparisons (= != < > <= >=) of paths and literals, `and`, `or`, `not(...)`, brackets. A path reads dictionary
keys and nothing else; what is missing is null, and null is neither less nor greater than anything.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

LONGEST = 500
DEEPEST = 10
TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d{1,15}(?:\.\d{1,6})?)(?![\w.])|(?P<text>\"[^\"\\]*\")"
    r"|(?P<path>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)(?![\w.])|(?P<sign>!=|<=|>=|[=<>()]))",
    re.ASCII,
)
COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")
WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
Scalar = str | bool | Decimal | None


class ConditionError(Exception):
    """The condition is outside the part of FEEL we evaluate."""


@dataclass(frozen=True)
class Literal:
    value: Scalar


@dataclass(frozen=True)
class Path:
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    sign: str
    left: Path | Literal
    right: Path | Literal


@dataclass(frozen=True)
class Junction:
    """All of the parts, or any of them."""

    needs_all: bool
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Negation:
    part: "Condition"


Condition = Comparison | Junction | Negation | Path | Literal
Scopes = Sequence[Mapping[str, object]]  # the innermost first


def parse_condition(text: str) -> Condition:
    """`=decision = "return"`, with or without the leading sign of form-js. Raises ConditionError."""
    text = text.strip().removeprefix("=")
    if len(text) > LONGEST:
        raise ConditionError(f"长于 {LONGEST} 个字符")
    parser = _Parser(list(_tokens(text)))
    condition = parser.junction("or", 0)
    if parser.tokens:
        raise ConditionError(f"多出 {parser.tokens[0]}")
    return condition


def _tokens(text: str) -> Iterator[str]:
    position, end = 0, len(text.rstrip())
    while position < end:
        found = TOKEN.match(text, position)
        if found is None:
            raise ConditionError(f"第 {position + 1} 个字符起看不懂")
        yield found.group().strip()
        position = found.end()


class _Parser:
    """Recursive descent; the depth is limited because the text comes from outside."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def junction(self, word: str, depth: int) -> Condition:
        if depth > DEEPEST:
            raise ConditionError(f"括号多于 {DEEPEST} 层")
        parts = [self._part(word, depth)]
        while self.tokens and self.tokens[0] == word:
            self.tokens.pop(0)
            parts.append(self._part(word, depth))
        return parts[0] if len(parts) == 1 else Junction(word == "and", tuple(parts))

    def _part(self, word: str, depth: int) -> Condition:
        return self.junction("and", depth) if word == "or" else self._term(depth)

    def _term(self, depth: int) -> Condition:
        token = self._next()
        is_negated = token == "not"  # noqa: S105 - a word of FEEL
        if is_negated:
            token = self._next()
        if token == "(":  # noqa: S105 - a sign of FEEL
            inner = self.junction("or", depth + 1)
            if self._next() != ")":
                raise ConditionError("缺少右括号")
            return Negation(inner) if is_negated else inner
        if is_negated:
            raise ConditionError("not 的后面应当是括号")
        return self._comparison(_operand(token))

    def _comparison(self, left: Path | Literal) -> Condition:
        if not self.tokens or self.tokens[0] not in COMPARISONS:
            return left
        return Comparison(self._next(), left, _operand(self._next()))

    def _next(self) -> str:
        if not self.tokens:
            raise ConditionError("没有写完")
        return self.tokens.pop(0)


def _operand(token: str) -> Path | Literal:
    if token in ("and", "or", "not", "(", ")", *COMPARISONS):
        raise ConditionError(f"{token} 的位置不对")
    if token in WORDS:
        return Literal(WORDS[token])
    if token.startswith('"'):
        return Literal(token[1:-1])
    if token[0].isdigit() or token[0] == "-":
        return Literal(Decimal(token))
    return Path(tuple(token.split(".")))


def paths_in(condition: Condition) -> Iterator[Path]:
    match condition:
        case Path():
            yield condition
        case Comparison(_, left, right):
            yield from (side for side in (left, right) if isinstance(side, Path))
        case Junction(_, parts):
            for part in parts:
                yield from paths_in(part)
        case Negation(part):
            yield from paths_in(part)


def holds(condition: Condition, scopes: Scopes) -> bool:
    """Never raises: a comparison of different kinds does not hold."""
    match condition:
        case Junction(needs_all, parts):
            results = (holds(part, scopes) for part in parts)
            return all(results) if needs_all else any(results)
        case Negation(part):
            return not holds(part, scopes)
        case Comparison(sign, left, right):
            return _compare(sign, _value(left, scopes), _value(right, scopes))
        case Path() | Literal():
            return _value(condition, scopes) is True


def _value(operand: Path | Literal, scopes: Scopes) -> Scalar:
    if isinstance(operand, Literal):
        return operand.value
    found: object = next((scope for scope in scopes if operand.parts[0] in scope), None)
    for part in operand.parts:
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, int) and not isinstance(found, bool):
        return Decimal(found)
    if isinstance(found, Decimal) and not found.is_finite():  # compares with nothing, not even itself
        return None
    return found if isinstance(found, str | bool | Decimal) else None


def _compare(sign: str, left: Scalar, right: Scalar) -> bool:
    if sign in ("=", "!="):
        is_same = type(left) is type(right) and left == right
        return is_same == (sign == "=")
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _is_ordered(sign, (left > right) - (left < right))
    if isinstance(left, str) and isinstance(right, str):
        return _is_ordered(sign, (left > right) - (left < right))
    return False


def _is_ordered(sign: str, order: int) -> bool:
    return {"<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[sign]
