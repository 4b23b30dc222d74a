"""Seals on the finished PDF: whole on the first and last page, over the edges of all (MZ/T 072-2016 E.3)."""

from dataclasses import replace
from io import BytesIO
from math import cos, pi, sin
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw

from adapters.report.fonts import FontSet
from adapters.report.renderer import PdfkitRenderer
from adapters.report.seal import MM, Seal, SealUnreadable, check_picture
from adapters.report.stamping import Stamps
from engine.ports import PermanentFailure
from tests.adapters.report.paper import Paper, read_text
from tests.adapters.report.pictures import (
    DIAMETER,
    cut,
    dark,
    difference,
    pictures,
    reddish,
    seal_box,
    share,
    straddled,
)
from tests.adapters.report.printing import HEAD, MARK, TEMPLATE, a_tiny_template
from tests.builders import VERIFICATION_UNIT
from tests.domain.report.cases import a_family_report


def the_seal_alone(font_set: FontSet, dpi: int = 200) -> Image.Image:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(DIAMETER * MM, DIAMETER * MM))
        name = page.add_resource(Seal(VERIFICATION_UNIT, font_set.song_face).form(pdf), pikepdf.Name.XObject)
        middle = DIAMETER * MM / 2
        page.contents_add(pdf.make_stream(f"1 0 0 1 {middle} {middle} cm {name} Do".encode()))
        file = BytesIO()
        pdf.save(file)
    return pictures(file.getvalue(), dpi)[0]


