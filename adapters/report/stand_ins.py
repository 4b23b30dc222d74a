"""Characters above U+FFFF print and read back through private code points.

The renderer draws them but leaves them out of the PDF's table of characters: a name with 𬭚 in it could be
read by people and found by no search. So every face knows each of them by a private code point too, the page
uses that, and the table is put right afterwards.
"""

import re
from collections.abc import Iterable, Mapping

import pikepdf

FIRST, LAST = 0xE000, 0xF8FF  # the private area; nothing else is there (faces.WITHHELD)
BASIC = 0x10000
CODE = re.compile(rb"<(E[0-9A-F]{3}|F[0-8][0-9A-F]{2})>")


def assign_stand_ins(characters: Iterable[int]) -> dict[int, int]:
    """A private code point for each character above U+FFFF, as far as they go."""
    high = sorted(character for character in characters if character >= BASIC)
    return dict(zip(high, range(FIRST, LAST + 1), strict=False))


def put_stand_ins(page: str, stand_ins: Mapping[int, int]) -> str:
    return page.translate(stand_ins)


def take_stand_ins_out(pdf: pikepdf.Pdf, stand_ins: Mapping[int, int]) -> None:
    """Every table of characters says the true ones again."""
    true_codes = {f"{private:04X}".encode(): _utf16(true) for true, private in stand_ins.items()}
    for font in pdf.objects:
        if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
            table = font.ToUnicode.read_bytes()
            font.ToUnicode.write(CODE.sub(lambda code: b"<%s>" % true_codes[code[1]], table))


def _utf16(character: int) -> bytes:
    return chr(character).encode("utf-16-be").hex().upper().encode()
