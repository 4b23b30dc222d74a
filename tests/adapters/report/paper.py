"""A printed report as an independent reader measures it: characters, colours, places in millimetres."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pdfplumber
import pypdfium2

from adapters.report.number_face import FAMILY

MM = 72 / 25.4
TYPE_AREA_TOP = 37  # E.1.2 b
TYPE_AREA_BOTTOM = TYPE_AREA_TOP + 225


@dataclass(frozen=True)
class Glyph:
    text: str
    face: str
    size: float
    colour: tuple[float, ...]
    left: float
    right: float
    top: float
    bottom: float

    @property
    def is_stamped(self) -> bool:
        """In the face that is used for nothing else."""
        return self.face.endswith(f"+{FAMILY}")


@dataclass(frozen=True)
class Sheet:
    """One page. `body` is what the template has printed; `number` is stamped below, `mark` above it."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    colours: frozenset[tuple[float, ...]]

    @property
    def body(self) -> tuple[Glyph, ...]:
        return tuple(glyph for glyph in self.glyphs if not glyph.is_stamped)

    @property
    def mark(self) -> tuple[Glyph, ...]:
        """The words and the code beside the QR code."""
        return tuple(glyph for glyph in self.glyphs if glyph.is_stamped and glyph.bottom < TYPE_AREA_TOP)

    @property
    def text(self) -> str:
        """The body without blanks, in the order in which it was drawn, which is that of reading."""
        return "".join(glyph.text for glyph in self.body)

    @property
    def number(self) -> tuple[Glyph, ...]:
        below = (glyph for glyph in self.glyphs if glyph.is_stamped and glyph.bottom > TYPE_AREA_BOTTOM + 1)
        return tuple(sorted(below, key=lambda glyph: glyph.left))


@dataclass(frozen=True)
class Paper:
    pdf: bytes
    sheets: tuple[Sheet, ...]

    @property
    def text(self) -> str:
        """All pages as a search would join them."""
        return "".join(sheet.text for sheet in self.sheets)


def read_paper(pdf: bytes) -> Paper:
    with pdfplumber.open(BytesIO(pdf)) as document:
        return Paper(pdf, tuple(_sheet(page) for page in document.pages))


def read_text(pdf: bytes) -> str:
    """All text without blanks, by a reader that is quick and measures nothing.

    It takes a hyphen at the end of a line for one that only separates syllables, and says U+FFFE.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "".join("".join(pages).split()).replace("\ufffe", "-")


def _sheet(page: Any) -> Sheet:
    glyphs = tuple(_glyph(char) for char in page.chars if char["text"].strip())
    drawn = [*page.lines, *page.rects, *page.curves]
    strokes = (_colour(shape["stroking_color"]) for shape in drawn if shape["stroke"])
    fills = (_colour(shape["non_stroking_color"]) for shape in drawn if shape["fill"])
    colours = frozenset([*strokes, *fills, *(glyph.colour for glyph in glyphs)])
    return Sheet(page.width / MM, page.height / MM, glyphs, colours)


def _colour(value: float | Iterable[float]) -> tuple[float, ...]:
    """A single grey is no list for this reader."""
    return tuple(map(float, value)) if isinstance(value, Iterable) else (float(value),)


def _glyph(char: dict[str, Any]) -> Glyph:
    colour = _colour(char["non_stroking_color"])
    places = (char["x0"], char["x1"], char["top"], char["bottom"])
    left, right, top, bottom = (place / MM for place in places)
    return Glyph(char["text"], char["fontname"], char["size"], colour, left, right, top, bottom)
