"""Form-js components to our components, refusing what is outside the subset."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from engine.form_definitions.components import (
    Check,
    CheckboxField,
    ChoiceField,
    ChoicesField,
    Component,
    DateField,
    FileField,
    Group,
    NumberField,
    Option,
    OptionValue,
    Paragraphs,
    Repetition,
    Separator,
    Spacer,
    TextField,
    TimeField,
)
from engine.form_definitions.source import Findings, Source
from engine.form_definitions.subset import (
    ATTRIBUTES,
    AUTOCOMPLETE,
    DATE_CHECKS,
    ONLY_REQUIRED,
    PROPERTIES,
    RULES,
    TEXT_CHECKS,
)
from engine.form_definitions.words import Words

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
MATERIAL = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
DEEPEST, MOST_COMPONENTS, MOST_ROWS, MOST_FILES = 5, 300, 50, 20
LONGEST_LINE, LONGEST_TEXT, LARGEST_DIGITS = 200, 2000, 4
CodeLists = Mapping[str, Mapping[str, str]]


class Reader:
    """Reads the components of one form. Everything it builds is used only when there are no findings."""

    def __init__(self, findings: Findings, code_lists: CodeLists) -> None:
        self.findings = findings
        self.code_lists = code_lists
        self.count = 0

    def components(self, listed: list[Any], depth: int, in_list: bool) -> tuple[Component, ...]:
        if depth > DEEPEST:
            self.findings.add("-", "form_depth", f"分组多于 {DEEPEST} 层", "减少分组的层数")
            return ()
        read = [self._component(number, entry, depth, in_list) for number, entry in enumerate(listed, 1)]
        return tuple(component for component in read if component is not None)

    def _component(self, number: int, entry: object, depth: int, in_list: bool) -> Component | None:
        self.count += 1
        if self.count > MOST_COMPONENTS or not isinstance(entry, dict):
            remedy = f"一张表单最多 {MOST_COMPONENTS} 个组件，每个是一个对象"
            self.findings.add(f"第 {number} 个组件", "component_invalid", "不是可用的组件", remedy)
            return None
        name = next((str(entry[k]) for k in ("key", "path", "id") if entry.get(k)), f"第 {number} 个组件")
        source = Source(entry, name, self.findings)
        kind = source.get("type", str, "")
        if kind not in ATTRIBUTES:
            remedy = f"只用：{'、'.join(ATTRIBUTES)}"
            source.fault("component_unknown", f"组件类型 {kind or '（缺）'} 不在可用范围内", remedy)
            return None
        self._check_names(source, kind)
        if kind == "dynamiclist" and in_list:
            source.fault("list_nested", "列表内不能再有列表", "把内层列表移到外层")
            return None
        return self._build(source, kind, depth, in_list)

    def _check_names(self, source: Source, kind: str) -> None:
        source.refuse_others(
            ATTRIBUTES[kind], "attribute_unknown", "属性", "删去该属性，或者用 properties 中已有的属性"
        )
        properties, rules = source.inner("properties"), source.inner("validate")
        known = "、".join(sorted(PROPERTIES[kind])) or "无"
        properties.refuse_others(
            PROPERTIES[kind], "property_unknown", "properties 中的", f"可用的有：{known}"
        )
        known = "、".join(sorted(RULES.get(kind, ONLY_REQUIRED)))
        rules.refuse_others(
            RULES.get(kind, ONLY_REQUIRED), "rule_unknown", "校验规则", f"可用的有：{known}；格式用 check"
        )
        source.inner("conditional").refuse_others(
            {"hide"}, "condition_unknown", "conditional 中的", "只用 hide"
        )

    def _build(self, source: Source, kind: str, depth: int, in_list: bool) -> Component | None:
        hide = source.inner("conditional").get("hide", str, "")
        common: dict[str, Any] = {
            "id": source.get("id", str, source.component),
            "hidden_when": source.condition(hide),
        }
        if kind in ("separator", "spacer"):
            return Separator(**common) if kind == "separator" else Spacer(**common)
        if kind == "text":
            return Paragraphs(**common, words=self._paragraphs(source))
        if kind == "group":
            label = source.words("label", "label_en", is_needed=True)
            inner = self.components(source.get("components", list, []), depth + 1, in_list)
            return Group(**common, label=label, hint=_hint(source), components=inner)
        if kind == "dynamiclist":
            return self._repetition(source, common, depth)
        return self._field(source, kind, common)

    def _paragraphs(self, source: Source) -> Words:
        words = source.words("text", "text_en", is_needed=True)
        if re.search(r"[<{]|\]\(|\*\*|^=", words.chinese):
            source.fault("text_markup", "文字中只能有段落和以 # 开头的标题", "删去其他标记和表达式")
        return words

    def _repetition(self, source: Source, common: dict[str, Any], depth: int) -> Repetition:
        properties = source.inner("properties")
        most = properties.number("most", MOST_ROWS, MOST_ROWS)
        shown = source.get("defaultRepetitions", int, 1)
        return Repetition(
            **common,
            key=_key(source, "path"),
            label=source.words("label", "label_en", is_needed=True),
            hint=_hint(source),
            components=self.components(source.get("components", list, []), depth + 1, in_list=True),
            fewest=min(properties.number("fewest", 0, MOST_ROWS), most),
            most=most,
            shown_at_first=max(0, min(shown, most)),
        )

    def _field(self, source: Source, kind: str, common: dict[str, Any]) -> Component | None:
        properties = source.inner("properties")
        label = "label" if kind != "datetime" else f"{source.get('subtype', str, 'date')}Label"
        common |= {
            "key": _key(source, "key"),
            "label": source.words(label, "label_en", is_needed=True),
            "hint": _hint(source),
            "required": source.inner("validate").get("required", bool, False),
            "sensitive": properties.flag("sensitive"),
            "readonly_from": properties.get("readonlyFrom", str, "") or None,
            "autocomplete": _autocomplete(properties),
            "decision": properties.flag("decision"),
            "check": _check(properties, kind),
            "check_if": properties.condition(properties.get("checkIf", str, "")),
        }
        return BUILDERS[kind](self, source, kind, common)

    def text(self, source: Source, kind: str, common: dict[str, Any]) -> TextField:
        rules, has_lines = source.inner("validate"), kind == "textarea"
        limit = LONGEST_TEXT if has_lines else LONGEST_LINE
        longest = rules.get("maxLength", int, limit)
        if not 0 < longest <= limit:
            source.fault("rule_value", f"maxLength 应当在 1 到 {limit} 之间", "改正该规则的值")
        shortest, default = rules.get("minLength", int, 0), source.get("defaultValue", str, "")
        return TextField(
            **common, shortest=shortest, longest=longest, has_lines=has_lines, default=default or None
        )

    def number(self, source: Source, kind: str, common: dict[str, Any]) -> NumberField:
        rules, is_money = source.inner("validate"), source.inner("properties").flag("money")
        digits = source.get("decimalDigits", int, 2 if is_money else 0)
        if not 0 <= digits <= (2 if is_money else LARGEST_DIGITS):
            source.fault("rule_value", "decimalDigits 过大", "金额最多 2 位小数，其他最多 4 位")
        limits = [rules.get(name, Decimal, Decimal("NaN")) for name in ("min", "max")]
        least, greatest = (None if limit.is_nan() else limit for limit in limits)
        suffix = Source(source.inner("appearance").content, source.component, self.findings)
        suffix.refuse_others({"suffixText"}, "attribute_unknown", "appearance 中的", "只用 suffixText")
        unit = suffix.get("suffixText", str, "元" if is_money else "")
        english = source.inner("properties").get("unit_en", str, "yuan" if is_money else "")
        return NumberField(
            **common,
            least=least,
            greatest=greatest,
            digits=max(0, digits),
            is_money=is_money,
            unit=Words(unit, english or None) if unit else None,
        )

    def choice(self, source: Source, kind: str, common: dict[str, Any]) -> ChoiceField:
        options, code_list = self._options(source)
        default = source.content.get("defaultValue")
        if default is not None and default not in [option.value for option in options]:
            source.fault("default_unknown", "defaultValue 不是选项之一", "改正或者删去 defaultValue")
        return ChoiceField(
            **common,
            options=options,
            code_list=code_list,
            has_menu=kind == "select",
            default=default if isinstance(default, str | int) else None,
        )

    def choices(self, source: Source, kind: str, common: dict[str, Any]) -> ChoicesField:
        options, code_list = self._options(source)
        return ChoicesField(**common, options=options, code_list=code_list)

    def checkbox(self, source: Source, kind: str, common: dict[str, Any]) -> CheckboxField:
        return CheckboxField(**common, default=source.get("defaultValue", bool, False))

    def moment(self, source: Source, kind: str, common: dict[str, Any]) -> DateField | TimeField:
        subtype = source.get("subtype", str, "date")
        if subtype == "time":
            return TimeField(**common)
        if subtype != "date":
            source.fault("subtype_unknown", f"不能使用 {subtype}", "分成一个日期字段和一个时间字段")
        other = source.inner("properties").get("notBefore", str, "")
        return DateField(**common, not_before=other or None)

    def file(self, source: Source, kind: str, common: dict[str, Any]) -> FileField:
        properties = source.inner("properties")
        material = properties.get("materialType", str, "")
        if material and not MATERIAL.fullmatch(material):
            source.fault("property_value", "materialType 应当是小写英文词", "改正该属性的值")
        several = source.get("multiple", bool, False)
        most = properties.number("most", MOST_FILES, MOST_FILES) if several else 1
        return FileField(**common, most=max(1, most), material_type=material or None)

    def _options(self, source: Source) -> tuple[tuple[Option, ...], str | None]:
        code_list = source.inner("properties").get("options", str, "")
        if bool(code_list) == ("values" in source.content):
            remedy = "写 values，或者用 properties.options 指一个代码表，二者取一"
            source.fault("options_missing", "没有选项，或者有两处选项", remedy)
        if code_list:
            return self._of_code_list(source, code_list), code_list
        options = tuple(_option(source, entry) for entry in source.get("values", list, []))
        if len({option.text for option in options}) < len(options):
            source.fault("options_repeated", "两个选项的值相同", "给每个选项不同的值")
        return options, None

    def _of_code_list(self, source: Source, name: str) -> tuple[Option, ...]:
        if self.code_lists and name not in self.code_lists:
            source.fault("code_list_unknown", f"没有代码表 {name}", "用平台已有的代码表")
        return tuple(Option(code, Words(text)) for code, text in self.code_lists.get(name, {}).items())


def _option(source: Source, entry: object) -> Option:
    inner = Source(entry if isinstance(entry, dict) else {}, source.component, source.findings)
    inner.refuse_others({"label", "label_en", "value"}, "attribute_unknown", "选项的", "只用 label 和 value")
    value = inner.content.get("value")
    if type(value) not in (str, int, bool) or value == "" or len(str(value)) > 60:
        inner.fault("option_value", "选项的值应当是文字、整数或者 true、false", "改正该选项的 value")
    allowed: OptionValue = value if isinstance(value, str | int) else ""
    return Option(allowed, inner.words("label", "label_en", is_needed=True))


def _key(source: Source, attribute: str) -> str:
    key = source.get(attribute, str, "")
    if not KEY.fullmatch(key):
        remedy = "用小写英文字母、数字和下划线，字母开头，最多 40 位"
        source.fault("key_invalid", f"{attribute} 缺少或者写法不对", remedy)
    return key


def _hint(source: Source) -> Words | None:
    words = source.words("description", "description_en")
    return words if words.chinese else None


def _autocomplete(properties: Source) -> str | None:
    token = properties.get("autocomplete", str, "")
    if token and token not in AUTOCOMPLETE:
        properties.fault(
            "property_value", f"autocomplete 不能是 {token}", f"可用的有：{'、'.join(sorted(AUTOCOMPLETE))}"
        )
    return token or None


def _check(properties: Source, kind: str) -> Check | None:
    name = properties.get("check", str, "")
    allowed = DATE_CHECKS if kind == "datetime" else TEXT_CHECKS
    if name and name not in allowed:
        properties.fault("check_unknown", f"没有检查 {name}", f"可用的有：{'、'.join(sorted(allowed))}")
        return None
    return Check(name) if name else None


BUILDERS: Mapping[str, Callable[[Reader, Source, str, dict[str, Any]], Component]] = {
    "textfield": Reader.text,
    "textarea": Reader.text,
    "number": Reader.number,
    "select": Reader.choice,
    "radio": Reader.choice,
    "checkbox": Reader.checkbox,
    "checklist": Reader.choices,
    "taglist": Reader.choices,
    "datetime": Reader.moment,
    "filepicker": Reader.file,
}
