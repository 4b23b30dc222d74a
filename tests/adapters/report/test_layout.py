"""The measures of MZ/T 072-2016 附录E, taken from the PDF."""

from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import ImageDraw

from adapters.report.fonts import FontSet
from adapters.report.layout import Described, PrintedFile, check_scale, draw_numbers
from adapters.report.program import Program, find_program
from adapters.report.seal import RED
from engine.ports import PermanentFailure
from tests.adapters.report.paper import Paper
from tests.adapters.report.pictures import chromatic, pictures, seal_box
from tests.domain.report.cases import ISSUED_AT

BLACK = (0.0, 0.0, 0.0)
WHITE = (1.0, 1.0, 1.0)
SEAL_RED = tuple(map(float, RED.split()))


def laid_out(printed: bytes, font_set: FontSet) -> bytes:
    with pikepdf.open(BytesIO(printed)) as pdf:
        paper = PrintedFile(pdf, font_set)
        paper.lay_out()
        return paper.finished(Described("甲", ISSUED_AT))


@pytest.mark.clause("M 2", "M E.1.1", "M E.1.2 a")
def test_every_page_is_a4(paper: Paper) -> None:
    for sheet in paper.sheets:
        assert sheet.width == pytest.approx(210, abs=0.01)
        assert sheet.height == pytest.approx(297, abs=0.01)


@pytest.mark.clause("M E.1.2 b")
def test_text_stays_inside_the_type_area(paper: Paper) -> None:
    for sheet in paper.sheets:
        assert min(glyph.left for glyph in sheet.body) >= 28 - 0.1
        assert max(glyph.right for glyph in sheet.body) <= 28 + 156 + 0.1
        assert min(glyph.top for glyph in sheet.body) >= 37 - 0.1
        assert max(glyph.bottom for glyph in sheet.body) <= 37 + 225 + 0.1


@pytest.mark.clause("M E.1.2 b")
def test_the_margins_are_those_of_the_standard_and_the_type_area_is_used(three_members: Paper) -> None:
    body = [glyph for sheet in three_members.sheets for glyph in sheet.body]

    assert min(glyph.left for glyph in body) == pytest.approx(28, abs=1)
    assert min(glyph.top for glyph in body) == pytest.approx(37, abs=3)  # a line is higher than its ink
    assert max(glyph.right for glyph in body) == pytest.approx(28 + 156, abs=1)


@pytest.mark.clause("M E.1.2 b")
def test_a_full_page_begins_37_mm_down_and_ends_262_mm_down(font_set: FontSet) -> None:
    """Measured on a frame round the whole type area, which no report happens to have."""
    frame = "<body style='margin:0'><div style='height:1111px;border:1px solid #000'>甲</div></body>"
    program = Program(find_program(), font_set.fontconfig, 60)

    (printed,) = program.print([f"<meta charset=utf-8>{frame}"])
    paper = laid_out(printed, font_set)

    with pypdfium2.PdfDocument(paper) as document:
        image = document[0].render(scale=300 / 72, grayscale=True).to_pil()
    box = image.point(lambda value: 255 if value < 128 else 0).crop((0, 0, 2480, 3100)).getbbox()
    left, top, right, bottom = (edge / 300 * 25.4 for edge in box)
    assert (left, top) == (pytest.approx(28, abs=0.2), pytest.approx(37, abs=0.2))
    assert right - left == pytest.approx(156, abs=1)
    assert bottom - top == pytest.approx(225, abs=1)


@pytest.mark.clause("M E.1.3")
def test_everything_is_black_on_white_but_the_seals(paper: Paper) -> None:
    for sheet in paper.sheets:
        coloured = {colour for colour in sheet.colours if len(set(colour)) > 1}
        assert coloured <= {SEAL_RED}
        assert {_as_rgb(glyph.colour) for glyph in sheet.glyphs} == {BLACK}


@pytest.mark.clause("M E.1.3")
def test_outside_the_seals_nothing_on_a_page_has_a_colour(paper: Paper) -> None:
    pages = pictures(paper.pdf)
    edge = 210 - 42 / len(pages)

    for page in pages:
        masked = page.copy()
        draw = ImageDraw.Draw(masked)
        for box in ((edge, 297 / 2 - 21, 210, 297 / 2 + 21), seal_box(page)):
            if box:
                draw.rectangle([coordinate * page.width / 210 for coordinate in _widened(box)], "white")
        assert chromatic(masked).getbbox() is None
        assert masked.getpixel((5, 5)) == (255, 255, 255)


def _widened(box: tuple[float, ...]) -> tuple[float, ...]:
    """By a millimetre, for the smoothed edge of the ink."""
    return box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1


def _as_rgb(colour: tuple[float, ...]) -> tuple[float, ...]:
    return colour * 3 if len(colour) == 1 else colour


