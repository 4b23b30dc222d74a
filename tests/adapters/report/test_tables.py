"""How tables are drawn: in pairs, in a grid cut into pieces, in one line."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from adapters.report.columns import PADDING, TABLE_WIDTH, align, count_lines, measure, share_width
from adapters.report.tables import (
    HOUSEHOLD_LINES,
    PIECE_LINES,
    Joins,
    TableView,
    member_tables,
    view_tables,
)
from engine.domain.report import PrintedTable
from tests.domain.report.cases import a_family_report

LABELS = ("甲", "乙", "丙")


def a_table(*rows: tuple[str, ...], **changes: object) -> PrintedTable:
    labels = LABELS if not rows else tuple(f"项{n}" for n in range(len(rows[0])))
    return replace(PrintedTable("表", None, labels, rows, ""), **changes)  # type: ignore[arg-type]


def drawn(*tables: PrintedTable, is_personal: bool = True, joined: Iterable[int] = ()) -> list[TableView]:
    return list(view_tables(tables, is_personal, Joins(frozenset(joined))))


def test_a_table_without_rows_is_one_line_with_its_note() -> None:
    (view,) = drawn(a_table(note="查无"))

    assert (view.shape, view.name, view.note, view.columns) == ("note", "表", "查无", 2)


def test_one_record_of_a_person_is_drawn_in_pairs_and_an_odd_last_one_alone() -> None:
    (view,) = drawn(a_table(("1", "2", "3"), note="未返回"))

    assert view.shape == "pairs"
    assert view.lines == ((("项0", "1"), ("项1", "2")), (("项2", "3"),))
    assert view.note == "未返回"


def test_a_long_value_has_its_line_for_itself() -> None:
    story = "长" * 40

    (view,) = drawn(a_table(("1", story, "3", "4")))

    assert view.lines == ((("项0", "1"),), (("项1", story),), (("项2", "3"), ("项3", "4")))


def test_records_of_many_fields_are_numbered_and_the_note_stands_at_the_last() -> None:
    rows = [tuple(f"{n}{m}" for m in range(8)) for n in range(3)]

    views = drawn(a_table(*rows, note="未返回"))

    assert [view.name for view in views] == ["表（第1条，共3条）", "表（第2条，共3条）", "表（第3条，共3条）"]
    assert [view.note for view in views] == ["", "", "未返回"]


@pytest.mark.parametrize(
    ("count", "pieces"), [(2, [2]), (8, [8]), (9, [5, 4]), (12, [6, 6]), (17, [6, 6, 5])]
)
def test_several_records_are_a_grid_cut_into_pieces_of_about_the_same_height(
    count: int, pieces: list[int]
) -> None:
    views = drawn(a_table(*[(str(n), "2") for n in range(count)], note="未返回"))

    assert [len(view.rows) for view in views] == pieces
    assert [view.name for view in views] == ["表", *["表（续）"] * (len(pieces) - 1)]
    assert [view.note for view in views][-1] == "未返回"
    assert {view.labels for view in views} == {("项0", "项1")}
    assert max(pieces) <= PIECE_LINES


def test_pieces_that_turned_out_to_stand_on_one_page_are_drawn_as_one() -> None:
    rows = [(str(n), "2") for n in range(20)]  # of three pieces: the second is number 1, the third number 2
    others = [(str(n), "3") for n in range(9)]  # its second piece is number 3

    views = drawn(a_table(*rows), a_table(*others), joined={1, 3})

    assert [len(view.rows) for view in views] == [14, 6, 9]
    assert [view.name for view in views] == ["表", "表（续）", "表"]


def test_a_long_label_of_five_characters_takes_two_lines_and_not_three() -> None:
    widths = share_width(("户籍所在地", "乙"), (("—", "字" * 60),))

    assert widths[0] >= 3.0


def test_an_id_number_that_ends_in_a_letter_stays_on_one_line() -> None:
    widths = share_width(("甲", "乙", "丙"), (("字" * 60, "32040219900101001X", "字" * 60),))

    assert widths[1] - PADDING >= 17 * 11 / 21 + 15 / 21


def test_rows_of_several_lines_make_smaller_pieces_and_no_row_is_lost() -> None:
    rows = [("字" * 30, str(n), "字" * 30) for n in range(10)]

    views = drawn(a_table(*rows))

    assert len(views) > 2
    assert [row for view in views for row in view.rows] == rows


def test_a_household_table_is_a_grid_even_with_one_row() -> None:
    (view,) = drawn(a_table(("1", "2")), is_personal=False)

    assert (view.shape, view.columns) == ("grid", 2)


def test_a_group_is_opened_once_and_only_where_it_begins() -> None:
    groups = ("经营性收入", "财产性收入", "财产性收入/企业投资", "财产性收入/企业投资", "财产性收入", None)

    views = drawn(*(a_table(group=group) for group in groups))

    opened = [view.opens for view in views]
    assert opened == [("经营性收入",), ("财产性收入",), ("企业投资",), (), (), ()]


def test_the_group_is_opened_by_the_first_piece_alone() -> None:
    views = drawn(a_table(*[("1", "2")] * 20, group="经营性收入"))

    assert [view.opens for view in views] == [("经营性收入",), (), ()]


def test_members_are_numbered_from_one() -> None:
    (view,) = member_tables(a_family_report(9).members)

    assert [row[0] for row in view.rows] == [str(n) for n in range(1, 10)]
    assert len(view.rows) <= HOUSEHOLD_LINES


@pytest.mark.parametrize(
    ("table", "is_tall"),
    [
        (a_table(note="短"), False),
        (a_table(note="长" * 900), True),
        (a_table(("长" * 500, "2")), False),
        (a_table(("长" * 900, "2")), True),
        (a_table(("1", "2"), note="长" * 900), True),
    ],
)
def test_only_what_may_be_higher_than_a_page_is_tall(table: PrintedTable, is_tall: bool) -> None:
    assert drawn(table)[0].is_tall is is_tall


def test_a_grid_with_one_very_high_row_is_tall() -> None:
    (view,) = drawn(a_table(("长" * 900, "2", "3" * 30)), is_personal=False)

    assert view.is_tall


def test_columns_fill_the_table_and_numbers_stay_on_one_line() -> None:
    account, bank = "6228480412345678901", "中国甲银行甲市甲区甲路支行营业部"
    row = ("甲商贸有限公司", "3,580.00", bank, account, "2026-03")

    widths = share_width(("发放单位", "实发工资", "银行", "账号", "年月"), (row,))

    assert sum(widths) == pytest.approx(TABLE_WIDTH)
    for cell, width in zip(row, widths, strict=True):
        assert not cell.isascii() or measure(cell) <= width - PADDING + 0.01
    assert count_lines(row, widths) == 2


def test_no_column_is_starved_by_an_endless_number() -> None:
    widths = share_width(("甲", "乙"), (("9" * 500, "乙乙乙乙"),))

    assert min(widths) > 4


def test_amounts_stand_right_wrapping_text_left_and_the_rest_in_the_middle() -> None:
    rows = (("1,234.50", "2026-03", "字" * 40), ("—", "2026-04", "短"))

    assert align(rows, (8.0, 8.0, 10.0)) == ("right", "middle", "left")
