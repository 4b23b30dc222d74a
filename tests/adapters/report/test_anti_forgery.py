"""QR code, check code and watermark of the finished PDF (MZ/T 072-2016 E.2)."""

from dataclasses import replace
from io import BytesIO

import pdfplumber
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFont

from adapters.report.fonts import FontSet
from adapters.report.renderer import PdfkitRenderer
from engine.domain.report_check import ALPHABET, LENGTH, check_address, number_core
from engine.ports import CheckMark
from tests.adapters.report.paper import Paper, read_text
from tests.adapters.report.pictures import pictures, share
from tests.adapters.report.printing import CODE, MARK, a_tiny_template
from tests.domain.report.cases import NUMBER, a_family_report


def grey(page: Image.Image) -> Image.Image:
    """255 where the ink of the watermark is; the smoothed edges of black text are hardly ever so light."""
    return page.convert("L").point(lambda value: 255 if 226 <= value <= 236 else 0)


def plumbed(pdf: bytes) -> str:
    with pdfplumber.open(BytesIO(pdf)) as document:
        return "".join("".join(page.extract_text().split()) for page in document.pages)


@pytest.mark.clause("M E.2")
@pytest.mark.parametrize("dpi", [150, 200, 300])
def test_the_code_on_the_first_page_leads_to_the_check_page_of_this_report(
    three_members: Paper, dpi: int
) -> None:
    first, second, *_ = pictures(three_members.pdf, dpi)

    (found,) = zxingcpp.read_barcodes(first)

    assert found.text == MARK.address
    assert number_core(NUMBER) in found.text
    assert zxingcpp.read_barcodes(second) == []


@pytest.mark.clause("M E.2")
def test_a_long_address_can_still_be_read_off_the_paper(renderer: PdfkitRenderer) -> None:
    address = check_address(f"https://hedui.{'k' * 60}.example/public/report", NUMBER, CODE)

    printed = renderer.render(a_family_report(1), CheckMark(address, CODE), a_tiny_template(1))

    (found,) = zxingcpp.read_barcodes(pictures(printed.pdf, 200)[0])
    assert found.text == address


@pytest.mark.clause("M E.2")
def test_the_check_code_stands_beside_the_qr_code_for_who_has_no_camera(three_members: Paper) -> None:
    first = three_members.sheets[0]

    assert CODE in read_text(three_members.pdf)
    assert "".join(sorted(glyph.text for glyph in first.mark)) == "".join(sorted(f"验真码{CODE}"))
    assert max(glyph.right for glyph in first.mark) < 184 - 20  # left of the code
    assert min(glyph.top for glyph in first.mark) > 9
    assert max(glyph.bottom for glyph in first.mark) < 30


def test_every_character_of_a_check_code_can_be_printed(renderer: PdfkitRenderer) -> None:
    codes = [ALPHABET[:LENGTH], ALPHABET[LENGTH : 2 * LENGTH], ALPHABET[-LENGTH:]]

    for code in codes:
        mark = CheckMark(MARK.address, code)
        assert code in read_text(renderer.render(a_family_report(1), mark, a_tiny_template(1)).pdf)


@pytest.mark.clause("M E.2")
def test_a_watermark_is_to_be_seen_on_every_page(paper: Paper) -> None:
    for page in pictures(paper.pdf):
        assert share(grey(page)) > 0.002


@pytest.mark.clause("M E.2")
def test_the_watermark_says_for_whom_the_report_is(renderer: PdfkitRenderer, font_set: FontSet) -> None:
    """Compared with the same words as another program writes them."""
    content = replace(a_family_report(1), addressee="乙区医疗保障局")

    page = pictures(renderer.render(content, MARK, a_tiny_template(2)).pdf, 150)[1]

    printed = grey(page)
    theirs = slanting(page.size, "仅供乙区医疗保障局使用", str(font_set.body_face))
    others = slanting(page.size, "仅供甲区民政局使用", str(font_set.body_face))
    assert shared(printed, theirs) > 0.45
    assert shared(printed, others) < 0.25


def slanting(size: tuple[int, int], words: str, face: str) -> Image.Image:
    """The lowest line of the watermark, in white on black."""
    font = ImageFont.truetype(face, round(22 * 150 / 72))
    x, y = size[0] / 2, size[1] * (1 - 0.22)
    drawn = Image.new("L", size)
    ImageDraw.Draw(drawn).text((x, y), words, 255, font, anchor="ms")
    return drawn.rotate(30, center=(x, y)).point(lambda value: 255 if value > 127 else 0)


def shared(page: Image.Image, wanted: Image.Image) -> float:
    """How much of the wanted ink is on the page."""
    return share(ImageChops.darker(page, wanted)) / share(wanted)


@pytest.mark.clause("M E.2")
def test_neither_watermark_nor_sample_seal_is_among_the_text(paper: Paper) -> None:
    for text in (read_text(paper.pdf), paper.text):
        assert "甲区民政局" in text
        assert "仅供" not in text
        assert "样章" not in text


def test_a_reader_by_lines_finds_no_stamp_between_the_lines_either(three_members: Paper) -> None:
    text = plumbed(three_members.pdf)

    assert "核对报告仅作为甲区民政局作出行政审批决定的参考" in text
    assert "仅供" not in text
    assert "样章" not in text
