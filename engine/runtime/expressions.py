"""The expression language of diagrams and decision tables: read, checked against a list, interpreted by us.

Python's grammar, nothing of Python's power: literals, data names (dots only into mappings), comparison,
and/or/not, + - * / // %, in, lists, `a if c else b` and the FUNCTIONS. Numbers are int or Decimal, not float.
Nothing can repeat, so the limit on nodes is the limit on steps; results of arithmetic are bounded as well.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, DecimalException, localcontext
from functools import lru_cache
from typing import cast

from engine.runtime.durations import MOST_WORKING_DAYS, of_working_days
from engine.runtime.errors import ExpressionFailed, ExpressionRefused
from engine.runtime.values import MAX_INTEGER, Value

MAX_CHARACTERS = 1_000
MAX_NODES = 200
MAX_DEPTH = 30
MAX_TEXT = 10_000
WORKING_DAYS = "working_days"
_WORDS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
_ALLOWED = (
    ast.Expression,
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Load,
    ast.Compare,
    ast.cmpop,
    ast.BoolOp,
    ast.boolop,
    ast.UnaryOp,
    ast.unaryop,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.FloorDiv,
    ast.Mod,
    ast.List,
    ast.Tuple,
    ast.IfExp,
    ast.Call,
)


@dataclass(frozen=True)
class Expression:
    """A checked expression. `names` are the data names it reads, `functions` those it calls."""

    text: str
    names: frozenset[str]
    functions: frozenset[str]
    tree: ast.expr

    def evaluate(self, data: Mapping[str, object]) -> Value:
        """The value over `data`. Raises ExpressionFailed."""
        try:
            with localcontext() as context:
                context.prec = 50
                return _value(self.tree, data)
        except _StoppedError as fault:
            raise ExpressionFailed(expression=self.text, reason=str(fault)) from None
        except (TypeError, ArithmeticError, DecimalException) as error:
            reason = f"值的类型不符（{type(error).__name__}）"
            raise ExpressionFailed(expression=self.text, reason=reason) from error

    def holds(self, data: Mapping[str, object]) -> bool:
        """The value of a condition; anything but true or false is an error."""
        value = self.evaluate(data)
        if not isinstance(value, bool):
            raise ExpressionFailed(expression=self.text, reason="条件的结果必须是 true 或 false")
        return value


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """Check `text` against the language. Raises ExpressionRefused saying what is not allowed."""
    source = text.strip()
    if not source or len(source) > MAX_CHARACTERS:
        raise ExpressionRefused(expression=source[:80], reason=f"表达式为空或者超过 {MAX_CHARACTERS} 个字符")
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ExpressionRefused(expression=source[:80], reason="语法错误") from error
    names = _checked_names(source, tree)
    functions = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return Expression(source, names, frozenset(functions), tree)


def evaluate(text: str, data: Mapping[str, object]) -> Value:
    return compile_expression(text).evaluate(data)


class _StoppedError(Exception):
    """Why an evaluation stopped; becomes the reason of an ExpressionFailed."""


def _checked_names(source: str, tree: ast.expr) -> frozenset[str]:
    names: set[str] = set()
    pending: list[tuple[ast.AST, int]] = [(tree, 1)]
    seen = 0
    while pending:
        node, depth = pending.pop()
        seen += 1
        too_large = seen > MAX_NODES or depth > MAX_DEPTH
        reason = "表达式过长或者嵌套过深" if too_large else _objection(node)
        if reason:
            raise ExpressionRefused(expression=source[:80], reason=reason)
        if isinstance(node, ast.Name) and node.id not in _WORDS:
            names.add(node.id)
        children = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
        pending += [(child, depth + 1) for child in children]
    return frozenset(names)


def _objection(node: ast.AST) -> str:
    """Why this node is not part of the language; the empty string when it is."""
    if not isinstance(node, _ALLOWED) or isinstance(node, ast.Invert | ast.Is | ast.IsNot):
        return f"不支持的写法 {type(node).__name__}"
    if isinstance(node, ast.Constant):
        return _constant_objection(node.value)
    if isinstance(node, ast.Call) and (
        not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords
    ):
        return f"只能使用函数 {'、'.join(FUNCTIONS)}"
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return f"名称 {name} 不允许以下划线开头" if name.startswith("_") else ""


def _constant_objection(value: object) -> str:
    if isinstance(value, float):
        return "" if Decimal(repr(value)).is_finite() else "数值过大"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return "数值过大"
    return "" if value is None or isinstance(value, str | int) else f"不支持的常量 {type(value).__name__}"


def _value(node: ast.expr, data: Mapping[str, object]) -> Value:
    return _EVALUATORS[type(node)](node, data)


def _constant(node: ast.Constant, _: Mapping[str, object]) -> Value:
    value = node.value
    return Decimal(repr(value)) if isinstance(value, float) else cast(Value, value)


def _name(node: ast.Name, data: Mapping[str, object]) -> Value:
    if node.id in _WORDS:
        return _WORDS[node.id]
    if node.id in data:
        return cast(Value, data[node.id])
    raise _StoppedError(f"没有变量 {node.id}")


def _attribute(node: ast.Attribute, data: Mapping[str, object]) -> Value:
    owner = _value(node.value, data)
    if not isinstance(owner, dict) or node.attr not in owner:
        raise _StoppedError(f"没有变量 {ast.unparse(node)}")
    return owner[node.attr]


def _compare(node: ast.Compare, data: Mapping[str, object]) -> Value:
    left = _value(node.left, data)
    for operator, comparator in zip(node.ops, node.comparators, strict=True):
        right = _value(comparator, data)
        if not _COMPARISONS[type(operator)](left, right):
            return False
        left = right
    return True


def _member(item: Value, group: Value) -> bool:
    if isinstance(group, str) and not isinstance(item, str):
        raise _StoppedError("in 的左边必须是文字")
    if not isinstance(group, str | list | dict):
        raise _StoppedError("in 的右边必须是列表、文字或者对照表")
    return item in group


def _logic(node: ast.BoolOp, data: Mapping[str, object]) -> Value:
    stop = isinstance(node.op, ast.Or)
    return stop if any(_truth(_value(part, data)) is stop for part in node.values) else not stop


def _truth(value: Value) -> bool:
    if not isinstance(value, bool):
        raise _StoppedError("and、or、not、if 只能用于 true 或 false")
    return value


def _unary(node: ast.UnaryOp, data: Mapping[str, object]) -> Value:
    value = _value(node.operand, data)
    if isinstance(node.op, ast.Not):
        return not _truth(value)
    number = _number(value)
    return -number if isinstance(node.op, ast.USub) else number


def _binary(node: ast.BinOp, data: Mapping[str, object]) -> Value:
    left, right = _value(node.left, data), _value(node.right, data)
    if isinstance(left, str) and isinstance(right, str) and isinstance(node.op, ast.Add):
        if len(left) + len(right) > MAX_TEXT:
            raise _StoppedError("文字过长")
        return left + right
    return _bounded(_ARITHMETIC[type(node.op)](_number(left), _number(right)))


def _number(value: object) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _StoppedError("算术只能用于数值")
    return value


def _bounded(number: int | Decimal) -> int | Decimal:
    if not -MAX_INTEGER <= number <= MAX_INTEGER:
        raise _StoppedError("数值过大")
    return number


def _divide(left: int | Decimal, right: int | Decimal) -> Decimal:
    return Decimal(left) / Decimal(right)


def _sequence(node: ast.List | ast.Tuple, data: Mapping[str, object]) -> Value:
    return [_value(part, data) for part in node.elts]


def _choice(node: ast.IfExp, data: Mapping[str, object]) -> Value:
    return _value(node.body if _truth(_value(node.test, data)) else node.orelse, data)


def _call(node: ast.Call, data: Mapping[str, object]) -> Value:
    function = FUNCTIONS[cast(ast.Name, node.func).id]
    return function(*(_value(argument, data) for argument in node.args))


def _items(value: object) -> Sequence[Value]:
    if not isinstance(value, list):
        raise _StoppedError("该函数需要一个列表")
    return value


def _len(value: Value) -> Value:
    if not isinstance(value, str | list | dict):
        raise _StoppedError("len 需要列表、文字或者对照表")
    return len(value)


def _extreme(pick: Callable[..., Value]) -> Callable[..., Value]:
    def extreme(*values: Value) -> Value:
        candidates = _items(values[0]) if len(values) == 1 else values
        if not candidates:
            raise _StoppedError("列表为空")
        return pick(candidates)

    return extreme


def _sum(values: Value) -> Value:
    total: int | Decimal = 0
    for value in _items(values):
        total += _number(value)
    return _bounded(total)


def _round(value: Value, digits: Value = 0) -> Value:
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= 20:
        raise _StoppedError("round 的位数应为 0 到 20")
    exact = Decimal(_number(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return exact if digits else int(exact)


def _date(text: Value) -> Value:
    try:
        return date.fromisoformat(cast(str, text))
    except ValueError:
        raise _StoppedError("date 需要形如 2026-11-21 的文字") from None


def _working_days(days: Value) -> Value:
    """The duration of so many working days: what day that is, is for the timer to find out."""
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= MOST_WORKING_DAYS:
        raise _StoppedError(f"{WORKING_DAYS} 需要 0 到 {MOST_WORKING_DAYS} 的整数")
    return of_working_days(days)


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "len": _len,
    "min": _extreme(min),
    "max": _extreme(max),
    "sum": _sum,
    "abs": lambda value: abs(_number(value)),
    "round": _round,  # 四舍五入
    "any": lambda values: any(_truth(value) for value in _items(values)),
    "all": lambda values: all(_truth(value) for value in _items(values)),
    "date": _date,
    WORKING_DAYS: _working_days,
}

_COMPARISONS: Mapping[type[ast.cmpop], Callable[..., bool]] = {
    ast.Eq: lambda left, right: left == right,
    ast.NotEq: lambda left, right: left != right,
    ast.Lt: lambda left, right: left < right,
    ast.LtE: lambda left, right: left <= right,
    ast.Gt: lambda left, right: left > right,
    ast.GtE: lambda left, right: left >= right,
    ast.In: _member,
    ast.NotIn: lambda left, right: not _member(left, right),
}

_ARITHMETIC: Mapping[type[ast.operator], Callable[..., int | Decimal]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: _divide,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Mod: lambda left, right: left % right,
}

_EVALUATORS: Mapping[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.IfExp: _choice,
    ast.Call: _call,
}
