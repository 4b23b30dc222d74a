"""A form outside the subset is refused, in Chinese, naming file, component and rule."""

import pytest

from engine.form_definitions import FormError, check_forms, load_forms, parse_form
from tests.engine.form_definitions.sample import (
    CODE_LISTS,
    EVERYTHING,
    REQUIRED,
    a_component,
    a_form,
    a_list,
    content_of,
    options,
)

NAME = a_component("textfield", "name")


def rules_of(*components: object, **more: object) -> set[tuple[str, str]]:
    found = check_forms([("sample.form", content_of(*components, **more))], CODE_LISTS)
    return {(finding.element_id, finding.rule) for finding in found}


def test_a_form_with_every_component_passes() -> None:
    assert rules_of(*EVERYTHING) == set()


@pytest.mark.parametrize(
    ("component", "rule"),
    [
        (a_component("iframe", "a"), "component_unknown"),
        (a_component("html", "a"), "component_unknown"),
        (a_component("expression", "a"), "component_unknown"),
        (a_component("textfield", "A"), "key_invalid"),
        ({"type": "textfield", "label": "某"}, "key_invalid"),
        ({"type": "textfield", "key": "a"}, "label_missing"),
        ({"type": "textfield", "key": "a", "label": "=name"}, "label_text"),
        ({"type": "textfield", "key": "a", "label": 3}, "attribute_type"),
        (a_component("textfield", "a", validate={"pattern": "(a+)+"}), "rule_unknown"),
        (a_component("textfield", "a", validate={"maxLength": 9999}), "rule_value"),
        (a_component("textfield", "a", validate={"maxLength": "9"}), "attribute_type"),
        (a_component("textfield", "a", onclick="x"), "attribute_unknown"),
        (a_component("textfield", "a", properties={"check": "nothing"}), "check_unknown"),
        (a_component("textfield", "a", properties={"check": "date_not_future"}), "check_unknown"),
        (a_component("textfield", "a", properties={"colour": "red"}), "property_unknown"),
        (a_component("textfield", "a", properties={"sensitive": "yes"}), "property_value"),
        (a_component("textfield", "a", properties={"autocomplete": "cc-number"}), "property_value"),
        (a_component("textarea", "a", properties={"sensitive": "true"}), "property_unknown"),
        (a_component("textfield", "a", conditional={"show": "=true"}), "condition_unknown"),
        (a_component("textfield", "a", conditional={"hide": "=f(x)"}), "condition_invalid"),
        (a_component("textfield", "a", conditional={"hide": "=b = 1"}), "condition_reference"),
        (a_component("textfield", "a", conditional={"hide": "=a = 1"}), "condition_reference"),
        (a_component("textfield", "a", properties={"checkIf": "=b = 1"}), "condition_reference"),
        (a_component("select", "a"), "options_missing"),
        (a_component("select", "a", values=[], properties={"options": "service"}), "options_missing"),
        (a_component("select", "a", valuesExpression="=x"), "attribute_unknown"),
        (a_component("select", "a", properties={"options": "nothing"}), "code_list_unknown"),
        (a_component("radio", "a", values=options("x", "x")), "options_repeated"),
        (a_component("radio", "a", values=options(True, "true")), "options_repeated"),
        (a_component("radio", "a", values=[{"label": "某", "value": 1.5}]), "option_value"),
        (a_component("radio", "a", values=["x"]), "option_value"),
        (a_component("radio", "a", values=options("x"), defaultValue="y"), "default_unknown"),
        (a_component("number", "a", decimalDigits=9), "rule_value"),
        (a_component("datetime", "a", subtype="datetime", datetimeLabel="某"), "subtype_unknown"),
        (a_component("datetime", "a", subtype="date", properties={"notBefore": "b"}), "not_before_unknown"),
        (a_component("filepicker", "a", properties={"materialType": "材料"}), "property_value"),
        (
            a_component("textfield", "a", validate=REQUIRED, properties={"readonlyFrom": "x"}),
            "readonly_required",
        ),
        (a_list("a", a_list("b", NAME)), "list_nested"),
        (a_list("a", NAME, properties={"most": "999"}), "property_value"),
        (
            a_list("a", a_component("radio", "b", values=options(1), properties={"decision": "true"})),
            "decision_misplaced",
        ),
        ({"id": "t", "type": "text", "text": "<b>某</b>"}, "text_markup"),
        ({"id": "t", "type": "text", "text": "{{name}}"}, "text_markup"),
        ("text", "component_invalid"),
    ],
)
def test_what_the_subset_does_not_have_is_named(component: object, rule: str) -> None:
    assert rule in {found for _, found in rules_of(component)}


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{", b'{"id": NaN}', b'{"id": 1, "id": 2}', b"\xff", b"[" * 100_000, b" " * 400_000],
)
def test_a_file_that_is_no_object_is_refused(content: bytes) -> None:
    (finding,) = check_forms([("sample.form", content)])

    assert finding.rule == "form_json"


def test_two_fields_of_one_level_have_two_keys() -> None:
    assert ("name", "key_repeated") in rules_of(NAME, NAME)


def test_a_row_may_use_a_key_of_the_form_again() -> None:
    assert rules_of(NAME, a_list("rows", NAME)) == set()


def test_a_condition_on_several_values_is_refused() -> None:
    several = a_component("checklist", "content", values=options("a", "b"))

    found = rules_of(several, a_component("textfield", "name", conditional={"hide": '=content = "a"'}))

    assert found == {("name", "condition_reference")}


def test_groups_have_a_depth() -> None:
    deep: object = NAME
    for number in range(9):
        deep = {"id": f"g{number}", "type": "group", "label": "组", "components": [deep]}

    assert "form_depth" in {rule for _, rule in rules_of(deep)}


def test_the_id_is_the_name_of_the_file() -> None:
    with pytest.raises(FormError, match=r"other\.form: - \[form_name\]"):
        parse_form("other.form", content_of(NAME))


def test_the_message_names_file_component_and_rule_in_chinese() -> None:
    with pytest.raises(FormError) as raised:
        a_form(a_component("iframe", "frame"))

    text = str(raised.value)
    assert text.startswith("sample.form: frame [component_unknown] 组件类型 iframe 不在可用范围内")


def test_every_fault_is_told_at_once() -> None:
    found = rules_of(a_component("iframe", "a"), a_component("textfield", "B"), colour="red")

    assert len(found) == 3


def test_without_code_lists_a_field_that_needs_one_accepts_nothing() -> None:
    form = load_forms("forms")["register_submission"]

    assert "应当选择给出的一项" in {problem.reason for problem in form.problems_in({"service": "aa"})}
