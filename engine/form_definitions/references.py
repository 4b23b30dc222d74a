"""Rules over a whole form: keys are used once, conditions look back, decisions are few and plain."""

from collections.abc import Iterator, Sequence

from engine.form_definitions.components import (
    ChoicesField,
    Component,
    DateField,
    Field,
    FileField,
    Group,
    Keyed,
    Repetition,
)
from engine.form_definitions.conditions import Condition, paths_in
from engine.form_definitions.source import Findings


def check_references(components: Sequence[Component], findings: Findings) -> None:
    _Walk(findings).level(components, {}, is_row=False)


class _Walk:
    """`known` are the fields a condition may use: those before it, the row's own before the form's."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def level(self, components: Sequence[Component], outer: dict[str, Keyed], is_row: bool) -> None:
        own: dict[str, Keyed] = {}
        for component in _flat(components):
            known = outer | own
            self._condition(component, component.hidden_when, known)
            if isinstance(component, Field):
                self._field(component, known, own, is_row)
            if isinstance(component, Repetition):
                self.level(component.components, known, is_row=True)
            if isinstance(component, Keyed):
                if component.key in own:
                    self._add(
                        component.key, "key_repeated", "同一层内有两个相同的 key", "给每个字段不同的 key"
                    )
                own[component.key] = component

    def _field(self, field: Field, known: dict[str, Keyed], own: dict[str, Keyed], is_row: bool) -> None:
        self._condition(field, field.check_if, known)
        other = field.not_before if isinstance(field, DateField) else None
        if other is not None and not isinstance(own.get(other), DateField):
            remedy = "写同一层内前面一个日期字段的 key"
            self._add(field.key, "not_before_unknown", f"没有日期字段 {other}", remedy)
        if field.decision and (is_row or field.sensitive):
            remedy = "只有列表之外、不敏感的选项可以作为流程变量"
            self._add(field.key, "decision_misplaced", "该字段不能作为流程变量", remedy)
        if field.readonly_from and (field.required or field.decision):
            remedy = "只读字段不填写：删去 required 和 decision"
            self._add(field.key, "readonly_required", "只读字段不能是必填或者流程变量", remedy)

    def _condition(self, component: Component, condition: Condition | None, known: dict[str, Keyed]) -> None:
        for path in paths_in(condition) if condition is not None else ():
            name = ".".join(path.parts)
            target = known.get(name)
            if target is None:
                remedy = "条件只能引用前面的字段，写它的 key"
                self._add(_name(component), "condition_reference", f"前面没有字段 {name}", remedy)
            elif isinstance(target, Repetition | ChoicesField | FileField):
                remedy = "条件只能引用单值的字段"
                self._add(_name(component), "condition_reference", f"{name} 是多值的字段", remedy)

    def _add(self, component: str, rule: str, message: str, remedy: str) -> None:
        self.findings.add(component, rule, message, remedy)


def _flat(components: Sequence[Component]) -> Iterator[Component]:
    for component in components:
        yield component
        if isinstance(component, Group):
            yield from _flat(component.components)


def _name(component: Component) -> str:
    return component.key if isinstance(component, Keyed) else component.id
