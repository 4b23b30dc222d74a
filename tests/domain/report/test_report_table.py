"""The tables of Annex D."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.domain.findings import MatchStatus
from engine.domain.report_text import print_value
from tests.builders import a_household, an_answer, wages
from tests.domain.report.cases import CATALOGUE, a_full_answer, compose, table_of

TABLES = [
    pytest.param("殡葬信息", "MZ03", marks=pytest.mark.clause("M D.1 一-3")),
    pytest.param("婚姻信息", "MZ02", marks=pytest.mark.clause("M D.1 一-4")),
    pytest.param("工资性收入", "RS01", marks=pytest.mark.clause("M D.1 二-5")),
    pytest.param("民政非企业", "MZ04", marks=pytest.mark.clause("M D.1 二-6")),
    pytest.param("个体经营者信息", "SC01", marks=pytest.mark.clause("M D.1 二-7")),
    pytest.param("获取的农村土地及惠农补贴信息", "NY01", marks=pytest.mark.clause("M D.1 二-8")),
    pytest.param("企业主要人员", "SC03", marks=pytest.mark.clause("M D.1 二-9")),
    pytest.param("企业投资人", "SC02", marks=pytest.mark.clause("M D.1 二-10")),
    pytest.param("个体经营者", "SC01", marks=pytest.mark.clause("M D.1 二-11")),
    pytest.param("公积金信息", "GJJ03", marks=pytest.mark.clause("M D.1 二-13")),
    pytest.param("房产信息", "GT01", marks=pytest.mark.clause("M D.1 三-14")),
    pytest.param("车辆信息", "GA02", marks=pytest.mark.clause("M D.1 三-15")),
    pytest.param("存款信息", "JR01", marks=pytest.mark.clause("M D.1 三-16")),
    pytest.param("股票信息", "JR02", marks=pytest.mark.clause("M D.1 三-17")),
    pytest.param("基金信息", "JR03", marks=pytest.mark.clause("M D.1 三-18")),
    pytest.param("商业保险信息", "JR04", marks=pytest.mark.clause("M D.1 三-19")),
    pytest.param("债券信息", "JR05", marks=pytest.mark.clause("M D.1 三-20")),
    pytest.param("期货信息", "JR06", marks=pytest.mark.clause("M D.1 三-21")),
    pytest.param("理财信息", "JR07", marks=pytest.mark.clause("M D.1 三-22")),
    pytest.param("外汇（贵金属）信息", "JR08", marks=pytest.mark.clause("M D.1 三-23")),
    pytest.param("基础消费情况信息", "XG01", marks=pytest.mark.clause("M D.1 四-24")),
    pytest.param("社会保险费缴纳情况", "RS01", marks=pytest.mark.clause("M D.1 四-25")),
    pytest.param("纳税信息", "GS01", marks=pytest.mark.clause("M D.1 四-26")),
    pytest.param("纳税信息", "DS01", marks=pytest.mark.clause("M D.1 四-26")),
    pytest.param("公积金缴纳信息", "GJJ01", marks=pytest.mark.clause("M D.1 四-27")),
    pytest.param("医疗支出", "YB01", marks=pytest.mark.clause("M D.1 四-28")),
    pytest.param("大额支出", "JR09", marks=pytest.mark.clause("M D.1 四-29")),
    pytest.param("教育信息", "JY01", marks=pytest.mark.clause("M D.1 五-30")),
    pytest.param("教育助学信息", "JY02", marks=pytest.mark.clause("M D.1 五-31")),
    pytest.param("司法信息", "SF01", marks=pytest.mark.clause("M D.1 五-32")),
    pytest.param("优抚信息", "TY01", marks=pytest.mark.clause("M D.1 五-33")),
    pytest.param("第三方支付信息", "ZF01", marks=pytest.mark.clause("M D.1 五-34")),
    pytest.param("船舶信息", "HS01", marks=pytest.mark.clause("M D.1 五-35")),
]


@pytest.mark.parametrize(("name", "item"), TABLES)
def test_every_label_of_a_table_is_filled_from_its_item(name: str, item: str) -> None:
    answer = a_full_answer("p1", item)

    table = table_of(compose(answers=[answer]), name)

    fields = {field.label: field for field in CATALOGUE.items[item].fields}
    values = answer.records[0].values
    expected = tuple(print_value(values[fields[at].name], fields[at], CATALOGUE) for at in table.labels)
    assert table.rows == (expected,)
    assert "—" not in expected


@pytest.mark.clause("M D.1 二-12")
def test_an_employee_of_a_representative_office_is_in_that_table_and_not_among_the_officers() -> None:
    employee = a_full_answer("p1", "SC03", person_category="代表机构雇员", position="首席代表")

    content = compose(answers=[employee])

    assert table_of(content, "代表机构雇员").rows[0][2:] == ("首席代表", "代表机构雇员")
    assert table_of(content, "企业主要人员").rows == ()
    assert table_of(content, "企业主要人员").note == "无本表所列信息（工商部门，2026-11-21 10:32 反馈）"


def test_not_found_is_printed_with_source_and_time() -> None:
    content = compose(answers=[an_answer("p1", "GA02")])

    table = table_of(content, "车辆信息")

    assert (table.rows, table.note) == ((), "查无（公安部门，2026-11-21 10:32 反馈）")


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (MatchStatus.IDENTITY_MISMATCH, "身份不符"),
        (MatchStatus.MULTIPLE, "一人多条身份"),
        (MatchStatus.ERROR, "查询失败"),
        (MatchStatus.REFUSED, "拒绝提供"),
        (MatchStatus.TIMEOUT, "超时"),
    ],
)
def test_an_incomplete_answer_is_never_printed_as_nothing_found(status: MatchStatus, word: str) -> None:
    """Nor are its records: with a doubtful identity they may be somebody else's."""
    answer = replace(a_full_answer("p1", "GA02"), status=status, remark="")

    table = table_of(compose(answers=[answer]), "车辆信息")

    assert (table.rows, table.note) == ((), f"未返回（公安部门，2026-11-21 10:32，{word}）")


