"""Read what a browser posts for a form. The form says which names there are; nothing posted is trusted."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.form_definitions import FieldProblem, FormDefinition, Language, Word
from engine.form_definitions.components import (
    Check,
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
from web.forms.masking import kept
from web.forms.paths import joined

MOST_PAIRS, LONGEST_VALUE, MOST_STRANGERS = 5000, 20_000, 20
ROW = re.compile(r"([a-z][a-z0-9_]*)-(0|[1-9]\d{0,3})(?:-([a-z][a-z0-9_]*))?", re.ASCII)
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
ADD, DELETE = "_add", "_del"
COMPACT = frozenset(Check) - {Check.EMAIL, Check.REPORT_NUMBER}
Pairs = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Posted:
    """`changed_list`: a row was added or removed, so the page is shown again and nothing is checked.

    `unseen`: stored sensitive values whose mask came back; they stay masked when the page is shown again.
    """

    values: Mapping[str, object] = field(repr=False)
    problems: tuple[FieldProblem, ...] = ()
    changed_list: str | None = None
    focus: str | None = None
    unseen: frozenset[str] = field(default=frozenset(), repr=False)


def read_posted(
    form: FormDefinition,
    pairs: Iterable[tuple[str, str]],
    stored: Mapping[str, object] | None = None,
    language: Language = Language.CHINESE,
) -> Posted:
    """`stored`: the values the page was drawn from; a mask that comes back unchanged stands for them.

    Names that begin with an underscore are buttons and tokens of the page, not fields.
    """
    by_name: dict[str, list[str]] = {}
    for number, (name, text) in enumerate(pairs):
        if number >= MOST_PAIRS or len(text) > LONGEST_VALUE or len(name) > LONGEST_VALUE:
            return Posted({}, (FieldProblem("too_much", "", Word.TOO_MUCH.say(language)),))
        by_name.setdefault(name, []).append(text)
    reading = _Reading(by_name, stored or {})
    values = reading.level(form.components, "", reading.stored)
    strangers = [name for name in by_name if not name.startswith("_") and name not in reading.known]
    values |= {name: "" for name in strangers[:MOST_STRANGERS] if name not in values}
    return replace(_with_rows_changed(form, values, by_name), unseen=frozenset(reading.unseen))


class _Reading:
    def __init__(self, by_name: Pairs, stored: Mapping[str, object]) -> None:
        self.by_name, self.stored = by_name, stored
        self.known: set[str] = set()
        self.unseen: set[str] = set()

    def level(
        self, components: Sequence[Component], prefix: str, stored: Mapping[str, object]
    ) -> dict[str, object]:
        values: dict[str, object] = {}
        for part in keyed(components):
            name = joined(prefix, part.key)
            if isinstance(part, Repetition):
                values[part.key] = self._rows(part, stored.get(part.key))
            elif part.readonly_from is None:
                self.known.add(name)
                value = self._value(part, self.by_name.get(name, ()))
                if part.sensitive and isinstance(value, str):
                    value = self._kept(part, value, stored.get(part.key))
                values[part.key] = value
        return values

    def _kept(self, part: Field, posted: str, stored: object) -> object:
        value = kept(part, posted, stored)
        if value is not posted:
            self.unseen.add(str(value))
        return value

    def _rows(self, part: Repetition, stored: object) -> list[dict[str, object]]:
        """Posted indexes only say which fields belong together and in which order."""
        names = _names_by_index(part.key, self.by_name)
        rows: list[dict[str, object]] = []
        for index in sorted(names)[: part.most + 1]:
            own = stored[index] if isinstance(stored, list) and index < len(stored) else {}
            self.known.add(f"{part.key}-{index}")
            before = own if isinstance(own, Mapping) else {}
            rows.append(self.level(part.components, f"{part.key}-{index}", before))
        for index in sorted(names)[part.most + 1 :]:  # told as one fault of the list
            self.known.update(names[index])
        return rows

    def _value(self, part: Field, texts: Sequence[str]) -> object:
        if isinstance(part, FileField):
            return [text for text in texts if text]
        if isinstance(part, ChoicesField):
            return [_option(part, text) for text in texts]
        if isinstance(part, CheckboxField) and not texts:
            return False
        if len(texts) > 1:  # no page of ours posts two; the schema refuses a list here
            return list(texts)
        return READERS[type(part)](part, texts[0]) if texts else None


def _names_by_index(key: str, by_name: Pairs) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name in by_name:
        match = ROW.fullmatch(name)
        if match is not None and match[1] == key:
            found.setdefault(int(match[2]), []).append(name)
    return found


def _line(part: TextField, text: str) -> str:
    """Numbers of people are often pasted with blanks or in full width."""
    if part.check in COMPACT:
        narrow = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
        return narrow.upper() if part.check in (Check.CN_ID, Check.USCC) and part.check_if is None else narrow
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _number(_: NumberField, text: str) -> str:
    return re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text))


def _option(part: OptionField, text: str) -> object:
    return next((option.value for option in part.options if option.text == text), text or None)


def _flag(_: CheckboxField, text: str) -> object:
    return {"true": True, "": False}.get(text, text)


def _day(_: DateField, text: str) -> str:
    """Typed dates are taken in the usual spellings: 2026/1/5, 2026年1月5日, 20260105."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    found = DAY.fullmatch(narrow)
    if found is None:
        return narrow
    year, month, day = (part for part in found.groups() if part is not None)
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _clock(_: TimeField, text: str) -> str:
    narrow = unicodedata.normalize("NFKC", text).strip()
    found = CLOCK.fullmatch(narrow)
    return f"{int(found[1]):02d}:{found[2]}" if found else narrow


READERS: Mapping[type[Field], Callable[[Any, str], object]] = {
    TextField: _line,
    NumberField: _number,
    ChoiceField: _option,
    CheckboxField: _flag,
    DateField: _day,
    TimeField: _clock,
}


def _with_rows_changed(form: FormDefinition, values: dict[str, object], by_name: Pairs) -> Posted:
    lists = {part.key: part for part in keyed(form.components) if isinstance(part, Repetition)}
    wanted = by_name.get(ADD, [""])[0]
    if wanted in lists:
        return _added(lists[wanted], values)
    match = ROW.fullmatch(by_name.get(DELETE, [""])[0])
    if match and match[1] in lists and match[3] is None:
        return _deleted(match[1], int(match[2]), values, by_name)
    return Posted(values)


def _added(part: Repetition, values: dict[str, object]) -> Posted:
    rows = values[part.key]
    listed = list(rows) if isinstance(rows, list) else []
    if len(listed) < part.most:
        listed.append({})
    first = next(iter(keyed(part.components)), None)
    focus = f"{part.key}-{len(listed) - 1}-{first.key}" if first is not None else None
    return Posted(values | {part.key: listed}, (), part.key, focus)


def _deleted(key: str, index: int, values: dict[str, object], by_name: Pairs) -> Posted:
    """The index is that of the page; rows were renumbered while reading."""
    indexes = sorted(_names_by_index(key, by_name))
    rows = values[key]
    if isinstance(rows, list) and index in indexes and indexes.index(index) < len(rows):
        place = indexes.index(index)
        values = values | {key: rows[:place] + rows[place + 1 :]}
    return Posted(values, (), key)
