"""What is printed can be read again: every value, in order, by people and by search."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import pytest

from adapters.report.fonts import FontSet
from adapters.report.glyphs import check_glyphs
from adapters.report.renderer import PdfkitRenderer
from engine.domain.report import PrintedSection, PrintedTable, ReportContent
from engine.ports import PermanentFailure
from tests.adapters.report.paper import Paper, read_paper, read_text
from tests.adapters.report.printing import MARK, TEMPLATE
from tests.adapters.report.test_fonts import every_han_of_gb2312
from tests.domain.report.cases import RARE_NAME, a_family_report


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_of(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_of(getattr(value, field.name))


def squeeze(text: str) -> str:
    return "".join(text.split())


def with_rows(content: ReportContent, name: str, *rows: tuple[str, ...]) -> ReportContent:
    """The same report with other rows in every table of this name."""

    def changed(table: PrintedTable) -> PrintedTable:
        return replace(table, rows=rows) if table.name == name else table

    def section(old: PrintedSection) -> PrintedSection:
        persons = (replace(p, tables=tuple(map(changed, p.tables))) for p in old.persons)
        return replace(old, persons=tuple(persons))

    return replace(content, sections=tuple(map(section, content.sections)))


def printed_in_order(paper: Paper, *parts: str) -> bool:
    """Whether these texts stand in the paper one after the other."""
    place = 0
    for part in parts:
        place = paper.text.find(squeeze(part), place)
        if place < 0:
            return False
        place += len(squeeze(part))
    return True


@pytest.mark.parametrize("members", [1, 3, 9])
def test_every_text_of_the_content_is_on_paper(renderer: PdfkitRenderer, members: int) -> None:
    content = a_family_report(members)

    text = read_text(renderer.render(content, MARK, TEMPLATE).pdf)

    tables = [table for s in content.sections for p in s.persons for table in p.tables]
    parts = {part for table in tables for part in (table.group or "").split("/")}  # printed one by one
    for_nothing = {label for table in tables if not table.rows for label in table.labels}
    expected = {squeeze(part) for part in texts_of(content)} - {table.group for table in tables} - for_nothing
    assert sorted(part for part in expected | parts if part not in text) == []


def test_rare_characters_of_a_name_are_found_again(three_members: Paper) -> None:
    assert RARE_NAME == "欧阳㛃䶮𬭚𣲗"
    assert three_members.text.count(RARE_NAME) > 5


def test_common_characters_are_found_again_and_not_as_radicals(renderer: PdfkitRenderer) -> None:
    """Every ideograph of GB 2312 goes through the body face and comes back as itself."""
    every = "".join(sorted(map(chr, every_han_of_gb2312())))
    content = replace(a_family_report(1), notes=(every,))

    text = read_text(renderer.render(content, MARK, TEMPLATE).pdf)

    printed_pages = re.compile(r"—\d+—")
    assert every in printed_pages.sub("", text)


@pytest.mark.clause("M D.1 cover", "M D.1 period", "M D.1 pages", "M D.1 sign")
def test_the_first_page_follows_the_sample(three_members: Paper) -> None:
    first = replace(three_members, sheets=three_members.sheets[:1])
    pages = len(three_members.sheets)

    assert printed_in_order(
        first,
        "甲市居民家庭经济状况核对结果报告",
        "编号：第32040220261100042aaf1号",
        "甲区民政局：",
        "根据《社会救助暂行办法》（国务院令第649号）和《居民家庭经济状况核对办法》，我中心于2026年11月20日受甲区民政局委托，开展",
        f"户主姓名：{RARE_NAME} 证件类型：居民身份证 证件号码：320402198506150010）授权",
        "2025年11月1日至2026年10月31日的收入和截至2026年10月31日的财产情况。",
        f"本核对报告共{pages}页，一式2份。核对报告仅作为甲区民政局作出行政审批决定的参考，不作其他用途。",
        "核对结果如下：",
        "未超过本地区规定标准",
        "经办人：沈经办",
        "甲市居民家庭经济状况核对中心（盖章）",
        "2026年11月21日",
    )


def test_the_place_of_the_seal_is_on_the_first_page_for_all_the_tests_there_are(
    renderer: PdfkitRenderer,
) -> None:
    tests = ("人均金融资产为123,456.78元，超过本地区规定标准（94,560.00元）。",) * 9
    content = a_family_report(1)
    content = replace(content, result=(*tests, *content.result[-2:]))

    paper = read_paper(renderer.render(content, MARK, TEMPLATE).pdf)

    assert "甲市居民家庭经济状况核对中心（盖章）2026年11月21日" in paper.sheets[0].text
    seal = [glyph for glyph in paper.sheets[0].body if glyph.text == "盖"][-1]
    assert seal.bottom < 37 + 225 - 21


def test_a_signature_that_finds_no_room_on_the_first_page_takes_a_sentence_along(
    renderer: PdfkitRenderer,
) -> None:
    content = a_family_report(1)
    content = replace(content, result=content.result * 12)

    paper = read_paper(renderer.render(content, MARK, TEMPLATE).pdf)

    (signed,) = [sheet.text for sheet in paper.sheets if "经办人：" in sheet.text]
    assert "只作核对，不作认定" in signed[: signed.index("经办人：")]
    assert signed != paper.sheets[0].text


@pytest.mark.clause("M D.1 head", "M D.1 members", "M D.1 overview", "M C.1-7", "M C.1-15")
def test_the_overview_sheet_follows_the_sample(three_members: Paper) -> None:
    second = replace(three_members, sheets=three_members.sheets[1:2])

    assert printed_in_order(
        second,
        "委托单位：甲区民政局",
        "核对机构：甲市居民家庭经济状况核对中心",
        "核对编号：第32040220261100042aaf1号",
        "核对结果：",
        "家庭成员基本信息",
        "序号姓名性别民族证件类型证件号与户主关系",
        f"1{RARE_NAME}",
        "2钱乙",
        "3孙丙",
        "核对结果概述",
        "经核对，",
        "需进一步核实：",
        "信息共享单位：民政部门、公安部门",
    )


@pytest.mark.clause("M D.1 end")
def test_the_report_ends_with_the_unit_and_room_for_its_seal(paper: Paper) -> None:
    last = paper.sheets[-1]
    end = "甲市居民家庭经济状况核对中心（盖章）"

    assert "".join(glyph.text for glyph in last.body)[-len(end) :] == end
    assert last.body[-1].bottom < 37 + 225 - 21  # half a seal of 42 mm below the name
    assert len(last.body) > len(end)  # the seal is never alone on a page


def test_sections_are_headed_and_no_heading_ends_a_page(paper: Paper) -> None:
    heads = ("一、家庭基本情况", "二、家庭收入信息", "三、家庭财产信息", "四、家庭支出类", "五、其他信息类")

    assert printed_in_order(paper, "附：查询反馈情况", *heads)
    for sheet in paper.sheets:
        end = max(glyph.bottom for glyph in sheet.body)
        lowest = "".join(glyph.text for glyph in sheet.body if glyph.bottom > end - 4)
        assert not any(head[2:] in lowest for head in heads)
        assert "姓名：" not in lowest
        assert "核对起止时间" not in lowest


def test_a_long_table_repeats_its_head_on_every_page_it_reaches(renderer: PdfkitRenderer) -> None:
    bills = [("电费", f"{n}.00", f"2026-01-{n % 28 + 1:02}", "缴费人甲") for n in range(80)]
    content = with_rows(a_family_report(1), "基础消费情况信息", *bills)

    paper = read_paper(renderer.render(content, MARK, TEMPLATE).pdf)

    reached = [sheet.text for sheet in paper.sheets if "缴费人甲" in sheet.text]
    assert len(reached) > 2
    for text in reached:
        assert text.index("缴费项目") < text.index("缴费人甲")
    assert sum(text.count("缴费人甲") for text in reached) == 80


def test_long_tokens_break_inside_their_cells_and_shrink_nothing(renderer: PdfkitRenderer) -> None:
    token, words = "A1" * 75, "甲乙丙丁" * 35
    content = with_rows(a_family_report(1), "存款信息", (token, "1.00", words, token, "2.00"))
    content = with_rows(content, "基础消费情况信息", (token, "1", "2", "3"), (words, token, "5", "6"))
    content = with_rows(content, "家庭成员基本信息", (words, token, token, token, words))
    members = (replace(content.members[0], name=words, ethnic_group=token),)
    content = replace(content, title="甲" * 60, purpose=token, notes=(token,), members=members)

    paper = read_paper(renderer.render(content, MARK, TEMPLATE).pdf)

    assert paper.text.count(token) >= 6
    assert paper.text.count(words) >= 4
    for sheet in paper.sheets:
        assert max(glyph.right for glyph in sheet.glyphs) <= 28 + 156 + 0.1
        assert min(glyph.size for glyph in sheet.body) == pytest.approx(12, abs=0.01)


def test_a_text_higher_than_a_page_goes_on_over_the_next(renderer: PdfkitRenderer) -> None:
    story = "".join(f"第{n}句话说的是一件很长的事，" for n in range(300))
    row = ("劳动争议", "代理", "甲市法律援助中心", "2026-03-01", story)
    content = with_rows(a_family_report(1), "司法信息", row)

    paper = read_paper(renderer.render(content, MARK, TEMPLATE).pdf)

    label = "援助内容"  # stands in the middle of its cell, somewhere beside the text
    assert story in paper.text.replace(label, "")


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\U000e0100", "U+E0100"),
        ("⽞", "U+2F5E"),
        ("\ue863", "U+E863"),
        ("\x00", "U+0000"),
        ("\U0003fffd", "U+3FFFD"),
    ],
)
def test_a_character_no_face_can_draw_is_an_error_before_printing(
    font_set: FontSet, character: str, code: str
) -> None:
    renderer = PdfkitRenderer(font_set, "甲", timeout_seconds=0.0001)  # printing would fail otherwise

    with pytest.raises(PermanentFailure) as refused:
        renderer.render(replace(a_family_report(1), handler=f"沈{character}"), MARK, TEMPLATE)

    assert refused.value.code == f"glyph_missing:{code}"


def test_line_ends_and_tabs_need_no_glyph(font_set: FontSet) -> None:
    check_glyphs(replace(a_family_report(1), notes=("一\n二\t三\r\n",)), font_set.characters)