def test_a_partial_answer_is_printed_and_called_partial() -> None:
    answer = replace(a_full_answer("p1", "GA02"), status=MatchStatus.PARTIAL, remark="仅返回本市车辆")

    table = table_of(compose(answers=[answer]), "车辆信息")

    assert len(table.rows) == 1
    assert table.note == "未完整返回（公安部门，2026-11-21 10:32，部分返回：仅返回本市车辆）"


def test_a_source_that_has_not_answered_yet_is_named() -> None:
    content = compose(asked=frozenset({("p1", "HS01")}))

    assert table_of(content, "船舶信息").note == "未返回（海事部门，截至出具时未反馈）"


def test_what_was_not_asked_is_called_so() -> None:
    assert table_of(compose(), "船舶信息").note == "未查询（不在本次核对内容内）"


@pytest.mark.clause("M D.1 note")
def test_every_table_of_the_layout_is_there_in_its_order_whatever_came_back() -> None:
    content = compose()

    printed = [
        (section.number, table.name) for section in content.sections for table in section.persons[0].tables
    ]
    layout = [(s.number, table.name) for s in CATALOGUE.layout for table in s.tables if s.number != "0"]
    assert printed == layout
    assert len(printed) == 35  # the other four of the 39 are the fields of the first page and the sheet


def test_wages_that_stay_the_same_are_one_row_with_its_months() -> None:
    content = compose(answers=[an_answer("p1", "RS01", *wages("3580"))])

    table = table_of(content, "工资性收入")

    assert table.labels[-1] == "所属年月"
    assert [row[-1] for row in table.rows] == ["2025-11—2026-10"]
    assert [row[1] for row in table.rows] == ["3,580.00"]


