"""The measures of MZ/T 072-2016 附录E: A4, margins, type area, 12 pt body, page numbers."""

import re
from dataclasses import dataclass
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

from adapters.report.drawing import Drawing
from adapters.report.fonts import FontSet
from adapters.report.number_face import FAMILY, ONE_DRAWS
from adapters.report.page_count import places_of_count, write_count
from adapters.report.printed_text import PrintedText, read_faces, read_text
from adapters.report.stand_ins import take_stand_ins_out
from adapters.report.tables import CONTINUED
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
# The white ground the renderer lays over the whole page would hide what is put behind the text.
GROUND = re.compile(rb"/CSp cs 1 1 1 scn\n/GSa gs\nq\n[-\d. ]+ cm\n0 [\d.]+ \d+ \d+ re\nf\nQ\n")
PAGE_BEGIN = 80  # pixels: what stands higher is the first on its page, below at most two lines of groups
GAP = 0.25  # between a number and its dashes, in ems


@dataclass(frozen=True)
class Described:
    """What the file says of itself."""

    title: str
    dated: datetime


class PrintedFile:
    """A raw print on its way to a finished paper: opened once, checked, laid out, stamped, written."""

    def __init__(self, pdf: pikepdf.Pdf, font_set: FontSet) -> None:
        """Raises PermanentFailure("font_foreign") when a face of the machine was taken instead of ours, and
        PermanentFailure("layout_shrunk") when everything was made smaller to fit something too wide."""
        self.pdf = pdf
        self._font_set = font_set
        self._texts: dict[int, PrintedText] = {}
        _check_faces(pdf, font_set)
        self._contents = [GROUND.sub(b"", page.Contents.read_bytes(), count=1) for page in pdf.pages]
        for page, content in zip(pdf.pages, self._contents, strict=True):
            check_scale(content)
            page.Contents.write(content)

    @property
    def pages(self) -> int:
        return len(self._contents)

    def text(self, page: int) -> PrintedText:
        if page not in self._texts:
            self._texts[page] = read_text(self._contents[page], read_faces(self.pdf.pages[page]))
        return self._texts[page]

    def say_pages(self, guessed: int) -> bool:
        """Put the true count where 共*页 says the guess; False when it must be printed again.

        A value that reads like the sentence is never written into: only another printing tells them apart.
        """
        said = [(page, place) for page in range(self.pages) for place in self._counts(page, guessed)]
        if not said:
            raise PermanentFailure("page_count_missing")
        if guessed == self.pages:
            return True
        return len(said) == 1 and len(str(guessed)) == len(str(self.pages)) and self._write_count(*said[0])

    def _counts(self, page: int, guessed: int) -> list[int]:
        return places_of_count(self.text(page), guessed)

    def _write_count(self, page: int, place: int) -> bool:
        target = self.pdf.pages[page]
        faces = read_faces(target)
        written = write_count(self._contents[page], self.text(page), faces, place, self.pages)
        if written is None:
            return False
        self._contents[page] = written
        target.Contents.write(written)
        return True

    def joins(self) -> frozenset[int]:
        """The continued pieces that do not begin a page, in the order in which they were drawn: their heads
        say again what stands a few lines above."""
        heads = [glyph for page in range(self.pages) for glyph in self.text(page).found(CONTINUED)]
        return frozenset(number for number, head in enumerate(heads, start=1) if head.down > PAGE_BEGIN)

    def place(self, page: int, drawing: Drawing) -> None:
        """Put a form on a page in points from its lower left corner, under or over what is printed."""
        target = self.pdf.pages[page]
        name = target.add_resource(drawing.form, pikepdf.Name.XObject, pikepdf.Name(f"/{drawing.name}"))
        shown = drawing.operators(str(name))
        target.contents_add(self.pdf.make_stream(shown), prepend=drawing.is_behind)

    def lay_out(self, is_numbered: bool = True) -> None:
        """Exactly A4 with exact margins and type sizes, numbered. Before anything is put on the pages."""
        take_stand_ins_out(self.pdf, self._font_set.stand_ins)
        for page in self.pdf.pages:
            _impose(self.pdf, page)
        if is_numbered:
            numbers = pikepdf.open(BytesIO(draw_numbers(self.pages, self._font_set.number_face)))
            with numbers:
                for place, number in enumerate(numbers.pages):
                    form = self.pdf.copy_foreign(number.as_form_xobject())
                    self.place(place, Drawing("PageNumber", form))

    def finished(self, described: Described) -> bytes:
        """The same input gives the same bytes."""
        _describe(self.pdf, described)
        written = BytesIO()
        self.pdf.save(written, deterministic_id=True)
        return written.getvalue()


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


def _impose(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Move and scale the page so that the type area lies as E.1.2 b says and 21 px are 12 pt."""
    scale = BODY_SIZE / BODY_PIXELS / RAW_PIXEL
    across, up = LEFT - scale * RAW_LEFT, PAGE_HEIGHT - TOP - scale * RAW_TOP
    matrix = f"q {scale:.6f} 0 0 {scale:.6f} {across:.4f} {up:.4f} cm\n"
    page.contents_add(pdf.make_stream(matrix.encode()), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ\n"))
    page.mediabox = pikepdf.Array([0, 0, Decimal(f"{PAGE_WIDTH:.3f}"), Decimal(f"{PAGE_HEIGHT:.3f}")])
    if "/Annots" in page:
        del page.Annots


def _describe(pdf: pikepdf.Pdf, described: Described) -> None:
    """Title and date of issue; printing both sides at full size is what E.1.4 c asks of the printer."""
    stamp = described.dated.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo["/Title"] = described.title
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
    with ONE_DRAWS:
        return _numbers(pages, number_face)


def _numbers(pages: int, number_face: Path) -> bytes:
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
