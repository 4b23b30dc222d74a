"""The page of a form: named, described and linked so that it works without scripts and for everybody."""

import re

import pytest

from engine.form_definitions import Language
from engine.form_definitions.components import Repetition, keyed
from tests.builders import an_id_no
from tests.engine.form_definitions.sample import (
    CORRECT,
    EVERYTHING,
    FORMS,
    REQUIRED,
    SCAN,
    a_component,
    a_form,
    a_list,
    now,
    options,
)
from tests.web.forms.browser import Page, read_out, show

SAMPLE = a_form(*EVERYTHING)
CONDITIONAL = a_form(
    a_component(
        "radio", "passed", values=[{"label": "通过", "value": True}, {"label": "不通过", "value": False}]
    ),
    a_component("textfield", "reason", validate=REQUIRED, conditional={"hide": "=passed != false"}),
)


def in_error(key: str) -> Page:
    """Every list with one empty row."""
    form = FORMS[key]
    values: dict[str, object] = {p.key: [{}] for p in keyed(form.components) if isinstance(p, Repetition)}
    return show(form, values, problems=form.check(values, now()).problems, unmasked=True)


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_control_has_a_label_and_every_reference_a_target(key: str) -> None:
    for page in (show(FORMS[key], {}), in_error(key)):
        ids = [given["id"] for _, given in page.tags if "id" in given]
        labelled = {given["for"] for given in page.all("label")}
        visible = [c for kind in ("input", "select", "textarea") for c in page.all(kind)]
        described = [name for _, given in page.tags for name in given.get("aria-describedby", "").split()]
        links = [given["href"].removeprefix("#") for given in page.all("a")]

        assert len(ids) == len(set(ids))
        assert {c["id"] for c in visible if c.get("type") != "hidden"} <= labelled
        assert set(described) | set(links) | labelled <= set(ids)


