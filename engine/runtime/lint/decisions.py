"""Rules on decision files: a table per decision, a policy we run, cells that compile."""

from collections import Counter
from collections.abc import Callable

from lxml import etree

from engine.runtime.decisions import COLLECT, UNIQUE, cell_text, children, hit_policy_of
from engine.runtime.errors import ExpressionRefused
from engine.runtime.expressions import compile_expression
from engine.runtime.lint.finding import Fault, Faults
from engine.runtime.lint.model import id_of, label
from engine.runtime.safe_xml import tag_of
from engine.runtime.unary_tests import compile_cell


def tables(root: etree._Element) -> Faults:
    for decision in children(root, "decision"):
        if len(list(children(decision, "decisionTable"))) != 1:
            yield Fault(id_of(decision), f"决策{label(decision)}没有决策表", "用决策表表示该决策")


def standing_alone(root: etree._Element) -> Faults:
    """A decision reads variables; it does not ask other decisions."""
    for decision in children(root, "decision"):
        for requirement in children(decision, "informationRequirement"):
            if any(tag_of(item) == "requiredDecision" for item in requirement):
                message = f"决策{label(decision)}依赖别的决策"
                yield Fault(id_of(decision), message, "在流程图中用两个业务规则任务依次决策")


def hit_policies(root: etree._Element) -> Faults:
    for table in _tables(root):
        policy = hit_policy_of(table)
        if policy not in (UNIQUE, COLLECT):
            remedy = "改用 UNIQUE（唯一）或者不带聚合的 COLLECT（收集）"
            yield Fault(id_of(table), f"命中策略 {policy} 不支持", remedy)


def columns(root: etree._Element) -> Faults:
    for table in _tables(root):
        names = Counter(str(item.get("name", "")) for item in children(table, "output"))
        wrong = [name for name, count in names.items() if count > 1 or not name.isidentifier()]
        if wrong or not names:
            message = f"输出列的名称有误：{'、'.join(wrong) or '没有输出列'}"
            yield Fault(id_of(table), message, "每个输出列一个不重复的变量名")
        for column in children(table, "input"):
            expression = next(children(column, "inputExpression"), None)
            text = cell_text(expression) if expression is not None else ""
            yield from _cell(id_of(column), "输入列", text, compile_expression)


def rows(root: etree._Element) -> Faults:
    for table in _tables(root):
        wanted = [len(list(children(table, tag))) for tag in ("input", "output")]
        for number, rule in enumerate(children(table, "rule"), 1):
            entries = [list(children(rule, tag)) for tag in ("inputEntry", "outputEntry")]
            if [len(cells) for cells in entries] != wanted:
                yield Fault(id_of(rule), f"第 {number} 行的单元格数与列数不符", "在编辑器中重新保存该表")
            for cell in entries[0]:
                yield from _cell(id_of(rule), f"第 {number} 行的条件", cell_text(cell), compile_cell)
            for cell in entries[1]:
                if cell_text(cell):
                    yield from _cell(
                        id_of(rule), f"第 {number} 行的结果", cell_text(cell), compile_expression
                    )


def _cell(element_id: str, where: str, text: str, compiler: Callable[[str], object]) -> Faults:
    try:
        compiler(text)
    except ExpressionRefused as refusal:
        yield Fault(
            element_id, f"{where}写法有误：{refusal.facts['reason']}", f"修改 {text[:80] or '空的单元格'}"
        )


def _tables(root: etree._Element) -> list[etree._Element]:
    return [table for decision in children(root, "decision") for table in children(decision, "decisionTable")]