def test_two_records_of_one_person_that_look_alike_are_both_printed() -> None:
    deposit = {"bank_name": "甲银行", "deposit_type": "demand", "account_balance": Decimal("500.00")}
    content = compose(answers=[an_answer("p1", "JR01", deposit, deposit)])

    table = table_of(content, "存款信息")

    assert len(table.rows) == 2


def test_a_record_of_wages_alone_is_not_in_the_table_of_contributions() -> None:
    content = compose(answers=[an_answer("p1", "RS01", *wages("3580", count=1))])

    contributions = table_of(content, "社会保险费缴纳情况")

    assert contributions.rows == ()
    assert contributions.note == "无本表所列信息（人社部门，2026-11-21 10:32 反馈）"


@pytest.mark.clause("M D.1 三-14")
def test_a_registered_dwelling_unknown_to_the_housing_department_is_printed_too() -> None:
    register = an_answer(
        "p1",
        "GT02",
        {"location": "甲路2号", "building_area": Decimal("60"), "registration_date": date(2020, 5, 6)},
    )

    table = table_of(compose(answers=[a_full_answer("p1", "GT01", address="甲路1号"), register]), "房产信息")

    assert [row[2] for row in table.rows] == ["甲路1号", "甲路2号"]
    assert table.rows[1] == ("—", "2020-05-06", "甲路2号", "60平方米", "—")
    assert table.note == ""


def test_a_dwelling_in_both_registers_is_printed_once() -> None:
    housing = a_full_answer("p1", "GT01", address="甲路 1号")
    register = an_answer("p1", "GT02", {"location": "甲路1号", "building_area": Decimal("60")})

    assert len(table_of(compose(answers=[housing, register]), "房产信息").rows) == 1


def test_two_dwellings_of_one_register_at_one_address_stay_two() -> None:
    records = [{"location": "甲路1号", "building_area": Decimal(area)} for area in (60, 12)]

    assert (
        len(table_of(compose(answers=[an_answer("p1", "GT01", *_as_housing(records))]), "房产信息").rows) == 2
    )


def _as_housing(records: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{"address": record["location"], "floor_area": record["building_area"]} for record in records]


def test_a_transferred_dwelling_is_not_printed_as_owned() -> None:
    sold = an_answer("p1", "GT02", {"location": "甲路3号", "transfer_date": date(2026, 4, 5)})

    row = table_of(compose(answers=[sold]), "房产信息").rows[0]

    assert row[-1] == "已转移登记（2026-04-05）"


def test_where_two_items_feed_a_table_the_note_says_which_one_is_missing() -> None:
    silent = an_answer("p1", "GT02", status=MatchStatus.TIMEOUT)

    table = table_of(compose(answers=[a_full_answer("p1", "GT01"), silent]), "房产信息")

    assert len(table.rows) == 1
    assert table.note == "不动产登记信息：未返回（国土部门，2026-11-21 10:32，超时）"


def test_a_marriage_on_file_for_both_is_printed_once() -> None:
    answers = [a_full_answer(person, "MZ02") for person in ("p1", "p2")]

    table = table_of(compose(a_household(members=2), answers), "婚姻信息")

    assert (len(table.rows), table.note) == (1, "")


def test_members_of_whom_nothing_is_on_file_are_named_beside_the_rows_of_others() -> None:
    answers = [a_full_answer("p1", "MZ02"), an_answer("p2", "MZ02"), an_answer("p3", "MZ02")]

    table = table_of(compose(a_household(members=3), answers), "婚姻信息")

    assert table.note == "钱乙、孙丙：查无（民政部门，2026-11-21 10:32 反馈）"


def test_a_note_that_holds_for_everybody_names_nobody() -> None:
    answers = [an_answer("p1", "MZ03"), an_answer("p2", "MZ03")]

    table = table_of(compose(a_household(members=2), answers), "殡葬信息")

    assert table.note == "查无（民政部门，2026-11-21 10:32 反馈）"
