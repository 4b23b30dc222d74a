"""Papers besides the report: the same measures, a seal where one belongs, all in one run."""

from datetime import datetime
from io import BytesIO

import pikepdf
import pytest

from adapters.report.renderer import PdfkitRenderer
from engine.paper_definitions import compose, sample_values
from engine.ports import PermanentFailure, Sheet
from tests.adapters.report.paper import Paper, read_paper, read_text
from tests.adapters.report.pictures import DIAMETER, chromatic, pictures, seal_box
from tests.adapters.report.printing import PAPERS
from tests.builders import VERIFICATION_UNIT
from tests.domain.report.cases import ISSUED_AT

PAGE = "<html><head><meta charset='utf-8'><title>甲</title></head><body>{}</body></html>"
SIGNED = f'<div class="signature"><p>{VERIFICATION_UNIT}（盖章）</p><p class="date">2026年11月21日</p></div>'
LINES = "<p>乙方应当如实提供有关材料并对其真实性负责。</p>" * 40


def a_sheet(inside: str, is_sealed: bool = False, title: str = "甲通知书", at: datetime = ISSUED_AT) -> Sheet:
    return Sheet(title, PAGE.format(inside), at, is_sealed)


def printed(renderer: PdfkitRenderer, sheet: Sheet) -> Paper:
    (paper,) = renderer.print_sheets((sheet,))
    return read_paper(paper.pdf)


@pytest.mark.parametrize("key", ["acceptance_notice", "recheck_application", "recheck_result"])
def test_a_sheet_has_the_measures_of_the_report(renderer: PdfkitRenderer, key: str) -> None:
    paper = printed(renderer, compose(PAPERS[key], sample_values(), ISSUED_AT))

    for sheet in paper.sheets:
        assert (round(sheet.width, 1), round(sheet.height, 1)) == (210, 297)
        assert min(glyph.left for glyph in sheet.body) >= 28 - 0.1
        assert max(glyph.right for glyph in sheet.body) <= 28 + 156 + 0.1
        assert min(glyph.top for glyph in sheet.body) >= 37 - 0.1
        assert max(glyph.bottom for glyph in sheet.body) <= 37 + 225 + 0.1
        assert 12.0 in {round(glyph.size, 2) for glyph in sheet.body}
        assert min(glyph.size for glyph in sheet.body) >= 12 - 0.01


def test_a_sheet_of_one_page_has_no_number_and_one_of_several_has_them(renderer: PdfkitRenderer) -> None:
    one, several = printed(renderer, a_sheet("<p>甲</p>")), printed(renderer, a_sheet(LINES))

    assert [sheet.number for sheet in one.sheets] == [()]
    assert len(several.sheets) > 1
    for page, sheet in enumerate(several.sheets, start=1):
        assert "".join(glyph.text for glyph in sheet.number) == f"—{page}—"


def test_a_sealed_sheet_bears_one_whole_seal_over_the_name_of_the_unit(renderer: PdfkitRenderer) -> None:
    paper = printed(renderer, a_sheet(LINES + SIGNED, is_sealed=True))

    boxes = [seal_box(page) for page in pictures(paper.pdf)]
    *others, box = boxes
    body = paper.sheets[-1].body
    words = "".join(glyph.text for glyph in body)
    name = body[words.index(VERIFICATION_UNIT) :][: len(VERIFICATION_UNIT)]
    assert others == [None] * len(others)
    assert box is not None
    assert (box[2] - box[0], box[3] - box[1]) == pytest.approx((DIAMETER, DIAMETER), abs=0.6)
    assert box[0] < name[len(name) // 2].left < box[2]
    assert box[1] < name[0].top < name[0].bottom < box[3]
    assert "样章" not in read_text(paper.pdf)


def test_a_sheet_that_is_not_sealed_has_no_colour_even_where_it_says_seal(renderer: PdfkitRenderer) -> None:
    paper = printed(renderer, a_sheet(SIGNED))

    assert all(chromatic(page).getbbox() is None for page in pictures(paper.pdf))


def test_a_sheet_bears_nothing_else_of_the_report(renderer: PdfkitRenderer) -> None:
    """No watermark, no QR code, no seal over the edges."""
    with pikepdf.open(BytesIO(printed(renderer, a_sheet(SIGNED, is_sealed=True)).pdf)) as pdf:
        drawn = {name for page in pdf.pages for name in page.resources.get("/XObject", {})}

    assert drawn == {"/Seal"}


def test_many_sheets_are_printed_in_one_go_and_come_back_in_order(renderer: PdfkitRenderer) -> None:
    sheets = tuple(a_sheet(f"<p>第{number}张</p>") for number in range(30))

    printed_sheets = renderer.print_sheets(sheets)

    assert [read_text(sheet.pdf) for sheet in printed_sheets] == [f"第{number}张" for number in range(30)]
    assert [sheet.pages for sheet in printed_sheets] == [1] * 30


def test_no_sheets_are_no_work(renderer: PdfkitRenderer) -> None:
    assert renderer.print_sheets(()) == ()


def test_a_sheet_says_its_title_and_its_date(renderer: PdfkitRenderer) -> None:
    with pikepdf.open(BytesIO(printed(renderer, a_sheet("<p>甲</p>", title="退回通知书")).pdf)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "退回通知书"
        assert str(pdf.docinfo["/CreationDate"]) == "D:20261121070400Z"


def test_the_same_sheet_is_the_same_file_alone_and_among_others(renderer: PdfkitRenderer) -> None:
    sheet, other = a_sheet(SIGNED, is_sealed=True), a_sheet(LINES)

    (alone,) = renderer.print_sheets((sheet,))
    among = renderer.print_sheets((other, sheet, other, sheet))

    assert among[1] == among[3] == alone
    assert among[0] == among[2]


def test_rare_characters_are_printed_and_found_again(renderer: PdfkitRenderer) -> None:
    paper = printed(renderer, a_sheet("<p>欧阳㛃䶮𬭚𣲗</p>"))

    assert paper.text == "欧阳㛃䶮𬭚𣲗"


@pytest.mark.parametrize("written", ["⽞", "&#x2f5e;", "\ue863", "&#xe863;"])
def test_a_character_no_face_can_draw_is_refused_however_it_is_written(
    renderer: PdfkitRenderer, written: str
) -> None:
    with pytest.raises(PermanentFailure, match=r"^glyph_missing:U\+"):
        renderer.print_sheets((a_sheet(f"<p>{written}</p>"),))


def test_a_sheet_that_would_be_made_smaller_is_refused(renderer: PdfkitRenderer) -> None:
    too_wide = '<div style="width: 900px">甲</div>'

    with pytest.raises(PermanentFailure, match=r"^layout_shrunk$"):
        renderer.print_sheets((a_sheet(too_wide),))
