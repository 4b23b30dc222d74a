"""The five sections: whose tables, for which time."""

from dataclasses import replace
from datetime import date

import pytest

from engine.domain.findings import Findings, MatchStatus
from engine.domain.report import ReportContent
from engine.domain.report_content import compose_report
from tests.builders import a_commission, a_household, a_letter, a_person, a_supporter, an_answer
from tests.domain.report.cases import (
    CATALOGUE,
    a_family_report,
    a_full_answer,
    an_evaluation,
    an_issue,
    compose,
    table_of,
)


def persons_of(content: ReportContent, number: str) -> list[str]:
    section = next(section for section in content.sections if section.number == number)
    return [person.name for person in section.persons]


@pytest.mark.clause("M D.1 一-1")
def test_every_member_has_a_row_even_when_the_register_does_not_know_them() -> None:
    known = a_full_answer(
        "p1",
        "GA01",
        registered_residence="甲路1号",
        health_status="10",
        marital_status="20",
        employment_status="务农",
    )
    silent = an_answer("p2", "GA01", status=MatchStatus.TIMEOUT)

    table = table_of(compose(a_household(members=2), [known, silent]), "家庭成员基本信息")

    assert table.labels == ("姓名", "健康状况", "就业情况", "婚姻状况", "户籍所在地")
    assert table.rows[0] == ("赵甲", "健康或良好", "务农", "已婚", "甲路1号")
    assert table.rows[1] == ("钱乙", "—", "—", "—", "—")
    assert table.note == "钱乙：未返回（公安部门，2026-11-21 10:32，超时）"


@pytest.mark.clause("M D.1 一-2")
def test_those_who_owe_support_are_printed_with_their_relation_and_number() -> None:
    supporter = a_supporter()
    household = a_household(1, (supporter,))
    answer = a_full_answer("s1", "GA01", registered_residence="乙路2号", marital_status="30")

    table = table_of(compose(household, [answer]), "法定赡养、抚养、扶养义务人基本信息")

    assert table.labels == ("姓名", "与申请人关系", "身份证号", "婚姻状况", "户籍所在地")
    assert table.rows == ((supporter.name, "子", supporter.id_no, "丧偶", "乙路2号"),)


def test_a_household_without_supporters_says_so() -> None:
    table = table_of(compose(), "法定赡养、抚养、扶养义务人基本信息")

    assert (table.rows, table.note) == ((), "委托材料中未列法定赡养、抚养、扶养义务人")


def test_supporters_appear_in_a_section_only_when_something_was_asked_about_them() -> None:
    supporter = a_supporter()

    content = compose(a_household(1, (supporter,)), [an_answer("s1", "RS02"), an_answer("s1", "GA02")])

    assert persons_of(content, "二") == ["赵甲"]
    assert persons_of(content, "三") == ["赵甲", f"{supporter.name}（法定赡养、抚养、扶养义务人）"]


@pytest.mark.parametrize("members", [1, 3, 9])
def test_every_member_has_tables_in_every_personal_section(members: int) -> None:
    content = a_family_report(members)

    for number in "二三四五":
        assert len(persons_of(content, number)) == members
    assert len(content.members) == members
    assert persons_of(content, "一") == [""]


@pytest.mark.clause("M D.1 period")
def test_income_has_a_period_property_a_day_and_mixed_sections_both_when_they_differ() -> None:
    letter = a_letter(property_as_of=date(2026, 11, 15))
    commission = a_commission(a_household(1), letter=letter)
    findings = Findings((an_answer("p1", "GA01"),))

    content = compose_report(commission, CATALOGUE, findings, an_evaluation(), an_issue())

    year = "2025年11月1日—2026年10月31日"
    assert [section.period for section in content.sections] == [
        "截至2026年11月15日",
        f"{year}，时点信息截至2026年11月15日",
        "截至2026年11月15日",
        year,
        f"{year}，时点信息截至2026年11月15日",
    ]
    assert (content.income_from, content.income_to) == (date(2025, 11, 1), date(2026, 10, 31))
    assert content.property_as_of == date(2026, 11, 15)


def test_where_period_and_day_end_together_the_period_says_it_all() -> None:
    assert compose().sections[1].period == "2025年11月1日—2026年10月31日"


@pytest.mark.clause("M D.1 members")
def test_a_member_is_printed_with_codes_in_words() -> None:
    answer = a_full_answer("p1", "GA01", sex="1", ethnic_group="汉族", relation_to_head="12", name="旧名")

    member = compose(answers=[answer]).members[0]

    person = a_household(1).persons[0]
    assert member.name == person.name  # as commissioned: that is who was asked about
    assert (member.sex, member.ethnic_group, member.relation) == ("男性", "汉族", "户主")
    assert (member.id_type, member.id_no) == ("居民身份证", person.id_no)


@pytest.mark.parametrize(("serial", "sex"), [(1, "男性"), (2, "女性")])
def test_without_an_answer_of_the_register_the_identity_number_tells_the_sex(serial: int, sex: str) -> None:
    household = replace(a_household(1), persons=(a_person("p1", serial),))

    member = compose(household).members[0]

    assert (member.sex, member.ethnic_group) == (sex, "—")


@pytest.mark.parametrize(
    "changes", [{"id_type": "414", "id_no": "E12345678"}, {"id_no": "320402198506150000"}]
)
def test_a_number_that_does_not_tell_the_sex_leaves_it_open(changes: dict[str, str]) -> None:
    household = replace(a_household(1), persons=(a_person(**changes),))

    assert compose(household).members[0].sex == "—"
