"""A form as the platform uses it: checked input, decisions for the process, a description for the API."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from marshmallow import Schema, ValidationError

from engine.form_definitions.components import (
    Component,
    DateField,
    Field,
    FileField,
    Repetition,
    keyed,
)
from engine.form_definitions.conditions import Scopes, holds
from engine.form_definitions.content_checks import day_of, fault_in
from engine.form_definitions.errors import FieldProblem
from engine.form_definitions.filling import fill
from engine.form_definitions.schema import Manner, build_schema
from engine.form_definitions.words import Language, Word, Words

DAY_UNKNOWN = date.max


@dataclass(frozen=True)
class Circumstances:
    """What an answer is held against: the day, and the digests of the files uploaded for this task."""

    today: date
    documents: frozenset[str] = frozenset()
    language: Language = Language.CHINESE
    is_draft: bool = False


@dataclass(frozen=True)
class Checked:
    """Plain JSON values, dates as text and money as integer fen; complete only when nothing is wrong."""

    values: Mapping[str, object] = field(repr=False)
    problems: tuple[FieldProblem, ...]


@dataclass(frozen=True)
class FormDefinition:
    key: str
    title: Words
    version: str
    components: tuple[Component, ...]
    source: bytes = field(default=b"", repr=False, compare=False)  # its file, for the archive
    _schemas: dict[Manner, Schema] = field(default_factory=dict, repr=False, compare=False)

    @property
    def decisions(self) -> tuple[str, ...]:
        """The keys that go on into the process."""
        return tuple(part.key for part in keyed(self.components) if isinstance(part, Field) and part.decision)

    def check(self, values: Mapping[str, object], circumstances: Circumstances) -> Checked:
        """What people or units filled in, money as text in yuan. Never raises."""
        manner = Manner(circumstances.is_draft, False, circumstances.language)
        filled = fill(self.components, values)
        loaded, wrong = self._load(filled, manner)
        later = _Contents(circumstances).problems(self.components, filled, ())
        named = {problem.field for problem in wrong}
        wrong.extend(problem for problem in later if problem.field not in named)
        return Checked(loaded, self._in_order(wrong))

    def problems_in(self, result: Mapping[str, object]) -> tuple[FieldProblem, ...]:
        """What is wrong in values that check() has given, or in a hand-made result of the same shape."""
        filled = fill(self.components, result, in_fen=True)
        return self._in_order(self._load(filled, Manner(in_fen=True))[1])

    def decisions_in(self, result: Mapping[str, object]) -> dict[str, object]:
        """Each decision of the form; None for one that is hidden or was left open."""
        filled = fill(self.components, result, in_fen=True)
        return {key: filled.get(key) for key in self.decisions}

    def _load(
        self, filled: Mapping[str, object], manner: Manner
    ) -> tuple[dict[str, object], list[FieldProblem]]:
        schema = self._schemas.get(manner)
        if schema is None:
            schema = self._schemas[manner] = build_schema(self.components, manner)
        try:
            return dict(schema.load(filled)), []
        except ValidationError as error:
            unknown = Word.UNKNOWN.say(manner.language)
            return {}, list(_problems(error.messages, "", unknown))

    def _in_order(self, problems: Sequence[FieldProblem]) -> tuple[FieldProblem, ...]:
        """As on the page, so that the summary can be worked through from the top."""
        order = list(_keys(self.components))
        return tuple(sorted(problems, key=lambda problem: _position(problem.field, order)))


class _Contents:
    """Named checks, dates against each other, files against what was uploaded."""

    def __init__(self, circumstances: Circumstances) -> None:
        self.circumstances = circumstances

    def problems(
        self, components: Sequence[Component], values: Mapping[str, object], outer: Scopes, path: str = ""
    ) -> Iterator[FieldProblem]:
        scopes = (values, *outer)
        for part in keyed(components):
            value = values.get(part.key)
            if isinstance(part, Repetition):
                rows = value if isinstance(value, list) else []
                for number, row in enumerate(rows[: part.most]):
                    if isinstance(row, Mapping):
                        yield from self.problems(part.components, row, scopes, f"{path}{part.key}.{number}.")
            elif (reason := self._reason(part, value, scopes)) is not None:
                yield FieldProblem("invalid", f"{path}{part.key}", reason)

    def _reason(self, part: Field, value: object, scopes: Scopes) -> str | None:
        language = self.circumstances.language
        if isinstance(part, FileField) and isinstance(value, list):
            is_ours = all(isinstance(one, str) and one in self.circumstances.documents for one in value)
            return None if is_ours else Word.NOT_FILE.say(language)
        if not isinstance(value, str) or (part.check_if is not None and not holds(part.check_if, scopes)):
            return None
        word = fault_in(part.check, value, self.circumstances.today) if part.check is not None else None
        if word is not None:
            return word.say(language)
        return self._order_of_days(part, value, scopes)

    def _order_of_days(self, part: Field, value: str, scopes: Scopes) -> str | None:
        if not isinstance(part, DateField) or part.not_before is None:
            return None
        day, other = day_of(value), day_of(scopes[0].get(part.not_before))
        if day is None or other is None or day >= other:
            return None
        return Word.BEFORE_OTHER.say(self.circumstances.language, label=other)


def _problems(messages: object, path: str, unknown: str) -> Iterator[FieldProblem]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _problems(
                inner, path if key == "_schema" else f"{path}.{_shown(key)}".strip("."), unknown
            )
        return
    for text in messages if isinstance(messages, list) else [messages]:
        yield FieldProblem("unknown" if text == unknown else "invalid", path, str(text))


def _shown(key: object) -> str:
    """A made-up key may be anything, a name too: only what looks like a key is said back."""
    text = str(key)
    return text if len(text) <= 40 and text.isascii() and text.replace("_", "").isalnum() else "?"


def _keys(components: Sequence[Component]) -> Iterator[str]:
    for part in keyed(components):
        yield part.key
        if isinstance(part, Repetition):
            yield from (f"{part.key}.{key}" for key in _keys(part.components))


def _position(path: str, order: Sequence[str]) -> tuple[int, int, int]:
    """List, row, field; what the form does not know comes last."""
    parts = path.split(".")
    first = order.index(parts[0]) if parts[0] in order else len(order)
    row = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else -1
    inner = f"{parts[0]}.{parts[2]}" if len(parts) > 2 else ""
    return first, row, order.index(inner) if inner in order else -1
