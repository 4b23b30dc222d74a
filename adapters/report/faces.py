"""One face of the font folder: copied under a family name of its own, without what it must not print."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont

# Characters that share a glyph with a common one and would come out of the PDF in its place: controls for
# the blank, radicals for ideographs (玄 as U+2F5E). Private code points look different in every face.
CONTROLS = (range(0x20), range(0x7F, 0xA0))
RADICALS = (range(0x2E80, 0x2FE0),)
PRIVATE = (range(0xE000, 0xF900), range(0xF0000, 0x110000))
WITHHELD = (*CONTROLS, *RADICALS, *PRIVATE)
VARIANTS = 14  # the format of a table that lists variants of characters, not characters


@dataclass(frozen=True)
class Face:
    """Where a face comes from, and the family under which the template asks for it."""

    file: Path
    family: str
    index: int = 0  # its place in a collection

    @property
    def suffix(self) -> str:
        return ".ttf" if self.file.suffix.lower() == ".ttf" else ".otf"


def open_face(face: Face) -> TTFont:
    """Outlines are neither read nor measured again, which is what makes building quick."""
    return TTFont(face.file, fontNumber=face.index, lazy=True, recalcBBoxes=False, recalcTimestamp=False)


def read_characters(face: Face) -> set[int]:
    with open_face(face) as font:
        return {code for code in font.getBestCmap() if not _is_withheld(code)}


def build_face(face: Face, target: Path, stand_ins: Mapping[int, int]) -> str:
    """Copy one face under its own family name and return its PostScript name.

    Two faces of one family would be mixed up, and a synthetic bold would print every character twice.
    """
    with open_face(face) as font:
        own = {stand_ins[code]: glyph for code, glyph in font.getBestCmap().items() if code in stand_ins}
        for table in font["cmap"].tables:
            if table.format != VARIANTS:
                kept = {code: glyph for code, glyph in table.cmap.items() if not _is_withheld(code)}
                table.cmap = kept | own if table.isUnicode() else kept
        _rename(font, face.family)
        font.save(target, reorderTables=None)
        return str(font["name"].getDebugName(6))


def _rename(font: TTFont, family: str) -> None:
    names = font["name"]
    for name_id in (16, 17, 21, 22):
        names.removeNames(nameID=name_id)
    for record in list(names.names):
        if record.nameID in (1, 2, 4):
            names.removeNames(record.nameID, record.platformID, record.platEncID, record.langID)
    for name_id, text in ((1, family), (2, "Regular"), (4, family)):
        names.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 400
    font["OS/2"].fsSelection = 0x40
    font["head"].macStyle = 0


def _is_withheld(code: int) -> bool:
    return any(code in held for held in WITHHELD)
