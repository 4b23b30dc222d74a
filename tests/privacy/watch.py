"""What the watch over the suite has seen: in which place a mark stood and of which kind, never the mark."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.privacy.marks import Kind, kinds_shown


@dataclass(frozen=True, order=True)
class Trace:
    place: str
    kind: Kind


@dataclass
class Watch:
    """One for the whole process; what is found belongs to the test that runs."""

    found: set[Trace] = field(default_factory=set)
    databases: set[Path] = field(default_factory=set)
    folders: set[Path] = field(default_factory=set)
    figures: list[object] = field(default_factory=list)

    def look(self, place: str, *values: object) -> None:
        self.found.update(Trace(place, kind) for kind in kinds_shown(*values))

    def add(self, traces: Iterable[Trace]) -> None:
        self.found.update(traces)

    def take(self) -> list[Trace]:
        """What was found since it was last asked."""
        found, self.found = self.found, set()
        return sorted(found)


WATCH = Watch()
