"""Words as outlines: drawn on paper, no text that a search or a copy would find among that of the report."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from threading import Lock

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

ONE_READS = Lock()


@dataclass(frozen=True)
class Outline:
    """One character in units of one em, its origin at the left of the base line: operators of a PDF path."""

    path: str
    width: float


class _PathPen(BasePen):  # type: ignore[misc]  # fontTools has no types
    def __init__(self, glyphs: object, em: int) -> None:
        super().__init__(glyphs)
        self.operators: list[str] = []
        self._em = em

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools calls it so
        self._write("m", point)

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802
        self._write("l", point)

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._write("c", *points)

    def _closePath(self) -> None:  # noqa: N802
        self.operators.append("h")

    def _write(self, operator: str, *points: tuple[float, float]) -> None:
        places = " ".join(f"{x / self._em:.4f} {y / self._em:.4f}" for x, y in points)
        self.operators.append(f"{places} {operator}")


def outlines(words: str, *faces: Path) -> Iterator[Outline]:
    """Each character in the first face that has it; one that none of them has is left out."""
    for character in words:
        found = (_outline(face, character) for face in faces)
        yield from islice((outline for outline in found if outline is not None), 1)


@lru_cache(maxsize=4_096)
def _outline(face: Path, character: str) -> Outline | None:
    """A face is read piece by piece as it is asked: two threads at once would find half of one."""
    with ONE_READS:
        font = _opened(face)
        name, em = font.getBestCmap().get(ord(character)), font["head"].unitsPerEm
        if name is None:
            return None
        glyphs = font.getGlyphSet()
        pen = _PathPen(glyphs, em)
        glyphs[name].draw(pen)
        return Outline("\n".join(pen.operators), glyphs[name].width / em)


@lru_cache(maxsize=16)
def _opened(face: Path) -> TTFont:
    return TTFont(face, lazy=True)
