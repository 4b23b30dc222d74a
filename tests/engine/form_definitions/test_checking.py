"""What people fill in: checked against the form, made into plain values, every fault with its path."""

from datetime import date

import pytest

from engine.form_definitions import FieldProblem, Language
from tests.builders import an_id_no
from tests.engine.form_definitions.sample import (
    CORRECT,
    EVERYTHING,
    SCAN,
    a_component,
    a_form,
    a_list,
    now,
    options,
    reasons,
)

FORM = a_form(*EVERYTHING)


def test_correct_values_come_back_plain_with_money_in_fen() -> None:
    checked = FORM.check(CORRECT, now())

    assert checked.problems == ()
    assert checked.values == {**CORRECT, "amount": 260050}


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("name", None, "请填写字段name"),
        ("name", "   ", "请填写字段name"),
        ("name", 3, "应当是文字"),
        ("name", ["a", "b"], "应当是文字"),
        ("name", "甲" * 201, "不得超过 200 字"),
        ("name", "甲\n乙", "含有不能使用的字符"),
        ("name", "甲\u202e乙", "含有不能使用的字符"),
        ("name", "甲\x00乙", "含有不能使用的字符"),
        ("name", "\ud800", "含有不能使用的字符"),
        ("remark", "字" * 21, "不得超过 20 字"),
        ("count", "1.5", "应当是整数"),
        ("count", "0", "不得小于 1"),
        ("count", 10, "不得大于 9"),
        ("count", 10**200, "应当是数字"),
        ("count", True, "应当是数字"),
        ("count", 2.0, "应当是数字"),
        ("count", "１", "应当是数字"),
        ("count", "1e3", "应当是数字"),
        ("amount", 2600, "应当是数字"),
        ("amount", "2600.505", "最多 2 位小数"),
        ("amount", "-1", "不得小于 0"),
        ("amount", "9" * 40, "应当是数字"),
        ("service", "zz", "应当选择给出的一项"),
        ("service", ["aa"], "应当选择给出的一项"),
        ("passed", 1, "应当选择给出的一项"),
        ("passed", "true", "应当选择给出的一项"),
        ("signed", False, "请勾选“字段signed”"),
        ("signed", "true", "应当是勾选或者不勾选"),
        ("content", "income", "应当是一个列表"),
        ("content", ["income", "income"], "有重复的选项"),
        ("content", ["nothing"], "应当选择给出的一项"),
        ("content", ["income"] * 1000, "有重复的选项"),
        ("day", "2026-02-30", "应当是日期，如 2026-11-21"),
        ("day", "2026-1-5", "应当是日期，如 2026-11-21"),
        ("day", "0001-01-01", "应当是日期，如 2026-11-21"),
        ("day", "2026-11-22", "不得晚于今天"),
        ("hour", "24:00", "应当是时间，如 09:30"),
        ("scan", [SCAN, "b" * 64, "c" * 64], "最多 2 项"),
        ("scan", ["../etc/passwd"], "文件不存在，请重新上传"),
        ("scan", ["b" * 64], "文件不存在，请重新上传"),
        ("scan", [SCAN, SCAN], "有重复的选项"),
        ("members", [], "至少填写 1 项"),
        ("members", "x", "应当是一个列表"),
        ("members", [{"id_type": "414", "id_no": "E1"}] * 4, "最多 3 项"),
    ],
)
def test_a_wrong_value_is_told_in_chinese(key: str, value: object, reason: str) -> None:
    assert reasons(FORM, {**CORRECT, key: value}) == {key: reason}


def test_faults_of_rows_carry_their_index() -> None:
    rows = [
        {"id_type": "111", "id_no": an_id_no(1)},
        {"id_type": "111", "id_no": "1"},
        {"id_type": "414"},
        "x",
    ]

    wrong = reasons(FORM, {**CORRECT, "members": rows[:3]})
    refused = reasons(FORM, {**CORRECT, "members": rows[3:]})

    assert wrong == {
        "members.1.id_no": "居民身份证号码不正确，请核对 18 位号码",
        "members.2.id_no": "请填写字段id_no",
    }
    assert refused == {"members.0": "应当是一个对象"}


def test_a_check_with_a_condition_leaves_other_documents_alone() -> None:
    passport = {**CORRECT, "members": [{"id_type": "414", "id_no": "1"}]}

    assert reasons(FORM, passport) == {}


def test_unknown_fields_are_refused_at_every_level_and_not_said_back() -> None:
    values = {**CORRECT, "extra": 1, "赵甲": 2, "members": [{"id_type": "414", "id_no": "E1", "more": 3}]}

    problems = FORM.check(values, now()).problems

    assert {(problem.code, problem.field) for problem in problems} == {
        ("unknown", "extra"),
        ("unknown", "?"),
        ("unknown", "members.0.more"),
    }


def test_a_hidden_field_is_dropped_before_it_is_checked() -> None:
    checked = FORM.check({**CORRECT, "passed": True, "reason": "字" * 999}, now())

    assert checked.problems == ()
    assert "reason" not in checked.values


def test_a_field_is_required_when_it_is_shown() -> None:
    assert reasons(FORM, {**CORRECT, "passed": False}) == {"reason": "请填写字段reason"}


def test_a_hidden_group_takes_its_fields_with_it() -> None:
    inner = a_component("textfield", "inner", validate={"required": True})
    group = {
        "id": "g",
        "type": "group",
        "label": "组",
        "components": [inner],
        "conditional": {"hide": "=not(on)"},
    }
    form = a_form(a_component("checkbox", "on"), group)

    assert (reasons(form, {}), reasons(form, {"on": True})) == ({}, {"inner": "请填写字段inner"})