def a_picture(path: Path, ground: tuple[int, int, int, int] = (0, 0, 0, 0), width: int = 300) -> Path:
    """A square in red of its own on this ground."""
    image = Image.new("RGBA", (width, 300), ground)
    ImageDraw.Draw(image).rectangle((width // 4, 75, width * 3 // 4, 225), (200, 0, 0, 255))
    image.save(path)
    return path


def middle_of(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


@pytest.mark.clause("M E.3", "M D.1 end", "M C.1-12", "M D.1 sign")
def test_first_and_last_page_bear_a_whole_round_seal_of_42_millimetres(paper: Paper) -> None:
    pages = pictures(paper.pdf)

    for page in (pages[0], pages[-1]):
        box = seal_box(page)
        assert box is not None
        assert box[2] - box[0] == pytest.approx(DIAMETER, abs=0.6)
        assert box[3] - box[1] == pytest.approx(DIAMETER, abs=0.6)
        assert box[0] > 0
        assert box[2] < 190
        assert box[1] > 0
        assert box[3] < 297
        assert share_of_the_ring(page, middle_of(box)) > 0.97


def share_of_the_ring(page: Image.Image, middle: tuple[float, float]) -> float:
    """How much of the ring shows, in red or in the black of the text over it."""
    scale = page.width / 210
    radius = DIAMETER / 2 - 0.6  # the middle of its line
    inked = 0
    for degree in range(360):
        x = middle[0] + radius * cos(degree * pi / 180)
        y = middle[1] + radius * sin(degree * pi / 180)
        red, green, _ = page.getpixel((round(x * scale), round(y * scale)))  # type: ignore[misc]  # RGB
        inked += green < 150 and (red > 150 or red < 120)
    return inked / 360


@pytest.mark.clause("M E.3")
def test_the_pages_between_bear_no_whole_seal(paper: Paper) -> None:
    for page in pictures(paper.pdf)[1:-1]:
        assert seal_box(page) is None


@pytest.mark.clause("M D.1 end", "M C.1-12")
def test_the_seal_lies_on_the_name_of_the_unit_where_it_says_so(three_members: Paper) -> None:
    for number in (0, -1):
        box = seal_box(pictures(three_members.pdf)[number])
        body = three_members.sheets[number].body
        words = "".join(glyph.text for glyph in body)
        first = words.rindex(f"{VERIFICATION_UNIT}（盖章）")
        name = body[first : first + len(VERIFICATION_UNIT)]
        assert box is not None
        assert box[0] < name[len(name) // 2].left < box[2]
        assert box[1] < name[0].top < name[0].bottom < box[3]


@pytest.mark.clause("M E.3")
def test_black_text_shows_through_the_seal_and_can_still_be_copied(three_members: Paper) -> None:
    page, body = pictures(three_members.pdf, 200)[0], three_members.sheets[0].body
    box = seal_box(page)
    assert box is not None

    words = "".join(glyph.text for glyph in body)
    first = words.rindex("2026年11月21日")
    covered = [glyph for glyph in body[first : first + 10] if glyph.left > box[0] and glyph.right < box[2]]

    assert len(covered) > 5
    for glyph in covered:
        place = cut(page, (glyph.left, glyph.top, glyph.right, glyph.bottom))
        assert share(dark(place)) > 0.02


@pytest.mark.clause("M E.3")
def test_the_edges_of_all_pages_side_by_side_are_one_seal(paper: Paper, font_set: FontSet) -> None:
    whole = the_seal_alone(font_set)

    fan = straddled(paper.pdf)

    assert difference(whole, fan) < 0.03
    assert difference(whole, ImageChops.offset(fan, fan.width // 2, 0)) > 0.08  # so it can fail
    box = reddish(fan).getbbox()
    assert box is not None
    assert (box[2] - box[0]) / fan.width == pytest.approx(1, abs=0.01)


@pytest.mark.clause("M E.3")
def test_every_page_bears_its_slice_and_none_is_wider_than_its_share(paper: Paper) -> None:
    pages = pictures(paper.pdf)
    width = DIAMETER / len(pages)

    for page in pages:
        strip = reddish(cut(page, (185, 100, 210, 200)))
        box = strip.getbbox()
        assert box is not None
        assert (strip.width - box[0]) * 210 / page.width <= width + 0.4


@pytest.mark.clause("M E.3")
@pytest.mark.parametrize(("pages", "is_straddled"), [(1, False), (2, False), (3, True)])
def test_only_more_than_two_pages_are_straddled(
    renderer: PdfkitRenderer, pages: int, is_straddled: bool
) -> None:
    printed = renderer.render(a_family_report(1), MARK, a_tiny_template(pages))

    edges = [reddish(cut(page, (190, 100, 210, 200))).getbbox() for page in pictures(printed.pdf)]
    assert [edge is not None for edge in edges] == [is_straddled] * pages


def test_so_many_pages_that_slices_would_be_hairs_have_several_straddling_seals(
    renderer: PdfkitRenderer, font_set: FontSet
) -> None:
    printed = renderer.render(a_family_report(1), MARK, a_tiny_template(44))

    whole = the_seal_alone(font_set)
    assert difference(whole, straddled(printed.pdf, 0, 22)) < 0.04
    assert difference(whole, straddled(printed.pdf, 22, 44)) < 0.04


@pytest.mark.clause("M C.1-12")
def test_a_template_without_a_place_for_the_seal_is_refused(renderer: PdfkitRenderer) -> None:
    template = f"{HEAD}<p>共{{{{ pages }}}}页，一式两份</p></body></html>"

    with pytest.raises(PermanentFailure, match=r"^seal_place_missing$"):
        renderer.render(a_family_report(1), MARK, template)


def test_a_place_for_a_seal_low_on_the_page_has_it_whole_on_the_page_all_the_same(
    renderer: PdfkitRenderer,
) -> None:
    inside = '<div style="height: 930px"></div>'

    printed = renderer.render(a_family_report(1), MARK, a_tiny_template(1, inside))

    box = seal_box(pictures(printed.pdf)[0])
    assert box is not None
    assert box[3] < 297
    assert box[3] - box[1] == pytest.approx(DIAMETER, abs=0.6)


@pytest.mark.clause("M E.3", "M C.1-12")
def test_a_signature_that_went_over_to_the_second_page_leaves_the_first_one_sealed(
    renderer: PdfkitRenderer,
) -> None:
    content = a_family_report(1)
    content = replace(content, result=content.result * 12)

    pages = pictures(renderer.render(content, MARK, TEMPLATE).pdf)

    boxes = [seal_box(page) for page in pages]
    sealed = [number for number, box in enumerate(boxes) if box]
    assert sealed == [0, sealed[1], len(pages) - 1]
    for box in filter(None, boxes):
        assert (box[2] - box[0], box[3] - box[1]) == pytest.approx((DIAMETER, DIAMETER), abs=0.6)
        assert box[3] < 37 + 225 + 1 or box == boxes[-1]


def test_a_name_in_the_report_that_says_where_the_seal_stands_moves_it_nowhere(
    renderer: PdfkitRenderer,
) -> None:
    inside = "<p>丙（盖章）在此</p>"

    plain = renderer.render(a_family_report(1), MARK, a_tiny_template(1, "<p>丙在此</p>"))
    other = renderer.render(a_family_report(1), MARK, a_tiny_template(1, inside))

    assert seal_box(pictures(plain.pdf)[0]) == seal_box(pictures(other.pdf)[0])


def test_the_picture_of_a_site_takes_the_place_of_the_sample(font_set: FontSet, tmp_path: Path) -> None:
    own = PdfkitRenderer(font_set, VERIFICATION_UNIT, Stamps(seal=a_picture(tmp_path / "seal.png")))

    printed = own.render(a_family_report(1), MARK, a_tiny_template(3))

    page = pictures(printed.pdf)[0]
    box = seal_box(page)
    assert box is not None
    assert box[2] - box[0] == pytest.approx(DIAMETER / 2, abs=0.6)  # the square alone, no ring
    assert share(reddish(cut(page, (*middle_of(box), box[2] - 1, box[3] - 1)))) > 0.95  # no star either
    assert reddish(cut(pictures(printed.pdf)[1], (190, 100, 210, 200))).getbbox() is not None


def test_a_picture_that_would_cover_the_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SealUnreadable, match="no transparent ground"):
        check_picture(a_picture(tmp_path / "seal.png", ground=(255, 255, 255, 255)))


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n\x00\x00", b"<svg/>"])
def test_what_is_no_png_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "seal.png"
    path.write_bytes(content)

    with pytest.raises(SealUnreadable, match="is no PNG"):
        check_picture(path)


@pytest.mark.clause("M D.1 sign")
def test_the_signature_of_the_handler_stands_just_left_of_where_it_belongs(
    font_set: FontSet, tmp_path: Path
) -> None:
    picture = a_picture(tmp_path / "hand.png", width=600)
    own = PdfkitRenderer(font_set, VERIFICATION_UNIT, Stamps(handler=picture))

    printed = own.render(a_family_report(1), MARK, TEMPLATE)

    with pdfplumber.open(BytesIO(printed.pdf)) as document:
        page, *others = document.pages
        (image,) = page.images
        (words,) = page.search("（签字）", regex=False)
        assert words["x0"] - image["x1"] == pytest.approx(MM, abs=1)
        assert image["top"] < (words["top"] + words["bottom"]) / 2 < image["bottom"]
        assert (image["x1"] - image["x0"]) / (image["bottom"] - image["top"]) == pytest.approx(2, abs=0.01)
        assert not any(other.images for other in others)
    assert "经办人：沈经办（签字）" in read_text(printed.pdf)
