"""The forms of the house hold what the standards name, in words of the standards."""

import pytest

from engine.form_definitions import Language
from engine.form_definitions.components import (
    CheckboxField,
    ChoicesField,
    Component,
    Field,
    FileField,
    Group,
    Keyed,
    OptionField,
    Repetition,
    TextField,
    keyed,
)
from tests.engine.form_definitions.sample import FORMS, now


def part(form: str, *path: str) -> Keyed:
    components = FORMS[form].components
    found: Keyed | None = None
    for key in path:
        found = next(part for part in keyed(components) if part.key == key)
        components = found.components if isinstance(found, Repetition) else ()
    assert found is not None
    return found


def labels(form: str, *keys: str) -> list[str]:
    return [part(form, *key.split(".")).label.chinese for key in keys]


def every(components: tuple[Component, ...]) -> list[Component]:
    inner = [c.components for c in components if isinstance(c, Group | Repetition)]
    return [*components, *(found for listed in inner for found in every(listed))]


@pytest.mark.clause("M 6.5")
@pytest.mark.clause(
    "M F.1",
    "M F.1 applicant unit name",
    "M F.1 contact person",
    "M F.1 contact telephone",
    "M F.1 contact ID number",
    "M F.1 E-mail",
    "M F.1 postcode",
    "M F.1 postal address",
    "M F.1 table verification number",
    "M F.1 table data item for re-check",
    "M F.1 table reason for re-check",
    "M F.1 handler signature",
    "M F.1 unit seal",
    "M F.1 date",
)
def test_the_recheck_form_is_table_f1() -> None:
    unit = ("unit_name", "contact_person", "contact_phone", "contact_id_no", "email", "postcode", "address")
    rows = ("disputed_items.report_no", "disputed_items.item", "disputed_items.reason")

    assert labels("recheck_application", *unit) == [
        "单位名称",
        "联系人",
        "联系电话",
        "联系人证件号码",
        "E-mail",
        "邮政编码",
        "通讯地址",
    ]
    assert labels("recheck_application", *rows) == ["核对编号", "复核数据项", "复核原因"]
    confirmed = [part("recheck_application", key) for key in ("handler_signed", "unit_sealed")]
    assert all(isinstance(tick, CheckboxField) and tick.required for tick in confirmed)
    assert labels("recheck_application", "applied_on") == ["申请日期"]


@pytest.mark.clause("M F.1 table serial no.")
def test_the_rows_of_the_recheck_form_are_numbered_and_at_least_one() -> None:
    rows = part("recheck_application", "disputed_items")

    assert isinstance(rows, Repetition)
    assert (rows.fewest, rows.most) == (1, 30)


@pytest.mark.clause("M A.2", "M A.2 d", "M A.2 e", "M A.2 f", "M A.2 g", "M A.2 h", "M A.2 i")
def test_manual_registration_asks_for_everything_of_the_commission_letter() -> None:
    keys = (
        *("unit_code", "content", "period_start", "period_end", "property_as_of", "disclaimer_accepted"),
        *("letter_valid_start", "letter_valid_end", "agent", "letter_signed", "letter_sealed", "letter_scan"),
    )

    asked = [part("register_submission", key) for key in keys]
    assert all(isinstance(field, Field) and field.required for field in asked)
    assert labels("register_submission", "materials.name", "materials.copies") == ["材料名称", "份数"]


@pytest.mark.clause(
    "M A.1", "M A.1 a", "M A.1 c", "M A.1 d", "M A.1 e", "M A.3", "M A.3 a", "M A.3 b", "M A.3 c"
)
def test_manual_registration_asks_for_the_authorisation_and_the_identity_material() -> None:
    members = ("members.name", "members.id_type", "members.id_no", "members.identity_copy")
    letter = ("scope_authorised", "authorisation_valid_start", "authorisation_valid_end")
    evidence = ("authorisation_confirmed_by", "authorisation_scan", "has_declaration", "declaration_scan")

    asked = [part("register_submission", *key.split(".")) for key in (*members, *letter, *evidence)]

    assert all(isinstance(field, Field) and field.required for field in asked)


@pytest.mark.clause("J 6.2.2.1 Fig 1")
def test_manual_registration_names_the_courier() -> None:
    courier = ("courier_name", "courier_phone", "received_on")

    assert all(part("register_submission", key).required for key in courier)  # type: ignore[attr-defined]


@pytest.mark.clause("M 6.1 c")
def test_a_return_names_at_least_one_coded_reason() -> None:
    field = part("return_application", "reasons")

    assert isinstance(field, ChoicesField)
    assert field.required
    assert {option.value for option in field.options} >= {"letter_missing", "seal_missing", "id_invalid"}


@pytest.mark.clause("M 6.3 c")
def test_the_unit_may_let_go_on_supplement_or_withdraw() -> None:
    field = part("suspension_instruction", "instruction")

    assert isinstance(field, OptionField)
    assert [option.value for option in field.options] == ["continue", "supplement", "withdraw"]
    assert FORMS["suspension_instruction"].decisions == ("instruction",)


@pytest.mark.clause("M 6.2 c")
def test_staff_may_query_again_or_go_on() -> None:
    field = part("contact_source", "exchange_decision")

    assert isinstance(field, OptionField)
    assert [option.value for option in field.options] == ["requery", "proceed"]


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_label_has_chinese_and_english(key: str) -> None:
    form = FORMS[key]
    named = [c for c in every(form.components) if isinstance(c, Keyed | Group)]
    options = [o for c in named if isinstance(c, OptionField) and c.code_list is None for o in c.options]

    words = [form.title, *(c.label for c in named), *(option.label for option in options)]

    assert all(word.english and word.english.isascii() for word in words)
    assert all(any("\u4e00" <= x <= "\u9fff" for x in w.chinese) or w.chinese == "E-mail" for w in words)


@pytest.mark.parametrize("key", sorted(FORMS))
def test_numbers_of_people_are_masked_and_not_remembered_by_the_browser(key: str) -> None:
    personal = ("id_no", "phone")

    fields = [
        c for c in every(FORMS[key].components) if isinstance(c, TextField) and c.key.endswith(personal)
    ]

    assert all(field.sensitive for field in fields)


def test_scans_are_named_by_the_kind_of_material() -> None:
    scans = [c for form in FORMS.values() for c in every(form.components) if isinstance(c, FileField)]

    assert scans
    assert all(scan.material_type for scan in scans)


def test_the_return_form_says_in_english_what_is_missing() -> None:
    problems = FORMS["return_application"].check({}, now(language=Language.ENGLISH)).problems

    assert [problem.reason for problem in problems][:1] == ["Choose Reasons for not accepting"]
