"""The marshmallow schema of a form: types, lengths, options; nothing unknown, messages in words."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from engine.form_definitions.components import (
    CheckboxField,
    ChoiceField,
    ChoicesField,
    Component,
    DateField,
    Field,
    FileField,
    NumberField,
    OptionField,
    Repetition,
    TextField,
    TimeField,
    keyed,
)
from engine.form_definitions.content_checks import day_of
from engine.form_definitions.words import Language, Word

FIRST_YEAR, LAST_YEAR = 1900, 2199
NUMBER = re.compile(r"-?(0|[1-9]\d{0,11})(\.\d{1,6})?", re.ASCII)
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
TOO_BIG = 10**14
AnyField = fields.Field[Any]
Validator = Callable[[Any], None]


@dataclass(frozen=True)
class Manner:
    """`is_draft`: nothing is required yet. `in_fen`: money comes as integer fen, as in a result."""

    is_draft: bool = False
    in_fen: bool = False
    language: Language = Language.CHINESE

    def fail(self, word: Word, **facts: object) -> ValidationError:
        return ValidationError(word.say(self.language, **facts))


def build_schema(components: Sequence[Component], manner: Manner) -> Schema:
    """Takes what filling.fill made of the input; load() gives plain JSON values or ValidationError."""
    return _schema_class(components, manner)()


def _schema_class(components: Sequence[Component], manner: Manner) -> type[Schema]:
    shown = [part for part in keyed(components) if not (isinstance(part, Field) and part.readonly_from)]
    messages = {
        "unknown": Word.UNKNOWN.say(manner.language),
        "type": Word.NOT_ROW.say(manner.language),
    }
    meta = type("Meta", (), {"unknown": RAISE})
    body: dict[str, Any] = {part.key: _field(part, manner) for part in shown}
    base = type("FormBase", (Schema,), {"Meta": meta, "error_messages": messages})
    return type("FormSchema", (base,), body)


def _field(part: Field | Repetition, manner: Manner) -> AnyField:
    if isinstance(part, Repetition):
        return _list(part, manner)
    options: dict[str, Any] = {
        "allow_none": manner.is_draft or not part.required,
        "error_messages": {"null": _missing(part, manner.language)},
    }
    if isinstance(part, NumberField):
        return NumberValue(part, manner, **options)
    if isinstance(part, TextField):
        return _text(part, manner, options)
    return fields.Raw(validate=VALIDATORS[type(part)](part, manner), **options)


def _missing(part: Field, language: Language) -> str:
    label = part.label.say(language)
    if isinstance(part, CheckboxField):
        return Word.TICK.say(language, label=label)
    if isinstance(part, OptionField):
        return Word.CHOOSE.say(language, label=label)
    word = Word.ENCLOSE if isinstance(part, FileField) else Word.FILL_IN
    return word.say(language, label=label)


def _list(part: Repetition, manner: Manner) -> AnyField:
    few = Word.TOO_FEW.say(manner.language, fewest=part.fewest)
    many = Word.TOO_MANY.say(manner.language, most=part.most)
    checks: list[Validator] = [validate.Length(max=part.most, error=many)]
    if part.fewest and not manner.is_draft:
        checks.append(validate.Length(min=part.fewest, error=few))
    return fields.List(
        fields.Nested(_schema_class(part.components, manner)),
        allow_none=manner.is_draft or not part.fewest,
        validate=checks,
        error_messages={"null": few, "invalid": Word.NOT_LIST.say(manner.language)},
    )


def _text(part: TextField, manner: Manner, options: dict[str, Any]) -> AnyField:
    def is_writable(value: str) -> None:
        if any(_is_odd(letter, part.has_lines) for letter in value):
            raise manner.fail(Word.NOT_PRINTABLE)

    checks: list[Validator] = [
        validate.Length(max=part.longest, error=Word.TOO_LONG.say(manner.language, most=part.longest)),
        is_writable,
    ]
    if not manner.is_draft:
        short = Word.TOO_SHORT.say(manner.language, fewest=part.shortest)
        checks.append(validate.Length(min=part.shortest, error=short))
    messages = {**options["error_messages"], "invalid": Word.NOT_TEXT.say(manner.language)}
    return fields.String(validate=checks, **{**options, "error_messages": messages})


def _is_odd(letter: str, has_lines: bool) -> bool:
    """Controls, half characters, and marks that turn the direction of writing."""
    if letter in "\n\t":
        return not has_lines
    return unicodedata.category(letter) in ("Cc", "Cs", "Cf", "Zl", "Zp") and letter != "\u200d"


def _offered(part: OptionField, manner: Manner) -> Validator:
    def check(value: object) -> None:
        if part.option(value) is None:
            raise manner.fail(Word.NOT_OFFERED)

    return check


def _all_offered(part: OptionField, manner: Manner) -> Validator:
    def check(value: object) -> None:
        if not isinstance(value, list):
            raise manner.fail(Word.NOT_LIST)
        found = [part.option(one) for one in value[: len(part.options) + 1]]
        if None in found:
            raise manner.fail(Word.NOT_OFFERED)
        if len(value) > len(part.options) or len({option.text for option in found if option}) < len(value):
            raise manner.fail(Word.REPEATED)

    return check


def _flag(part: CheckboxField, manner: Manner) -> Validator:
    def check(value: object) -> None:
        if not isinstance(value, bool):
            raise manner.fail(Word.NOT_FLAG)
        if part.required and not value and not manner.is_draft:
            raise manner.fail(Word.TICK, label=part.label.say(manner.language))

    return check


def _digests(part: FileField, manner: Manner) -> Validator:
    def check(value: object) -> None:
        if not isinstance(value, list):
            raise manner.fail(Word.NOT_LIST)
        if len(value) > part.most:
            raise manner.fail(Word.TOO_MANY, most=part.most)
        if any(not isinstance(one, str) or not DIGEST.fullmatch(one) for one in value):
            raise manner.fail(Word.NOT_FILE)
        if len(set(value)) < len(value):
            raise manner.fail(Word.REPEATED)

    return check


def _day(_: DateField, manner: Manner) -> Validator:
    def check(value: object) -> None:
        day = day_of(value)
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise manner.fail(Word.NOT_DATE)

    return check


def _time(_: TimeField, manner: Manner) -> Validator:
    def check(value: object) -> None:
        if not isinstance(value, str) or not TIME.fullmatch(value):
            raise manner.fail(Word.NOT_TIME)

    return check


VALIDATORS: Mapping[type[Field], Callable[[Any, Manner], Validator]] = {
    ChoiceField: _offered,
    ChoicesField: _all_offered,
    CheckboxField: _flag,
    FileField: _digests,
    DateField: _day,
    TimeField: _time,
}


class NumberValue(fields.Field[int | str]):
    """Whole numbers are int, others stay decimal text, money becomes int fen. A float never passes."""

    def __init__(self, part: NumberField, manner: Manner, **options: Any) -> None:
        super().__init__(**options)
        self.part = part
        self.manner = manner

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int | str:
        number = self._number(value)
        if self.part.least is not None and number < self.part.least:
            raise self.manner.fail(Word.TOO_SMALL, least=self.part.least)
        if self.part.greatest is not None and number > self.part.greatest:
            raise self.manner.fail(Word.TOO_LARGE, greatest=self.part.greatest)
        if self.part.is_money:
            return int(number * 100)
        return str(number) if self.part.digits else int(number)

    def _number(self, value: object) -> Decimal:
        """A JSON number in yuan is refused: it may have been a float before."""
        takes_fen = self.part.is_money and self.manner.in_fen
        if isinstance(value, str) and not takes_fen and NUMBER.fullmatch(value):
            return self._with_digits(value)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or self.part.is_money != takes_fen or abs(cast(int, value)) >= TOO_BIG:
            raise self.manner.fail(Word.NOT_NUMBER)
        return Decimal(cast(int, value)) / (100 if takes_fen else 1)

    def _with_digits(self, text: str) -> Decimal:
        if len(text.partition(".")[2]) > self.part.digits:
            word = Word.TOO_PRECISE if self.part.digits else Word.NOT_WHOLE
            raise self.manner.fail(word, digits=self.part.digits)
        return Decimal(text)
