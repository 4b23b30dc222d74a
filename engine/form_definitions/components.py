"""The parts of a form as frozen values: what the page shows, the schema checks and the API describes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine.form_definitions.conditions import Condition
from engine.form_definitions.words import Words

OptionValue = str | int | bool


class Check(StrEnum):
    """Named checks of a field's content (properties.check)."""

    CN_ID = "cn_id"
    USCC = "uscc"
    PHONE = "phone"
    REGION = "region"
    POSTCODE = "postcode"
    EMAIL = "email"
    REPORT_NUMBER = "report_number"
    MONTH = "month"
    DATE_NOT_FUTURE = "date_not_future"
    DATE_NOT_PAST = "date_not_past"


@dataclass(frozen=True)
class Option:
    value: OptionValue
    label: Words

    @property
    def text(self) -> str:
        """The value as a page posts it."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value)


@dataclass(frozen=True, kw_only=True)
class Component:
    id: str
    hidden_when: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Paragraphs(Component):
    """Text to read; `# ` begins a heading."""

    words: Words


@dataclass(frozen=True, kw_only=True)
class Separator(Component):
    pass


@dataclass(frozen=True, kw_only=True)
class Spacer(Component):
    pass


@dataclass(frozen=True, kw_only=True)
class Group(Component):
    """Fields under one legend; adds no level to the data."""

    label: Words
    hint: Words | None
    components: tuple[Component, ...]


@dataclass(frozen=True, kw_only=True)
class Keyed(Component):
    """Whatever holds data under a key."""

    key: str
    label: Words
    hint: Words | None = None


@dataclass(frozen=True, kw_only=True)
class Repetition(Keyed):
    """A list of rows, each with the same fields (dynamiclist)."""

    components: tuple[Component, ...]
    fewest: int
    most: int
    shown_at_first: int


@dataclass(frozen=True, kw_only=True)
class Field(Keyed):
    """`decision`: goes on into the process. `readonly_from`: shown from the case, never posted."""

    required: bool = False
    check: Check | None = None
    check_if: Condition | None = None
    sensitive: bool = False
    readonly_from: str | None = None
    autocomplete: str | None = None
    decision: bool = False
    default: OptionValue | None = None


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    shortest: int
    longest: int
    has_lines: bool


@dataclass(frozen=True, kw_only=True)
class NumberField(Field):
    """`is_money`: people write yuan, the result is integer fen; limits are in yuan."""

    least: Decimal | None
    greatest: Decimal | None
    digits: int
    is_money: bool
    unit: Words | None


@dataclass(frozen=True, kw_only=True)
class OptionField(Field):
    """`code_list` names where the options come from; without the list there are none, so nothing passes."""

    options: tuple[Option, ...]
    code_list: str | None

    def option(self, value: object) -> Option | None:
        """True is not 1 here: values must be equal and of the same type."""
        return next((o for o in self.options if type(o.value) is type(value) and o.value == value), None)


@dataclass(frozen=True, kw_only=True)
class ChoiceField(OptionField):
    """One of several: radio or select."""

    has_menu: bool


@dataclass(frozen=True, kw_only=True)
class ChoicesField(OptionField):
    """Any of several: checklist or taglist."""


@dataclass(frozen=True, kw_only=True)
class CheckboxField(Field):
    pass


@dataclass(frozen=True, kw_only=True)
class DateField(Field):
    not_before: str | None  # key of a date beside it


@dataclass(frozen=True, kw_only=True)
class TimeField(Field):
    pass


@dataclass(frozen=True, kw_only=True)
class FileField(Field):
    """Digests of files that were uploaded, cleaned and stored before."""

    most: int
    material_type: str | None


def keyed(components: Sequence[Component]) -> Iterator[Field | Repetition]:
    """Everything that holds data at this level, in the order of the page."""
    for component in components:
        if isinstance(component, Group):
            yield from keyed(component.components)
        elif isinstance(component, Field | Repetition):
            yield component
