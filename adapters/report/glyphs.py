"""Refuses to print what no font can draw: an empty box in a name is worse than no report."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.domain.report import ReportContent
from engine.ports import PermanentFailure

BLANKS = frozenset(map(ord, " \n\r\t"))


def check_glyphs(content: ReportContent, characters: frozenset[int]) -> None:
    """Raises PermanentFailure("glyph_missing:U+…") for the first character outside all faces."""
    check_text("".join(_texts(content)), characters)


def check_text(text: str, characters: frozenset[int]) -> None:
    """The same of a text."""
    used = {ord(character) for character in text}
    missing = min(used - characters - BLANKS, default=None)
    if missing is not None:
        raise PermanentFailure(f"glyph_missing:U+{missing:04X}")


def _texts(value: object) -> Iterator[str]:
    """Every text inside, at any depth; dates and numbers print in ASCII and common words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
