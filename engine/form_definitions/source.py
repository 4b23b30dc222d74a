"""Read a form file's JSON carefully: every value has the type we expect or becomes a finding."""

import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar, cast

from engine.form_definitions.conditions import Condition, ConditionError, parse_condition
from engine.form_definitions.errors import FormFinding
from engine.form_definitions.words import Words

LARGEST_FILE = 300_000
LONGEST_LABEL = 500
KINDS = {str: "文字", bool: "true 或者 false", int: "整数", Decimal: "数字", list: "列表", dict: "对象"}
T = TypeVar("T")
Report = Callable[[str, str, str, str], None]  # component, rule, message, remedy


class Findings:
    """Collects what is wrong in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[FormFinding] = []

    def add(self, component: str, rule: str, message: str, remedy: str) -> None:
        self.found.append(FormFinding(self.file, component, rule, message, remedy))


def parse_json(content: bytes, findings: Findings) -> Mapping[str, object]:
    """The object in the file; empty, with a finding, when there is none."""
    try:
        if len(content) > LARGEST_FILE:
            raise ValueError(f"大于 {LARGEST_FILE} 字节")
        parsed = json.loads(
            content, object_pairs_hook=_without_repeats, parse_float=Decimal, parse_constant=_no_constant
        )
        if not isinstance(parsed, dict):
            raise ValueError("不是一个对象")
    except (ValueError, RecursionError) as error:
        reason = "嵌套过深" if isinstance(error, RecursionError) else str(error)
        findings.add("-", "form_json", f"不是可用的 JSON：{reason}", "用表单编辑器重新保存该文件")
        return {}
    return parsed


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("同一对象内有重复的键")
    return content


def _no_constant(name: str) -> object:
    raise ValueError(f"不能使用 {name}")


class Source:
    """One object of the file with the name of the component it belongs to."""

    def __init__(self, content: Mapping[str, object], component: str, findings: Findings) -> None:
        self.content = content
        self.component = component
        self.findings = findings

    def fault(self, rule: str, message: str, remedy: str) -> None:
        self.findings.add(self.component, rule, message, remedy)

    def get(self, name: str, kind: type[T], default: T) -> T:
        """The value of that type; `default` when it is missing or of another type."""
        value = self.content.get(name)
        if value is None:
            return default
        if kind is Decimal and type(value) in (int, Decimal):
            return cast(T, Decimal(str(value)))
        if type(value) is not kind:
            self.fault("attribute_type", f"{name} 应当是{KINDS[kind]}", "改正该属性的值")
            return default
        return value

    def inner(self, name: str) -> "Source":
        return Source(self.get(name, dict, {}), self.component, self.findings)

    def flag(self, name: str) -> bool:
        """form-js keeps its own properties as text."""
        value = self.get(name, str, "false")
        if value not in ("true", "false"):
            self.fault("property_value", f"属性 {name} 应当是 true 或者 false", "改正该属性的值")
        return value == "true"

    def number(self, name: str, default: int, most: int) -> int:
        text = self.get(name, str, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= most):
            self.fault("property_value", f"属性 {name} 应当是 0 到 {most} 的整数", "改正该属性的值")
            return default
        return int(text)

    def words(self, name: str, english: str, is_needed: bool = False) -> Words:
        text = self.get(name, str, "").strip()
        if is_needed and not text:
            self.fault("label_missing", f"缺少 {name}", "写上给填表人看的文字")
        if len(text) > LONGEST_LABEL or text.startswith("="):
            self.fault("label_text", f"{name} 过长，或者是表达式", f"写成不超过 {LONGEST_LABEL} 字的文字")
        other = self.content if english in self.content else self.inner("properties").content
        translated = other.get(english)
        return Words(text, translated if isinstance(translated, str) and translated else None)

    def condition(self, text: str | None, rule: str = "condition_invalid") -> Condition | None:
        if not text:
            return None
        try:
            return parse_condition(text)
        except ConditionError as error:
            remedy = '只用 = != < > and or not() 比较字段，如 =decision = "return"'
            self.fault(rule, f"条件不能使用：{error}", remedy)
            return None

    def refuse_others(self, allowed: Iterable[str], rule: str, what: str, remedy: str) -> None:
        for name in sorted(set(self.content) - set(allowed)):
            self.fault(rule, f"{what} {name} 不在可用范围内", remedy)
