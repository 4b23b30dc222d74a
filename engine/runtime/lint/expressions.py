"""How rules say that an expression is not of the language."""

from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import compile_expression
from engine.runtime.lint.finding import Fault, Faults


def compile_fault(element_id: str, where: str, text: str) -> Faults:
    """One fault if `text` does not compile."""
    try:
        compile_expression(text)
    except ExpressionRefused as refusal:
        yield Fault(element_id, f"{where}写法有误：{refusal.facts['reason']}", f"修改表达式 {text[:80]}")
