"""What the renderer has drawn on a page, character by character: where it stands on paper and in the file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pikepdf

# All the renderer ever writes of a text: the matrix of the block, its face, then a step and a glyph in turn.
TOKEN = re.compile(
    rb"(?P<scale>[\d.]+) 0 0 [\d.]+ 0 (?P<down>-?[\d.]+) cm\n"
    rb"|(?P<face>/F\d+) [\d.]+ Tf 1 0 0 -1 0 0 Tm\n"
    rb"|(?P<across>-?[\d.]+) (?P<up>-?[\d.]+) Td <(?P<glyph>[0-9A-F]{4})> Tj"
)
RANGE = re.compile(rb"<([0-9A-F]{4})> <[0-9A-F]{4}> (?:\[([^\]]*)\]|<([0-9A-F]+)>)")
CODE = re.compile(rb"<([0-9A-F]+)>")
Faces = Mapping[str, Mapping[int, str]]  # name in the page's resources -> glyph -> character


@dataclass(frozen=True)
class Glyph:
    """`across` and `down` are pixels from the corner of the type area to where it begins on its base line."""

    character: str
    face: str
    across: float
    down: float
    offset: int  # of its four hexadecimal digits in the content stream


@dataclass(frozen=True)
class PrintedText:
    """The glyphs of a page in the order in which they were drawn, which is that of reading."""

    glyphs: tuple[Glyph, ...]

    @cached_property
    def text(self) -> str:
        return "".join(glyph.character for glyph in self.glyphs)

    def found(self, words: str) -> tuple[Glyph, ...]:
        """The first glyph of every place where these words stand."""
        return tuple(self.glyphs[place.start()] for place in re.finditer(re.escape(words), self.text))


def read_faces(page: pikepdf.Page) -> dict[str, dict[int, str]]:
    return {name: _characters(font.ToUnicode.read_bytes()) for name, font in page.resources.Font.items()}


def read_text(content: bytes, faces: Faces) -> PrintedText:
    return PrintedText(tuple(_glyphs(content, faces)))


def _glyphs(content: bytes, faces: Faces) -> Iterator[Glyph]:
    scale, top, face, across, down = 1.0, 0.0, "", 0.0, 0.0
    for token in TOKEN.finditer(content):
        if token["scale"]:
            scale, top = float(token["scale"]), float(token["down"])
        elif token["face"]:
            face, across, down = token["face"].decode(), 0.0, 0.0
        else:
            across, down = across + float(token["across"]), down - float(token["up"])
            character = faces.get(face, {}).get(int(token["glyph"], 16), "\ufffd")
            yield Glyph(character[:1], face, across, down + top / scale, token.start("glyph"))


def _characters(table: bytes) -> dict[int, str]:
    """A glyph that stands for several characters is read as the first of them."""
    characters: dict[int, str] = {}
    for first, listed, single in RANGE.findall(table):
        codes = CODE.findall(listed) if listed else [single]
        for place, code in enumerate(codes):
            characters[int(first, 16) + place] = bytes.fromhex(code.decode()).decode("utf-16-be", "replace")
    return characters