def test_what_hangs_on_a_hidden_field_is_hidden_too() -> None:
    form = a_form(
        a_component("checkbox", "on"),
        a_component("radio", "way", values=options("a"), conditional={"hide": "=not(on)"}),
        a_component("textfield", "reason", validate={"required": True}, conditional={"hide": '=way != "a"'}),
    )

    assert reasons(form, {"on": False, "way": "a"}) == {}


def test_a_row_sees_its_own_fields_before_those_of_the_form() -> None:
    row = a_component("textfield", "reason", validate={"required": True}, conditional={"hide": '=way != "a"'})
    form = a_form(a_component("textfield", "way"), a_list("rows", a_component("textfield", "way"), row))

    assert reasons(form, {"way": "a", "rows": [{"way": "b"}, {"way": "a"}]}) == {
        "rows.1.reason": "请填写字段reason"
    }


@pytest.mark.parametrize(("amount", "is_shown"), [("100.00", False), ("100.01", True), ("x", False)])
def test_conditions_compare_money_in_yuan(amount: str, is_shown: bool) -> None:
    form = a_form(
        a_component("number", "amount", properties={"money": "true"}),
        a_component(
            "textfield", "source", validate={"required": True}, conditional={"hide": "=not(amount > 100)"}
        ),
    )

    wrong = reasons(form, {"amount": amount})

    assert ("source" in wrong) is is_shown


def test_a_result_keeps_its_conditions_when_money_is_in_fen() -> None:
    form = a_form(
        a_component("number", "amount", properties={"money": "true"}),
        a_component("textfield", "source", conditional={"hide": "=not(amount > 100)"}),
    )
    checked = form.check({"amount": "100.01", "source": "变卖"}, now())

    problems = form.problems_in(checked.values)

    assert (checked.values, problems) == ({"amount": 10001, "source": "变卖"}, ())


def test_a_draft_needs_nothing_yet() -> None:
    assert reasons(FORM, {}, is_draft=True) == {}
    assert reasons(FORM, {"count": "x"}, is_draft=True) == {"count": "应当是数字"}


def test_what_was_checked_may_be_taken_as_a_result() -> None:
    checked = FORM.check(CORRECT, now())

    assert FORM.problems_in(checked.values) == ()
    assert FORM.decisions_in(checked.values) == {"passed": True}


def test_money_in_a_result_is_in_fen_and_nothing_else() -> None:
    written_in_yuan = {**FORM.check(CORRECT, now()).values, "amount": "2600.50"}

    assert FORM.problems_in(written_in_yuan) == (FieldProblem("invalid", "amount", "应当是数字"),)


def test_a_decision_that_was_left_open_is_none() -> None:
    assert FORM.decisions_in({}) == {"passed": None}


def test_faults_come_in_the_order_of_the_page() -> None:
    values = {**CORRECT, "name": None, "passed": False, "members": [{"id_type": "111"}, {}], "extra": 1}

    fields = [problem.field for problem in FORM.check(values, now()).problems]

    assert fields == [
        "name",
        "reason",
        "members.0.id_no",
        "members.1.id_type",
        "members.1.id_no",
        "extra",
    ]


def test_a_day_may_not_come_before_the_other() -> None:
    form = a_form(
        a_component("datetime", "start", subtype="date"),
        a_component("datetime", "end", subtype="date", properties={"notBefore": "start"}),
    )

    wrong = reasons(form, {"start": "2026-05-02", "end": "2026-05-01"})
    right = reasons(form, {"start": "2026-05-02", "end": "2026-05-02"})

    assert (wrong, right) == ({"end": "不得早于2026-05-02"}, {})


def test_a_readonly_field_is_not_taken_from_anybody() -> None:
    form = a_form(a_component("textfield", "unit", properties={"readonlyFrom": "case.unit_name"}))

    assert reasons(form, {"unit": "甲"}) == {"unit": "不认识的字段"}


def test_reasons_in_english_by_switch() -> None:
    wrong = reasons(FORM, {**CORRECT, "name": None, "count": "x"}, language=Language.ENGLISH)

    assert wrong == {"name": "Enter 字段name", "count": "Must be a number"}


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        ("cn_id", [an_id_no(1), an_id_no(2).lower()], ["320402198506150011", "320402", "32040220990101001X"]),
        (
            "uscc",
            ["91350100M000100Y43"],
            ["91350100M000100Y44", "91350100M000100Y4", "9135010OM000100Y43"],
        ),
        (
            "phone",
            ["13800000000", "0519-80000000", "01080000000", "0519-8000000-123"],
            ["1380000000", "12800000000", "80000000"],
        ),
        ("region", ["320402", "110000"], ["990402", "32040", "3204020"]),
        ("postcode", ["213000"], ["21300", "2130000", "２１３０００"]),
        ("email", ["a.b@example.cn"], ["a@b", "a b@example.cn", "@example.cn"]),
        (
            "report_number",
            ["第32040020261100001aaf1号"],
            ["32040020261100001aaf1", "第32040020261300001aaf1号"],
        ),
        ("month", ["2026-03"], ["2026-13", "2026-3", "202603"]),
    ],
)
def test_named_checks_tell_right_from_wrong(check: str, right: list[str], wrong: list[str]) -> None:
    form = a_form(a_component("textfield", "value", properties={"check": check}))

    passed = [text for text in right + wrong if reasons(form, {"value": text}) == {}]

    assert passed == right


def test_days_are_held_against_the_day_the_caller_names() -> None:
    form = a_form(a_component("datetime", "due", subtype="date", properties={"check": "date_not_past"}))

    assert reasons(form, {"due": "2026-11-20"}) == {"due": "不得早于今天"}
    assert reasons(form, {"due": "2026-11-20"}, today=date(2026, 11, 20)) == {}
