"""What the linter says about a file, and the vocabulary it is told to expect."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Finding:
    """One thing that must be changed before a diagram may run; all texts are for its designer."""

    file: str
    element_id: str
    rule: str
    message: str
    remedy: str


@dataclass(frozen=True)
class Fault:
    """What a rule yields; the linter adds file and rule."""

    element_id: str
    message: str
    remedy: str


Faults: TypeAlias = Iterator[Fault]


@dataclass(frozen=True)
class Vocabulary:
    """The names the platform knows; None means not checked."""

    lanes: frozenset[str] | None = None
    forms: frozenset[str] | None = None
    operations: frozenset[str] | None = None
    decisions: frozenset[str] | None = None
    papers: frozenset[str] | None = None
