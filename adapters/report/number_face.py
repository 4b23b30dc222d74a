"""A tiny face for what is stamped on: page numbers and check codes, in outlines an overlay embeds."""

from pathlib import Path
from threading import Lock

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

CHARACTERS = "0123456789—ABCDEFGHIJKLMNOPQRSTUVWXYZ验真码"
FAMILY = "HeduiPageNumber"
ONE_DRAWS = Lock()  # the library keeps faces by name for everybody, and in each what was drawn with it
TOLERANCE = 0.5  # units of the em, the error of turning cubic into quadratic outlines


def build_number_face(body: TTFont, target: Path) -> None:
    """The overlay takes TrueType outlines only; forty glyphs are quickly redrawn."""
    source, cmap = body.getGlyphSet(), body.getBestCmap()
    chosen = {character: cmap[ord(character)] for character in CHARACTERS}
    names = [".notdef", *chosen.values()]
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    for name in chosen.values():
        pen = TTGlyphPen(None)
        source[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction="CFF " in body))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(body["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(character): name for character, name in chosen.items()})
    builder.setupGlyf(glyphs)
    widths = {name: source[name].width for name in chosen.values()}
    builder.setupHorizontalMetrics({name: (int(widths.get(name, 0)), _left(glyphs[name])) for name in names})
    builder.setupHorizontalHeader(ascent=body["hhea"].ascent, descent=body["hhea"].descent)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": FAMILY})
    builder.setupOS2()
    builder.setupPost()
    builder.font.recalcTimestamp = False  # the same inputs give the same bytes
    builder.font["head"].created = builder.font["head"].modified = body["head"].modified
    builder.save(target)


def _left(glyph: object) -> int:
    return int(getattr(glyph, "xMin", 0))
