"""Decision tables (DMN): read and evaluated by us. UNIQUE means unique, COLLECT gives a list, no others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.runtime.errors import DecisionFailed, DiagramRefused, ProcessFault
from engine.runtime.expressions import Expression, compile_expression
from engine.runtime.safe_xml import namespace_of, read_xml, tag_of, text_of
from engine.runtime.unary_tests import Cell, compile_cell
from engine.runtime.values import Value

UNIQUE = "UNIQUE"
COLLECT = "COLLECT"


@dataclass(frozen=True)
class Rule:
    conditions: tuple[Cell, ...]
    outputs: tuple[Expression | None, ...]


@dataclass(frozen=True)
class Decision:
    """One decision with its table."""

    id: str
    name: str
    hit_policy: str
    inputs: tuple[Expression, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    def evaluate(self, inputs: Mapping[str, object]) -> dict[str, Value] | list[dict[str, Value]]:
        """The row that matches (UNIQUE) or the list of all that match (COLLECT). Raises DecisionFailed."""
        rows = self._rows(inputs)
        return rows[0] if self.hit_policy == UNIQUE else rows

    def results(self, inputs: Mapping[str, object]) -> dict[str, Value]:
        """What a business rule task merges: under COLLECT each output is the list of its values."""
        rows = self._rows(inputs)
        if self.hit_policy == UNIQUE:
            return rows[0]
        return {name: [row[name] for row in rows] for name in self.outputs}

    def _rows(self, inputs: Mapping[str, object]) -> list[dict[str, Value]]:
        values = [expression.evaluate(inputs) for expression in self.inputs]
        hits = [number for number, rule in enumerate(self.rules, 1) if _matches(rule, values, inputs)]
        if self.hit_policy == UNIQUE and len(hits) != 1:
            asked = "，".join(
                f"{item.text}={value!r}" for item, value in zip(self.inputs, values, strict=True)
            )
            reason = f"第 {'、'.join(map(str, hits))} 行同时符合" if hits else "没有符合的行"
            raise DecisionFailed(table=self.id, inputs=asked, reason=reason)
        return [self._row(self.rules[number - 1], inputs) for number in hits]

    def _row(self, rule: Rule, inputs: Mapping[str, object]) -> dict[str, Value]:
        cells = zip(self.outputs, rule.outputs, strict=True)
        return {name: None if cell is None else cell.evaluate(inputs) for name, cell in cells}


def _matches(rule: Rule, values: list[Value], data: Mapping[str, object]) -> bool:
    return all(cell.matches(value, data) for cell, value in zip(rule.conditions, values, strict=True))


def read_decisions(name: str, content: bytes) -> list[Decision]:
    """Every decision of a DMN file. Raises DiagramRefused naming file and element."""
    root = read_xml(name, content)
    if not is_decision_file(root):
        raise DiagramRefused(file=name, reason="不是 DMN 决策文件")
    return [_decision(name, element) for element in children(root, "decision")]


def is_decision_file(root: etree._Element) -> bool:
    return tag_of(root) == "definitions" and "/DMN/" in namespace_of(root)


def children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    return (child for child in element if tag_of(child) == tag)


def hit_policy_of(table: etree._Element) -> str:
    """The policy as the table says it, with the aggregation that COLLECT may carry."""
    policy, aggregation = str(table.get("hitPolicy", UNIQUE)), str(table.get("aggregation", ""))
    return f"{policy} {aggregation}".strip()


def _decision(file: str, element: etree._Element) -> Decision:
    decision_id = str(element.get("id", ""))
    table = next(children(element, "decisionTable"), None)
    if table is None or hit_policy_of(table) not in (UNIQUE, COLLECT):
        raise DiagramRefused(file=file, element=decision_id, reason="需要一个 UNIQUE 或 COLLECT 的决策表")
    try:
        return Decision(
            id=decision_id,
            name=str(element.get("name", decision_id)),
            hit_policy=hit_policy_of(table),
            inputs=tuple(_input(item) for item in children(table, "input")),
            outputs=tuple(str(item.get("name", "")) for item in children(table, "output")),
            rules=tuple(_rule(table, item) for item in children(table, "rule")),
        )
    except ProcessFault as fault:
        raise DiagramRefused(file=file, element=decision_id, reason=str(fault)) from fault


def cell_text(element: etree._Element) -> str:
    return text_of(next(children(element, "text"), None))


def _input(element: etree._Element) -> Expression:
    expression = next(children(element, "inputExpression"), None)
    return compile_expression("" if expression is None else cell_text(expression))


def _rule(table: etree._Element, element: etree._Element) -> Rule:
    conditions = tuple(compile_cell(cell_text(item)) for item in children(element, "inputEntry"))
    outputs = tuple(_output(cell_text(item)) for item in children(element, "outputEntry"))
    if len(conditions) != _count(table, "input") or len(outputs) != _count(table, "output"):
        raise DiagramRefused(element=element.get("id"), reason="单元格数与列数不符")
    return Rule(conditions, outputs)


def _count(table: etree._Element, tag: str) -> int:
    return sum(1 for _ in children(table, tag))


def _output(text: str) -> Expression | None:
    return compile_expression(text) if text else None
