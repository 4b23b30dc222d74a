"""How rules say that an expression is not of the language."""

from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import WORKING_DAYS, compile_expression
from engine.runtime.lint.finding import Fault, Faults


def compile_fault(element_id: str, where: str, text: str, is_duration: bool = False) -> Faults:
    """One fault if `text` does not compile, or speaks of working days where they mean nothing."""
    try:
        expression = compile_expression(text)
    except ExpressionRefused as refusal:
        yield Fault(element_id, f"{where}写法有误：{refusal.facts['reason']}", f"修改表达式 {text[:80]}")
        return
    if WORKING_DAYS in expression.functions and not is_duration:
        remedy = f"{WORKING_DAYS} 只用于定时器的时长（timeDuration），例如 {WORKING_DAYS}(10)"
        yield Fault(element_id, f"{where}不能使用 {WORKING_DAYS}", remedy)
