"""共*页: the report says how long it is, which is known only when it has been printed."""

import re

from adapters.report.printed_text import Faces, PrintedText

SENTENCE = re.compile(r"共(\d+)页，一式")


def say_pages(content: bytes, text: PrintedText, faces: Faces, pages: int) -> bytes | None:
    """The content stream of the first page with the true count in place of the one guessed.

    None when that takes another printing: the count has more or fewer digits than the guess, or a digit that
    nothing else on the paper uses is not in the file.
    """
    guessed = SENTENCE.search(text.text)
    wanted = str(pages)
    if guessed is None or len(guessed[1]) != len(wanted):
        return None
    patched = bytearray(content)
    for place, digit in enumerate(wanted, start=guessed.start(1)):
        glyph = text.glyphs[place]
        code = next((code for code, known in faces[glyph.face].items() if known == digit), None)
        if code is None:
            return None
        patched[glyph.offset : glyph.offset + 4] = b"%04X" % code
    return bytes(patched)
