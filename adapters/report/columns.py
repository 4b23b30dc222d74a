"""How wide the columns of a grid are: numbers and dates stay on one line, names and addresses may wrap."""

import re
from math import ceil

TABLE_WIDTH = 36.8  # ems of the body in the 156 mm of the type area
PADDING = 0.7
NARROWEST, WIDEST = 2.0, 16.0
SHORT_LABEL = 4  # characters
RIGID = 12.0  # an account number at most; nothing longer is kept on one line
STEP = 0.25
HALF, CAPITAL = 11 / 21, 15 / 21  # of an ideograph: digits and small letters; the X of an id number is wider
AMOUNT = re.compile(r"-?[\d,]+\.\d+|—")


def measure(text: str) -> float:
    """Its length in ems, in whole pixels."""
    return sum(map(_width, text))


def _width(character: str) -> float:
    if ord(character) >= 0x2000:
        return 1.0
    return CAPITAL if character.isupper() else HALF


def share_width(labels: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> tuple[float, ...]:
    """Ems for each column, together the width of the table."""
    columns = [[row[place] for row in rows] for place in range(len(labels))]
    wanted = [_wanted(label, cells) for label, cells in zip(labels, columns, strict=True)]
    wraps = [any(_may_wrap(cell) for cell in cells) for cells in columns]
    cap = max(wanted)
    while sum(_capped(wanted, wraps, cap)) > TABLE_WIDTH and cap > NARROWEST:
        cap -= STEP
    fitted = _capped(wanted, wraps, cap)
    return tuple(width * TABLE_WIDTH / sum(fitted) for width in fitted)


def count_lines(row: tuple[str, ...], widths: tuple[float, ...]) -> int:
    """About how many lines a row takes."""
    cells = zip(row, widths, strict=True)
    return max(1, *(ceil(measure(cell) / max(width - PADDING, 1)) for cell, width in cells))


def align(rows: tuple[tuple[str, ...], ...], widths: tuple[float, ...]) -> tuple[str, ...]:
    """Amounts stand at the right, what wraps begins at the left, the rest is in the middle."""
    columns = zip(widths, zip(*rows, strict=True), strict=True)
    return tuple(_align(cells, width) for width, cells in columns)


def _align(cells: tuple[str, ...], width: float) -> str:
    if all(AMOUNT.fullmatch(cell) for cell in cells):
        return "right"
    wraps = any(measure(cell) > width - PADDING for cell in cells)
    return "left" if wraps else "middle"


def _wanted(label: str, cells: list[str]) -> float:
    """Its longest cell on one line, or its label on two if it is not a short one."""
    head = measure(label) if len(label) <= SHORT_LABEL else ceil(measure(label) / 2)
    longest = max([NARROWEST, head, *(measure(cell) for cell in cells)])
    return min(longest, WIDEST) + PADDING


def _may_wrap(cell: str) -> bool:
    return not cell.isascii() or measure(cell) > RIGID


def _capped(wanted: list[float], wraps: list[bool], cap: float) -> list[float]:
    """Columns that may wrap give way first."""
    return [min(width, cap) if may_wrap else width for width, may_wrap in zip(wanted, wraps, strict=True)]
