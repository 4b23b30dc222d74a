"""共*页: the report says how long it is, which is known only when it has been printed."""

import re

from adapters.report.printed_text import Faces, PrintedText

SENTENCE = re.compile(r"共(\d+)页，一式")


def places_of_count(text: PrintedText, guessed: int) -> list[int]:
    """Where the first digit of what was guessed stands. A value may read like the sentence."""
    said = SENTENCE.finditer(text.text)
    return [sentence.start(1) for sentence in said if sentence[1] == str(guessed)]


def write_count(content: bytes, text: PrintedText, faces: Faces, place: int, pages: int) -> bytes | None:
    """The content stream with the true count in place of a guess of as many digits.

    None when a digit that nothing else on the paper uses is not in the file.
    """
    patched = bytearray(content)
    for glyph, digit in zip(text.glyphs[place:], str(pages), strict=False):
        code = next((code for code, known in faces[glyph.face].items() if known == digit), None)
        if code is None:
            return None
        patched[glyph.offset : glyph.offset + 4] = b"%04X" % code
    return bytes(patched)
