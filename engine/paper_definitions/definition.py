"""A paper as its file defines it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

HEADER = re.compile(r"\s*\{#(.*?)#\}", re.DOTALL)
LINE = re.compile(r"^[ \t]*([a-z_]+):[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
YES = "yes"


@dataclass(frozen=True)
class PaperDefinition:
    """`key` is the name of the file without its ending; `source` the text of the template.

    The first comment of the file says what it is: `title`, `title_en`, `mark` (the word in its number) and
    `sealed: yes` when the verification unit puts its seal on it.
    """

    key: str
    source: str = field(repr=False)

    @cached_property
    def header(self) -> Mapping[str, str]:
        found = HEADER.match(self.source)
        return dict(LINE.findall(found.group(1))) if found else {}

    @property
    def title(self) -> str:
        return self.header.get("title", self.key)

    @property
    def title_en(self) -> str:
        return self.header.get("title_en", self.title)

    @property
    def mark(self) -> str:
        return self.header.get("mark", "")

    @property
    def is_sealed(self) -> bool:
        return self.header.get("sealed") == YES
