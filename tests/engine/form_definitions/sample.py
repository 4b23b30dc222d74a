"""A small form with one field of every kind, and the forms of the house."""

import json
from datetime import date

from adapters.sources.catalogue import load_catalogue
from engine.form_definitions import (
    COMMISSIONING_UNITS,
    Circumstances,
    FormDefinition,
    Language,
    code_lists_of,
    load_forms,
    offering,
    parse_form,
)

TODAY = date(2026, 11, 21)
CODE_LISTS = code_lists_of(load_catalogue())
UNITS = {COMMISSIONING_UNITS: {"320402001": "甲区民政局", "320411001": "乙区民政局"}}
FORMS = {key: offering(form, UNITS) for key, form in load_forms("forms", CODE_LISTS).items()}
SCAN = "a" * 64


def a_component(kind: str, key: str, **more: object) -> dict[str, object]:
    label = "dateLabel" if kind == "datetime" else "label"
    return {"id": f"field_{key}", "type": kind, "key": key, label: f"字段{key}", **more}


def options(*values: object) -> list[dict[str, object]]:
    return [{"label": f"选项{value}", "value": value} for value in values]


def a_list(key: str, *components: object, **more: object) -> dict[str, object]:
    return {
        "id": f"list_{key}",
        "type": "dynamiclist",
        "path": key,
        "label": "成员",
        "components": list(components),
        **more,
    }


def content_of(*components: object, **more: object) -> bytes:
    form = {"type": "default", "schemaVersion": 18, "id": "sample", "title": "样例", **more}
    return json.dumps({**form, "components": list(components)}, ensure_ascii=False).encode()


def a_form(*components: object, **more: object) -> FormDefinition:
    return parse_form("sample.form", content_of(*components, **more), CODE_LISTS)


REQUIRED = {"required": True}
EVERYTHING = (
    a_component("textfield", "name", validate=REQUIRED),
    a_component("textarea", "remark", validate={"maxLength": 20}),
    a_component("number", "count", validate={"min": 1, "max": 9}),
    a_component("number", "amount", properties={"money": "true"}, validate={"min": 0}),
    a_component("number", "share", decimalDigits=2),
    a_component("select", "service", properties={"options": "service"}),
    a_component("radio", "passed", values=options(True, False), properties={"decision": "true"}),
    a_component("checkbox", "signed", validate=REQUIRED),
    a_component("checklist", "content", values=options("income", "property")),
    a_component("taglist", "items", properties={"options": "item"}),
    a_component("datetime", "day", subtype="date", properties={"check": "date_not_future"}),
    {"id": "t", "type": "datetime", "key": "hour", "subtype": "time", "timeLabel": "时间"},
    a_component("filepicker", "scan", multiple=True, properties={"most": "2"}),
    {
        "id": "group",
        "type": "group",
        "label": "分组",
        "components": [
            a_component("textfield", "reason", validate=REQUIRED, conditional={"hide": "=passed != false"}),
        ],
    },
    a_list(
        "members",
        a_component("select", "id_type", properties={"options": "id_type"}, validate=REQUIRED),
        a_component(
            "textfield",
            "id_no",
            validate=REQUIRED,
            properties={"check": "cn_id", "checkIf": '=id_type = "111"', "sensitive": "true"},
        ),
        properties={"fewest": "1", "most": "3"},
    ),
    {"id": "line", "type": "separator"},
    {"id": "gap", "type": "spacer"},
    {"id": "words", "type": "text", "text": "# 说明\n请如实填写"},
)
CORRECT: dict[str, object] = {
    "name": "赵甲",
    "remark": None,
    "count": 2,
    "amount": "2600.50",
    "share": "12.5",
    "service": "aa",
    "passed": True,
    "signed": True,
    "content": ["income"],
    "items": None,
    "day": "2026-11-20",
    "hour": "09:30",
    "scan": [SCAN],
    "members": [{"id_type": "414", "id_no": "E12345678"}],
}


def now(**more: object) -> Circumstances:
    documents = frozenset({SCAN})
    return Circumstances(**{"today": TODAY, "documents": documents, "language": Language.CHINESE, **more})  # type: ignore[arg-type]


def reasons(form: FormDefinition, values: dict[str, object], **more: object) -> dict[str, str]:
    return {problem.field: problem.reason for problem in form.check(values, now(**more)).problems}
