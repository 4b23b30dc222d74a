"""Stamps on a laid-out report: watermark, QR code, seals, signature (MZ/T 072-2016 E.2, E.3)."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf

from adapters.report.check_mark import draw_check_mark
from adapters.report.drawing import Drawing
from adapters.report.fonts import FontSet
from adapters.report.layout import (
    BODY_PIXELS,
    BODY_SIZE,
    HEIGHT,
    LEFT,
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TOP,
    PrintedFile,
)
from adapters.report.seal import DIAMETER, Seal, picture_form, read_picture
from adapters.report.watermark import watermark_form
from engine.domain.report import ReportContent
from engine.ports import CheckMark, PermanentFailure

PLACE_OF_SEAL = "（盖章）"
PLACE_OF_SIGNATURE = "（签字）"
POINT = BODY_SIZE / BODY_PIXELS  # of a pixel
BLOCK_MIDDLE = 300 + (773 - 300) / 2  # pixels: the block of the signature as the template places it
FOOT = (HEIGHT - DIAMETER / 2) / POINT  # pixels down: where a seal ends with the type area
SIGNATURE_HEIGHT, SIGNATURE_WIDTH = 11 * MM, 30 * MM
STRADDLING_FROM = 3  # pages: 全文超过两页
STRADDLE_MIDDLE = PAGE_HEIGHT / 2
THINNEST_SLICE = 1 * MM  # thinner ones nobody could compare: then another seal begins
CLEARANCE = DIAMETER / 2 + 2 * MM  # between the middle of a seal and the edges of the page


@dataclass(frozen=True)
class Stamps:
    """What a site stamps with. `handler` is the picture of a signature; without one there is room for ink."""

    seal: Path | None = None
    handler: Path | None = None


def stamp_report(
    paper: PrintedFile, content: ReportContent, mark: CheckMark, stamps: Stamps, fonts: FontSet
) -> None:
    """Raises PermanentFailure("seal_place_missing") when the template has no place for a seal."""
    pdf, last = paper.pdf, paper.pages - 1
    seal = Seal(content.verification_unit, fonts.song_face, stamps.seal).form(pdf)
    watermark = watermark_form(pdf, content.addressee, fonts.body_face, fonts.song_face)
    for page in range(paper.pages):
        paper.place(page, Drawing("Watermark", watermark, is_behind=True))
    with pikepdf.open(BytesIO(draw_check_mark(mark, fonts.number_face))) as drawn:
        paper.place(0, Drawing("CheckMark", pdf.copy_foreign(drawn.pages[0].as_form_xobject())))
    if stamps.handler is not None:
        _sign(paper, stamps.handler)
    for page in sorted({0, _signed_page(paper), last}):
        paper.place(page, Drawing("Seal", seal, _place_of_seal(paper, page)))
    if paper.pages >= STRADDLING_FROM:
        _straddle(paper, seal)


def stamp_sheet(paper: PrintedFile, seal: Seal) -> None:
    """A notice: its seal where it says so, on whatever page that is."""
    for page in range(paper.pages):
        if paper.text(page).found(PLACE_OF_SEAL):
            paper.place(page, Drawing("Seal", seal.form(paper.pdf), _place_of_seal(paper, page)))


def _signed_page(paper: PrintedFile) -> int:
    """The first one, unless the results are so many that the signature goes over to the next."""
    for page in range(paper.pages - 1):
        if paper.text(page).found(PLACE_OF_SEAL):
            return page
    return paper.pages - 1


def _place_of_seal(paper: PrintedFile, page: int) -> tuple[float, float]:
    """The middle of the seal: over the name of the unit and the date below it (骑年盖月). A first page that
    the signature has no room on bears its seal at the foot (E.3)."""
    places = paper.text(page).found(PLACE_OF_SEAL)
    if not places and page == 0 and paper.pages > 1:
        return _point(BLOCK_MIDDLE, FOOT)
    if not places:
        raise PermanentFailure("seal_place_missing")
    x, y = _point(BLOCK_MIDDLE, places[-1].down)
    return x, min(max(y - 0.4 * BODY_SIZE, CLEARANCE), PAGE_HEIGHT - CLEARANCE)


def _sign(paper: PrintedFile, picture: Path) -> None:
    """Just before （签字）."""
    page = _signed_page(paper)
    places = paper.text(page).found(PLACE_OF_SIGNATURE)
    if not places:
        return
    x, y = _point(places[-1].across, places[-1].down)
    size = read_picture(picture)
    height = min(SIGNATURE_HEIGHT, SIGNATURE_WIDTH * size.height / size.width)
    width = height * size.width / size.height
    form = picture_form(paper.pdf, picture)
    lower = y + 0.35 * BODY_SIZE - height / 2
    paper.place(page, Drawing("Signature", form, (x - width - MM, lower), (width, height)))


def _straddle(paper: PrintedFile, seal: pikepdf.Object) -> None:
    """骑缝章: each page bears a slice at its right edge, and the slices side by side are one seal."""
    most = int(DIAMETER / THINNEST_SLICE)
    groups = -(-paper.pages // most)
    for group in range(groups):
        pages = range(group * paper.pages // groups, (group + 1) * paper.pages // groups)
        width = DIAMETER / len(pages)
        for place, page in enumerate(pages):
            left = PAGE_WIDTH - width  # of the slice; the whole seal begins `place` slices further left
            origin = (left - place * width + DIAMETER / 2, STRADDLE_MIDDLE)
            window = (left, STRADDLE_MIDDLE - DIAMETER / 2 - 1, width, DIAMETER + 2)
            paper.place(page, Drawing("Straddle", seal, origin, window=window))


def _point(across: float, down: float) -> tuple[float, float]:
    """From pixels in the type area to points on the page."""
    return LEFT + across * POINT, PAGE_HEIGHT - TOP - down * POINT