@pytest.mark.clause("M E.1.4 a")
def test_the_body_is_fangsong_of_twelve_points(paper: Paper, font_set: FontSet) -> None:
    body = [glyph for sheet in paper.sheets for glyph in sheet.body]

    in_fangsong = [glyph for glyph in body if glyph.face.endswith(f"+{font_set.names[0]}")]

    assert len(in_fangsong) > 0.8 * len(body)  # the rest are headings and characters it lacks
    assert {round(glyph.size, 2) for glyph in in_fangsong} == {12.0}


def test_nothing_is_printed_smaller_than_the_body_but_the_words_beside_the_qr_code(paper: Paper) -> None:
    for sheet in paper.sheets:
        beside = set(sheet.mark)
        assert min(glyph.size for glyph in sheet.glyphs if glyph not in beside) >= 12 - 0.01
    assert [bool(sheet.mark) for sheet in paper.sheets] == [True] + [False] * (len(paper.sheets) - 1)


@pytest.mark.clause("M E.1.4 b")
def test_text_is_drawn_with_embedded_fonts_and_nothing_is_an_image(paper: Paper) -> None:
    with pikepdf.open(BytesIO(paper.pdf)) as pdf:
        fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/BaseFont" in item]
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
        missing = [str(font.BaseFont) for font in fonts if not _is_embedded(font)]
        images = [stream for stream in streams if stream.get("/Subtype") == "/Image"]

    assert len(fonts) > 4
    assert missing == []
    assert images == []


def _is_embedded(font: pikepdf.Dictionary) -> bool:
    """A composite font is as its descendant is."""
    if "/DescendantFonts" in font:
        return _is_embedded(font.DescendantFonts[0])
    return "/FontDescriptor" in font and any(f"/FontFile{kind}" in font.FontDescriptor for kind in ("2", "3"))


@pytest.mark.clause("M E.1.4 c")
def test_the_printer_is_asked_for_both_sides_and_full_size(one_member: Paper) -> None:
    with pikepdf.open(BytesIO(one_member.pdf)) as pdf:
        wishes = pdf.Root.ViewerPreferences

        assert (wishes.Duplex, wishes.PrintScaling) == ("/DuplexFlipLongEdge", "/None")


@pytest.mark.clause("M E.1.5")
def test_every_page_has_its_number_between_dashes_in_fourteen_points(paper: Paper) -> None:
    for page, sheet in enumerate(paper.sheets, start=1):
        assert "".join(glyph.text for glyph in sheet.number) == f"—{page}—"
        assert {round(glyph.size, 2) for glyph in sheet.number} == {14.0}


@pytest.mark.clause("M E.1.5")
def test_odd_numbers_are_right_and_even_numbers_left_one_character_in(paper: Paper) -> None:
    character = 14 / 72 * 25.4
    for page, sheet in enumerate(paper.sheets, start=1):
        if page % 2:
            assert sheet.number[-1].right == pytest.approx(28 + 156 - character, abs=0.2)
        else:
            assert sheet.number[0].left == pytest.approx(28 + character, abs=0.2)


@pytest.mark.clause("M E.1.5")
def test_digits_of_the_page_number_are_half_as_wide_as_a_character(three_members: Paper) -> None:
    _, digit, _ = three_members.sheets[0].number

    assert digit.right - digit.left == pytest.approx(7 / 72 * 25.4, abs=0.05)


@pytest.mark.clause("M E.1.5")
def test_the_dashes_are_seven_millimetres_below_the_type_area(font_set: FontSet) -> None:
    """Measured in ink, because a dash is much lower than its line."""
    with pypdfium2.PdfDocument(draw_numbers(1, font_set.number_face)) as document:
        image = document[0].render(scale=600 / 72, grayscale=True).to_pil()
    ink = image.point(lambda value: 255 if value < 128 else 0)
    left, _, _, _ = ink.getbbox()
    _, top, _, _ = ink.crop((left, 0, left + 60, image.height)).getbbox()

    assert top / 600 * 25.4 - (37 + 225) == pytest.approx(7, abs=0.1)


def test_a_page_that_was_made_smaller_to_fit_is_refused(font_set: FontSet) -> None:
    too_wide = "<body style='margin:0'><div style='width:800px'>甲</div></body>"
    program = Program(find_program(), font_set.fontconfig, 60)
    (shrunk,) = program.print([f"<meta charset=utf-8>{too_wide}"])

    with pytest.raises(PermanentFailure, match=r"^layout_shrunk$"):
        laid_out(shrunk, font_set)


def test_a_page_whose_scale_cannot_be_read_is_refused() -> None:
    with pytest.raises(PermanentFailure, match=r"^layout_unknown$"):
        check_scale(b"BT /F1 12 Tf (A) Tj ET")


def test_a_face_of_the_machine_in_place_of_ours_is_refused(font_set: FontSet, tmp_path: Path) -> None:
    elsewhere = Program(find_program(), tmp_path / "gone.conf", 60)
    (printed,) = elsewhere.print(["<html><head><meta charset='utf-8'></head><body>甲</body></html>"])

    with pytest.raises(PermanentFailure, match=r"^font_foreign$"):
        laid_out(printed, font_set)
