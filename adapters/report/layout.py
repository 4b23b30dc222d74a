"""The measures of MZ/T 072-2016 附录E: A4, margins, type area, 12 pt body, page numbers."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTFont as OutlineFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from adapters.report.fonts import FontSet
from adapters.report.number_face import FAMILY
from adapters.report.stand_ins import take_stand_ins_out
from engine.ports import PermanentFailure

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM  # E.1.2 a, GB/T 148
LEFT, TOP = 28 * MM, 37 * MM  # E.1.2 b: 订口, 天头
WIDTH, HEIGHT = 156 * MM, 225 * MM  # E.1.2 b: 版心
BODY_SIZE, BODY_PIXELS = 12, 21  # E.1.4 a: 小四, and what the template says for it
NUMBER_SIZE = 14  # E.1.5: 4号
NUMBER_DROP = 7 * MM  # E.1.5: from the lower edge of the type area to the dashes
# What the renderer makes of its own accord: points of a pixel, and where its type area begins.
RAW_PIXEL = 0.5765589
RAW_LEFT, RAW_TOP = 78.96, 736.88
TOLERANCE = 0.0003  # a page one pixel too wide is shrunk by more than twice this
UNIT = re.compile(rb"^[^\n]*\n([\d.]+) 0 0 -\1 ")  # the unit of the device in points
SCALE = re.compile(rb"W\* n\nq\n([\d.]+) 0 0 \1 0 ")  # pixels in units, first thing in the clipped type area
GAP = 0.25  # between a number and its dashes, in ems


def lay_out(printed: bytes, font_set: FontSet, title: str, issued_at: datetime) -> bytes:
    """Exactly A4 with exact margins and type sizes, numbered. The same input gives the same bytes.

    Raises PermanentFailure("layout_shrunk") when everything was made smaller to fit something too wide, and
    PermanentFailure("font_foreign") when a face of the machine was taken instead of ours.
    """
    with pikepdf.open(BytesIO(printed)) as pdf:
        _check_faces(pdf, font_set)
        take_stand_ins_out(pdf, font_set.stand_ins)
        with pikepdf.open(BytesIO(draw_numbers(len(pdf.pages), font_set.number_face))) as numbers:
            for page, number in zip(pdf.pages, numbers.pages, strict=True):
                check_scale(page.Contents.read_bytes())
                _impose(pdf, page, pdf.copy_foreign(number.as_form_xobject()))
        _describe(pdf, title, issued_at)
        laid_out = BytesIO()
        pdf.save(laid_out, deterministic_id=True)
    return laid_out.getvalue()


def count_pages(printed: bytes) -> int:
    with pikepdf.open(BytesIO(printed)) as pdf:
        return len(pdf.pages)


def _check_faces(pdf: pikepdf.Pdf, font_set: FontSet) -> None:
    """Without its fontconfig file the renderer would quietly take whatever the machine has."""
    fonts = (font for page in pdf.pages for font in page.resources.get("/Font", {}).values())
    if not {str(font.BaseFont).strip("/") for font in fonts} <= set(font_set.names):
        raise PermanentFailure("font_foreign")


def check_scale(content: bytes) -> None:
    """The renderer cannot be told not to shrink, so the scale it chose is read from every page."""
    unit, scale = UNIT.search(content), SCALE.search(content)
    if unit is None or scale is None:
        raise PermanentFailure("layout_unknown")
    if abs(float(unit[1]) * float(scale[1]) - RAW_PIXEL) > TOLERANCE:
        raise PermanentFailure("layout_shrunk")


def _impose(pdf: pikepdf.Pdf, page: pikepdf.Page, number: pikepdf.Object) -> None:
    """Move and scale the page so that the type area lies as E.1.2 b says and 21 px are 12 pt; number it.

    Named by us: pikepdf's own overlay takes random names, and no two prints would be alike.
    """
    scale = BODY_SIZE / BODY_PIXELS / RAW_PIXEL
    across, up = LEFT - scale * RAW_LEFT, PAGE_HEIGHT - TOP - scale * RAW_TOP
    matrix = f"q {scale:.6f} 0 0 {scale:.6f} {across:.4f} {up:.4f} cm\n"
    page.contents_add(pdf.make_stream(matrix.encode()), prepend=True)
    name = page.add_resource(number, pikepdf.Name.XObject, pikepdf.Name("/PageNumber"))
    page.contents_add(pdf.make_stream(f"\nQ q {name} Do Q\n".encode()))
    page.mediabox = pikepdf.Array([0, 0, Decimal(f"{PAGE_WIDTH:.3f}"), Decimal(f"{PAGE_HEIGHT:.3f}")])
    if "/Annots" in page:
        del page.Annots


def _describe(pdf: pikepdf.Pdf, title: str, issued_at: datetime) -> None:
    """Title and date of issue; printing both sides at full size is what E.1.4 c asks of the printer."""
    stamp = issued_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/CreationDate"] = stamp
    pdf.Root.Lang = pikepdf.String("zh-CN")
    pdf.Root.ViewerPreferences = pikepdf.Dictionary(
        Duplex=pikepdf.Name.DuplexFlipLongEdge,
        PrintScaling=pikepdf.Name("/None"),
        DisplayDocTitle=True,
    )


@lru_cache(maxsize=32)
def draw_numbers(pages: int, number_face: Path) -> bytes:
    """Pages with nothing but their number (E.1.5): —1— at the right of odd, at the left of even pages."""
    pdfmetrics.registerFont(TTFont(FAMILY, number_face))
    base_line = PAGE_HEIGHT - TOP - HEIGHT - NUMBER_DROP - _dash_top(number_face) * NUMBER_SIZE
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, initialFontName=FAMILY)
    for number in range(1, pages + 1):
        canvas.setFont(FAMILY, NUMBER_SIZE)
        _draw_number(canvas, number, base_line)
        canvas.showPage()
    canvas.save()
    return drawn.getvalue()


def _draw_number(canvas: Canvas, number: int, base_line: float) -> None:
    """One character in from the edge of the type area; the gaps are room, not blanks in the text."""
    parts = ("—", str(number), "—")
    widths = [pdfmetrics.stringWidth(part, FAMILY, NUMBER_SIZE) for part in parts]
    gap = GAP * NUMBER_SIZE
    is_odd = number % 2 == 1
    across = LEFT + WIDTH - NUMBER_SIZE - sum(widths) - 2 * gap if is_odd else LEFT + NUMBER_SIZE
    for part, width in zip(parts, widths, strict=True):
        canvas.drawString(across, base_line, part)
        across += width + gap


def _dash_top(number_face: Path) -> float:
    """How high the ink of a dash reaches over the base line, in ems."""
    with OutlineFont(number_face) as font:
        dash = font["glyf"][font.getBestCmap()[ord("—")]]
        return float(dash.yMax / font["head"].unitsPerEm)
