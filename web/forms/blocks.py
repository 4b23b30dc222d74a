"""What the templates of a form draw: every text, name and id is already decided here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from engine.form_definitions.words import Language


@dataclass(frozen=True)
class Choice:
    id: str
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class Control:
    """One field. `look` is the macro that draws it; `hints` stand between label and input."""

    look: str
    id: str
    name: str
    label: str
    hints: tuple[str, ...] = ()
    is_optional: bool = False
    applies: bool = True
    error: str | None = None
    text: str = field(default="", repr=False)
    choices: tuple[Choice, ...] = ()
    takes_several: bool = False
    beside: str | None = None
    has_unit: bool = False  # what stands beside is a unit, not an example
    is_short: bool = False
    input_mode: str | None = None
    autocomplete: str | None = None
    has_focus: bool = False
    redraws: bool = False  # what is chosen here changes what else is asked

    @property
    def described_by(self) -> str:
        """The ids of hints, error and unit, as aria-describedby wants them."""
        ids = [f"{self.id}-hint-{number}" for number in range(1, len(self.hints) + 1)]
        ids += [f"{self.id}-error"] if self.error else []
        return " ".join([*ids, f"{self.id}-beside"] if self.beside else ids)

    @property
    def target(self) -> str:
        """Where a link of the error summary leads."""
        return self.choices[0].id if self.choices and self.look in ("radios", "ticks") else self.id


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    text: str
    is_heading: bool


@dataclass(frozen=True, kw_only=True)
class Reading:
    paragraphs: tuple[Paragraph, ...]
    hints: tuple[str, ...]
    applies: bool
    look: ClassVar[str] = "reading"


@dataclass(frozen=True, kw_only=True)
class Rule:
    look: str  # separator or spacer


@dataclass(frozen=True, kw_only=True)
class Section:
    id: str
    label: str
    hints: tuple[str, ...]
    applies: bool
    parts: Sequence["Block"]
    look: ClassVar[str] = "section"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`name` is posted empty, so that a row of unticked boxes is still a row."""

    name: str
    label: str
    delete_label: str
    parts: Sequence["Block"]


@dataclass(frozen=True, kw_only=True)
class Rows:
    id: str
    name: str
    label: str
    hints: tuple[str, ...]
    applies: bool
    error: str | None
    rows: tuple[Row, ...]
    add_label: str | None
    empty_text: str
    is_optional: bool
    look: ClassVar[str] = "rows"

    @property
    def described_by(self) -> str:
        ids = [f"{self.id}-hint-{number}" for number in range(1, len(self.hints) + 1)]
        return " ".join([*ids, f"{self.id}-error"] if self.error else ids)


Block = Control | Reading | Rule | Section | Rows


@dataclass(frozen=True)
class ErrorLink:
    target: str | None
    text: str


@dataclass(frozen=True)
class FormPage:
    """`words` are the texts the templates themselves need, by name."""

    key: str
    title: str
    parts: tuple[Block, ...]
    error_title: str
    errors: tuple[ErrorLink, ...]
    language: Language
    optional_mark: str
    choose_text: str
    default_text: str
    yes_text: str
    no_text: str
    nothing_text: str
    redraw_at: str