@pytest.mark.parametrize("key", sorted(FORMS))
def test_nothing_on_the_page_needs_an_exception_of_the_csp(key: str) -> None:
    page = in_error(key)

    assert not {"script", "style", "link", "img"} & {tag for tag, _ in page.tags}
    assert not [name for _, given in page.tags for name in given if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_fault_is_linked_in_the_summary_and_told_at_its_field(key: str) -> None:
    form = FORMS[key]
    problems = form.check({}, now()).problems

    page = show(form, {}, problems=problems)

    assert len(page.all("a")) == len(problems)
    assert f"有 {len(problems)} 处需要更正" in page.text
    for problem in problems:
        assert page.by_id(f"f-{problem.field.replace('.', '-')}-error")


def test_a_wrong_field_is_marked_for_those_who_cannot_see_it() -> None:
    problems = SAMPLE.check({**CORRECT, "count": "x"}, now()).problems

    count = show(SAMPLE, {**CORRECT, "count": "x"}, problems=problems).by_id("f-count")

    assert (count["aria-invalid"], count["aria-describedby"], count["value"]) == (
        "true",
        "f-count-error",
        "x",
    )


def test_a_fault_in_a_row_names_the_row() -> None:
    values: dict[str, object] = {
        **CORRECT,
        "members": [{"id_type": "414", "id_no": "E1"}, {"id_type": "414"}],
    }

    page = show(SAMPLE, values, problems=SAMPLE.check(values, now()).problems)

    assert page.all("a")[0]["href"] == "#f-members-1-id_no"
    assert "成员 2：请填写字段id_no" in page.text


def test_a_fault_of_a_choice_leads_to_its_first_option() -> None:
    page = show(FORMS["first_review"], {}, problems=FORMS["first_review"].check({}, now()).problems)

    assert page.all("a")[0]["href"] == "#f-first_passed-1"
    assert page.by_id("f-first_passed-1")["type"] == "radio"


def test_only_what_may_be_left_out_is_marked() -> None:
    form = a_form(a_component("textfield", "name", validate=REQUIRED), a_component("textfield", "phone"))

    assert show(form, {}).labels == ["字段name", "字段phone（选填）"]


def test_without_scripts_a_conditional_field_stays_and_says_when_it_applies() -> None:
    page = show(CONDITIONAL, {"passed": True})

    assert page.by_id("f-reason")
    assert "仅当“字段passed”为“不通过”时填写" in page.text


def test_a_page_that_redraws_leaves_out_what_does_not_apply() -> None:
    hidden, shown = (show(CONDITIONAL, {"passed": value}, leaves_out=True) for value in (True, False))

    assert "f-reason" not in {given.get("id") for _, given in hidden.tags}
    assert shown.by_id("f-reason")
    assert "仅当" not in shown.text


@pytest.mark.parametrize(
    ("hide", "words"),
    [
        ("=not(on)", "仅当已勾选“字段on”时填写"),
        ("=on", "仅当未勾选“字段on”时填写"),
        ("=name = null", "仅当已填写“字段name”时填写"),
        ("=count < 3", "仅当“字段count”不小于 3时填写"),
        ("=3 < count", "仅当“字段count”不大于 3时填写"),
        ('=way = "a" or name = null', "仅当“字段way”不为“选项a”并且已填写“字段name”时填写"),
        ('=not(way = "a" and on)', "仅当“字段way”为“选项a”并且已勾选“字段on”时填写"),
        ("=name = way", "仅当“字段name”不为“字段way”时填写"),
    ],
)
def test_a_condition_is_said_in_words(hide: str, words: str) -> None:
    form = a_form(
        a_component("checkbox", "on"),
        a_component("textfield", "name"),
        a_component("number", "count"),
        a_component("select", "way", values=options("a", "b")),
        a_component("textfield", "last", conditional={"hide": hide}),
    )

    assert words in show(form, {}).text


def test_sensitive_values_are_masked_unless_the_caller_may_see_them() -> None:
    values: dict[str, object] = {"members": [{"id_type": "111", "id_no": an_id_no(1)}]}

    masked = show(SAMPLE, values).by_id("f-members-0-id_no")["value"]
    full = show(SAMPLE, values, unmasked=True).by_id("f-members-0-id_no")["value"]

    assert (masked, full) == (f"{an_id_no(1)[:3]}{'*' * 13}{an_id_no(1)[-2:]}", an_id_no(1))


def test_what_people_typed_is_shown_and_never_run() -> None:
    evil = '"><script>alert(1)</script>{{ 7*7 }}'

    page = show(SAMPLE, {"name": evil, "remark": evil}, file_names={SCAN: evil})

    assert page.by_id("f-name")["value"] == evil
    assert "script" not in {tag for tag, _ in page.tags}


def test_enter_never_presses_a_button_that_removes_a_row() -> None:
    page = show(SAMPLE, {"members": [{}]})

    buttons = [given for given in page.all("button")]

    assert buttons[0]["name"] == "_submit"
    assert {"_add", "_del"} <= {given["name"] for given in buttons}


def test_a_list_shows_its_first_rows_and_says_when_there_are_none() -> None:
    name = a_component("textfield", "name")

    first = show(a_form(a_list("rows", name)), {})
    none = show(a_form(a_list("rows", name, defaultRepetitions=0)), {})

    assert first.by_id("f-rows-0-name")
    assert "还没有填写" in none.text


def test_a_full_list_offers_no_further_row() -> None:
    form = a_form(a_list("rows", a_component("textfield", "name"), properties={"most": "1"}))

    assert "_add" not in {given["name"] for given in show(form, {"rows": [{}]}).all("button")}


def test_the_new_row_gets_the_focus() -> None:
    page = show(SAMPLE, {"members": [{}, {}]}, focus="members-1-id_type")

    assert [given["name"] for _, given in page.tags if "autofocus" in given] == ["members-1-id_type"]


def test_a_field_of_the_case_is_shown_and_cannot_be_posted() -> None:
    form = a_form(a_component("textfield", "unit", properties={"readonlyFrom": "case.unit_name"}))

    page = show(form, {"unit": "别的"}, facts={"case.unit_name": "甲区民政局"})

    assert "甲区民政局" in page.text
    assert page.pairs == []


def test_uploaded_files_stay_ticked_under_their_name() -> None:
    page = show(SAMPLE, {"scan": [SCAN]}, file_names={SCAN: "授权书.pdf"})

    assert "已上传 授权书.pdf" in page.text
    assert ("scan", SCAN) in page.pairs


def test_defaults_fill_only_what_was_never_posted() -> None:
    form = a_form(a_component("textfield", "name", defaultValue="甲"))

    shown = [show(form, values).by_id("f-name")["value"] for values in ({}, {"name": None}, {"name": "乙"})]

    assert shown == ["甲", "", "乙"]


def test_the_page_in_english_by_switch() -> None:
    page = show(FORMS["first_review"], {}, language=Language.ENGLISH)

    assert "Conclusion" in page.text
    assert "Only if “Conclusion” is “Not passed”" in page.text
    assert not re.search("[\u4e00-\u9fff]", page.text)


def test_a_result_is_read_with_its_labels_and_money_in_yuan() -> None:
    checked = SAMPLE.check({**CORRECT, "passed": False, "reason": "材料不全"}, now())

    words = read_out(SAMPLE, dict(checked.values))

    assert "字段amount 2600.50 元" in words
    assert "字段service 最低生活保障" in words
    assert "字段signed 是" in words
    assert "字段reason 材料不全" in words
    assert "字段remark 未填写" in words


def test_a_result_hides_what_did_not_apply() -> None:
    checked = SAMPLE.check(CORRECT, now())

    assert "字段reason" not in read_out(SAMPLE, dict(checked.values))


def test_what_decides_about_other_fields_and_what_takes_files_asks_for_a_new_page() -> None:
    form = FORMS["return_application"]

    page = show(form, {})

    asking = {given["name"] for tag, given in page.tags if tag == "input" and "data-redraws" in given}
    assert asking == {"return_way"}


def test_a_page_without_scripts_has_nothing_for_them() -> None:
    assert not any("hx-post" in given for _, given in show(FORMS["supplement"], {}).tags)


def test_a_page_with_scripts_says_where_its_parts_come_from() -> None:
    page = show(FORMS["supplement"], {}, redraw_at="/tasks/1/draft")

    at = {tag for tag, given in page.tags if given.get("hx-post") == "/tasks/1/draft"}
    assert at == {"div", "button"}
    assert page.by_id("form-parts")["hx-target"] == "#form-parts"


def test_a_value_that_came_back_masked_stays_masked_among_those_just_typed() -> None:
    form, number = FORMS["recheck_application"], an_id_no(3)
    values: dict[str, object] = {"contact_id_no": number, "contact_phone": "13900000001"}

    pairs = dict(show(form, values, unmasked=True, unseen=frozenset({number})).pairs)

    assert pairs["contact_id_no"] != number
    assert pairs["contact_phone"] == "13900000001"
