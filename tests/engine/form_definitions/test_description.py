"""A form as a schema for the API: the same rules, said for a machine."""

from engine.form_definitions import json_schema
from tests.engine.form_definitions.sample import EVERYTHING, FORMS, a_component, a_form


def test_each_kind_of_field_has_its_shape() -> None:
    described = json_schema(a_form(*EVERYTHING))

    shapes = described["properties"]
    assert isinstance(shapes, dict)
    assert shapes["name"] == {"title": "字段name", "type": "string", "minLength": 1, "maxLength": 200}
    assert shapes["count"] == {"title": "字段count", "type": "integer", "minimum": 1, "maximum": 9}
    assert shapes["amount"]["type"] == shapes["share"]["type"] == "string"
    assert shapes["passed"]["enum"] == [True, False]
    assert shapes["service"]["enum"][:2] == ["aa", "ab"]
    assert shapes["signed"] == {"title": "字段signed", "type": "boolean", "const": True}
    assert shapes["day"]["format"] == "date"
    assert shapes["scan"]["maxItems"] == 2
    assert shapes["members"]["items"]["required"] == ["id_type", "id_no"]


def test_only_what_is_always_asked_is_required() -> None:
    assert json_schema(a_form(*EVERYTHING))["required"] == ["name", "signed", "members"]


def test_money_is_text_in_yuan() -> None:
    described = json_schema(a_form(a_component("number", "amount", properties={"money": "true"})))

    assert described["properties"] == {
        "amount": {"title": "字段amount", "type": "string", "pattern": r"^-?(0|[1-9]\d{0,11})(\.\d{1,2})?$"}
    }


def test_a_field_shown_from_the_case_is_no_part_of_the_api() -> None:
    form = a_form(
        a_component("textfield", "unit", properties={"readonlyFrom": "case.unit_name"}),
        a_component("textfield", "name"),
    )

    assert list(json_schema(form)["properties"]) == ["name"]  # type: ignore[call-overload]


def test_the_recheck_form_tells_its_rows() -> None:
    described = json_schema(FORMS["recheck_application"])

    rows = described["properties"]["disputed_items"]  # type: ignore[index]
    assert rows["items"]["required"] == ["report_no", "item", "reason"]
