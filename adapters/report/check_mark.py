"""The QR code of the first page with the short code beside it (MZ/T 072-2016 E.2): a drawing of its own."""

from io import BytesIO
from pathlib import Path

import segno
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from adapters.report.number_face import FAMILY, ONE_DRAWS
from engine.ports import CheckMark

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
SIDE = 20 * MM
RIGHT, TOP = 184 * MM, 9 * MM  # flush with the type area, in the white above it
WORDS = "验真码"
WORDS_SIZE, CODE_SIZE = 7.5, 8.5
GROUP = 5  # characters of the code that stand together


def draw_check_mark(mark: CheckMark, number_face: Path) -> bytes:
    """A PDF of one page. The same mark gives the same bytes."""
    with ONE_DRAWS:
        return _drawn(mark, number_face)


def _drawn(mark: CheckMark, number_face: Path) -> bytes:
    pdfmetrics.registerFont(TTFont(FAMILY, number_face))
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, initialFontName=FAMILY)
    bottom = PAGE_HEIGHT - TOP - SIDE
    _draw_squares(canvas, mark.address, RIGHT - SIDE, bottom)
    canvas.setFont(FAMILY, WORDS_SIZE)
    canvas.drawRightString(RIGHT - SIDE - 2 * MM, bottom + 5.2 * MM, WORDS)
    canvas.setFont(FAMILY, CODE_SIZE)
    across = RIGHT - SIDE - 2 * MM
    for group in (mark.code[GROUP:], mark.code[:GROUP]):  # from the right
        canvas.drawRightString(across, bottom + 1 * MM, group)
        across -= pdfmetrics.stringWidth(group, FAMILY, CODE_SIZE) + 1.2 * MM
    canvas.showPage()
    canvas.save()
    return drawn.getvalue()


def _draw_squares(canvas: Canvas, address: str, left: float, bottom: float) -> None:
    """Dark squares of a row that touch are one rectangle: a tenth of the size, and no seams."""
    code = segno.make(address, error="m", micro=False)
    rows = list(code.matrix)
    module = SIDE / len(rows)
    path = canvas.beginPath()
    for place, row in enumerate(rows):
        begin = None
        for column, dark in enumerate([*row, 0]):
            if dark and begin is None:
                begin = column
            elif not dark and begin is not None:
                height = bottom + SIDE - (place + 1) * module
                path.rect(left + begin * module, height, (column - begin) * module, module)
                begin = None
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
