"""The watermark (电子水印, MZ/T 072-2016 E.2): for whom a paper is, slanting behind the text, as outlines."""

from functools import lru_cache
from math import cos, pi, sin
from pathlib import Path

import pikepdf

from adapters.report.outlines import outlines

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
GREY, SIZE, SLANT = 0.905, 22.0, pi / 6
LINES = (0.22, 0.5, 0.78)  # of the height of the page
LONGEST = 0.82  # of the width of the page on the slant


def watermark_form(pdf: pikepdf.Pdf, recipient: str, *faces: Path) -> pikepdf.Object:
    form = pdf.make_stream(_drawn(f"仅供{recipient}使用", *faces))
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = pikepdf.Array([0, 0, round(PAGE_WIDTH, 3), round(PAGE_HEIGHT, 3)])
    return form


@lru_cache(maxsize=64)
def _drawn(words: str, *faces: Path) -> bytes:
    letters = list(outlines(words, *faces))
    length = sum(letter.width for letter in letters)
    size = min(SIZE, PAGE_WIDTH * LONGEST / cos(SLANT) / max(length, 1))
    parts = [f"q {GREY} g"]
    for height in LINES:
        turn = f"{cos(SLANT):.5f} {sin(SLANT):.5f} {-sin(SLANT):.5f} {cos(SLANT):.5f}"
        parts.append(f"q {turn} {PAGE_WIDTH / 2:.3f} {PAGE_HEIGHT * height:.3f} cm")
        across = -length * size / 2
        for letter in letters:
            parts.append(f"q {size:.3f} 0 0 {size:.3f} {across:.3f} 0 cm\n{letter.path}\nf Q")
            across += letter.width * size
        parts.append("Q")
    return "\n".join([*parts, "Q"]).encode()
