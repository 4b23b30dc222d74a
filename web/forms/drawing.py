"""A form, its values and what is wrong with them, made ready for the templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.domain.uploads import LARGEST_UPLOAD
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
    Group,
    Keyed,
    NumberField,
    OptionField,
    Paragraphs,
    Repetition,
    Separator,
    TextField,
    TimeField,
    keyed,
)
from engine.form_definitions.conditions import Scopes, holds, paths_in
from engine.form_definitions.filling import comparable
from web.forms.blocks import (
    Block,
    Choice,
    Control,
    ErrorLink,
    FormPage,
    Paragraph,
    Reading,
    Row,
    Rows,
    Rule,
    Section,
)
from web.forms.conditions_in_words import shown_when
from web.forms.masking import masked
from web.forms.paths import id_of, joined, path_of

MEGABYTE = 1_000_000
DIGITS = frozenset({Check.POSTCODE, Check.REGION})


@dataclass(frozen=True)
class Showing:
    """How a form is shown. `facts` fill the fields that are read from the case (readonlyFrom).

    `unmasked`: sensitive values in full, for what the same person has just typed or was allowed to see.
    `is_result`: the values are a checked result, whose money is in fen, not what somebody typed.
    `unseen`: sensitive values that stay masked all the same, as they were on the page before.
    `leaves_out`: drop what does not apply instead of saying when it does; for pages that redraw by script.
    """

    language: Language = Language.CHINESE
    problems: tuple[FieldProblem, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)
    file_names: Mapping[str, str] = field(default_factory=dict, repr=False)
    unmasked: bool = False
    unseen: frozenset[str] = field(default=frozenset(), repr=False)
    is_result: bool = False
    leaves_out: bool = False
    focus: str | None = None  # the name of a field in a row that was just added
    redraw_at: str = ""  # where a script gets the parts anew


def draw_form(form: FormDefinition, values: Mapping[str, object], showing: Showing) -> FormPage:
    """`values` as typed: what read_posted gave, or a stored draft of it."""
    parts = _Drawing(showing, frozenset(_deciding(form.components))).parts(
        form.components, values, "", (), {}, applies=True
    )
    language = showing.language
    return FormPage(
        key=form.key,
        title=form.title.say(language),
        parts=tuple(parts),
        error_title=Word.ERRORS.say(language, count=len(showing.problems)) if showing.problems else "",
        errors=tuple(_links(showing.problems, parts)),
        language=language,
        optional_mark=Word.OPTIONAL.say(language),
        choose_text=Word.CHOOSE_ONE.say(language),
        default_text=Word.DEFAULT_BUTTON.say(language),
        yes_text=Word.YES.say(language),
        no_text=Word.NO.say(language),
        nothing_text=Word.NOTHING.say(language),
        redraw_at=showing.redraw_at,
    )


class _Drawing:
    """`deciding`: the keys conditions ask for."""

    def __init__(self, showing: Showing, deciding: frozenset[str]) -> None:
        self.showing, self.deciding = showing, deciding
        self.language = showing.language
        self.reasons: dict[str, str] = {}
        for problem in showing.problems:
            self.reasons.setdefault(problem.field, problem.reason)

    def parts(
        self,
        components: Sequence[Component],
        values: Mapping[str, object],
        prefix: str,
        outer: Scopes,
        known: Mapping[str, Keyed],
        applies: bool,
    ) -> list[Block]:
        return _Level(self, components, values, prefix, outer, known).blocks(components, applies)


class _Level:
    """The form itself, or one row of a list."""

    def __init__(
        self,
        drawing: _Drawing,
        components: Sequence[Component],
        values: Mapping[str, object],
        prefix: str,
        outer: Scopes,
        known: Mapping[str, Keyed],
    ) -> None:
        self.drawing, self.values, self.prefix = drawing, values, prefix
        self.showing, self.language = drawing.showing, drawing.language
        self.known = {**known, **{part.key: part for part in keyed(components)}}
        self.seen: dict[str, object] = dict.fromkeys(part.key for part in keyed(components))
        self.scopes: Scopes = (self.seen, *outer)

    def blocks(self, components: Sequence[Component], applies: bool) -> list[Block]:
        drawn: list[Block] = []
        for component in components:
            here = applies and not (component.hidden_when and holds(component.hidden_when, self.scopes))
            if here or not self.showing.leaves_out:
                drawn.append(self._block(component, here))
        return drawn

    def _block(self, component: Component, applies: bool) -> Block:
        if isinstance(component, Field):
            return self._control(component, applies)
        if isinstance(component, Repetition):
            return self._rows(component, applies)
        if isinstance(component, Group):
            return Section(
                id=id_of(joined(self.prefix, component.id)),
                label=component.label.say(self.language),
                hints=self._hints(component, component.hint.say(self.language) if component.hint else None),
                applies=applies,
                parts=self.blocks(component.components, applies),
            )
        if isinstance(component, Paragraphs):
            return Reading(
                paragraphs=tuple(_paragraphs(component.words.say(self.language))),
                hints=self._hints(component),
                applies=applies,
            )
        return Rule(look="separator" if isinstance(component, Separator) else "spacer")

    def _hints(self, component: Component, *more: str | None) -> tuple[str, ...]:
        """A page that leaves out what does not apply needs not say when it does."""
        when = () if self.showing.leaves_out else shown_when(component, self.known, self.language)
        return (*when, *(text for text in more if text))

    def _control(self, part: Field, applies: bool) -> Control:
        name = joined(self.prefix, part.key)
        look = "shown" if part.readonly_from is not None else _look(part)
        hint = part.hint.say(self.language) if part.hint is not None else None
        value = self.values.get(part.key, part.default)
        if applies and part.readonly_from is None:
            self.seen[part.key] = comparable(part, value, in_fen=self.showing.is_result)
        text = (
            self.showing.facts.get(part.readonly_from, "") if part.readonly_from else self._text(part, value)
        )
        is_seen = self.showing.unmasked and text not in self.showing.unseen
        is_masked = part.sensitive and not is_seen and text != ""
        return Control(
            look=look,
            id=id_of(name),
            name=name,
            label=part.label.say(self.language),
            hints=self._hints(
                part, hint, self._format(part), Word.MASKED.say(self.language) if is_masked else None
            )
            if look != "shown"
            else (),
            is_optional=not part.required and look not in ("shown", "tick"),
            applies=applies,
            error=self.drawing.reasons.get(path_of(name)),
            text=masked(part, text) if is_masked else text,
            choices=tuple(self._choices(part, name, value)),
            takes_several=isinstance(part, FileField) and part.most > 1,
            beside=self._beside(part) if look == "line" else None,
            has_unit=isinstance(part, NumberField) and part.unit is not None,
            is_short=look == "line" and (isinstance(part, DateField | TimeField) or _is_figure(part)),
            input_mode=_input_mode(part),
            autocomplete=part.autocomplete or ("off" if part.sensitive else None),
            has_focus=self.showing.focus is not None and name == self.showing.focus,
            redraws=isinstance(part, FileField) or part.key in self.drawing.deciding,
        )

    def _format(self, part: Field) -> str | None:
        if isinstance(part, FileField):
            return Word.FILE_HINT.say(self.language, most=LARGEST_UPLOAD // MEGABYTE)
        return None

    def _text(self, part: Field, value: object) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if (
            self.showing.is_result
            and isinstance(part, NumberField)
            and part.is_money
            and isinstance(value, int)
        ):
            return f"{Decimal(value) / 100:.2f}"
        return str(value) if isinstance(value, str | int) else ""

    def _beside(self, part: Field) -> str | None:
        """What stands behind the input: the unit, or how to write a date."""
        if isinstance(part, DateField):
            return Word.DATE_HINT.say(self.language)
        unit = part.unit if isinstance(part, NumberField) else None
        return unit.say(self.language) if unit is not None else None

    def _choices(self, part: Field, name: str, value: object) -> Iterable[Choice]:
        if isinstance(part, FileField):
            for number, digest in enumerate(value if isinstance(value, list) else [], 1):
                shown = self.showing.file_names.get(str(digest))
                label = shown or Word.FILE_NUMBER.say(self.language, number=number)
                text = Word.FILE_KEPT.say(self.language, name=label)
                yield Choice(f"{id_of(name)}-{number}", str(digest), text, is_chosen=True)
        if isinstance(part, OptionField):
            chosen = value if isinstance(value, list) else [value]
            for number, option in enumerate(part.options, 1):
                is_chosen = any(part.option(one) is option for one in chosen)
                label = option.label.say(self.language)
                yield Choice(f"{id_of(name)}-{number}", option.text, label, is_chosen)

    def _rows(self, part: Repetition, applies: bool) -> Rows:
        label, posted = part.label.say(self.language), self.values.get(part.key)
        listed = posted if isinstance(posted, list) else [{}] * max(part.shown_at_first, part.fewest)
        rows = [
            self._row(part, label, number, row if isinstance(row, Mapping) else {}, applies)
            for number, row in enumerate(listed)
        ]
        return Rows(
            id=id_of(part.key),
            name=part.key,
            label=label,
            hints=self._hints(part, part.hint.say(self.language) if part.hint is not None else None),
            applies=applies,
            error=self.drawing.reasons.get(part.key),
            rows=tuple(rows),
            add_label=Word.ADD_ROW.say(self.language, label=label) if len(rows) < part.most else None,
            empty_text=Word.NO_ROWS.say(self.language),
            is_optional=part.fewest == 0,
        )

    def _row(
        self, part: Repetition, label: str, number: int, row: Mapping[str, object], applies: bool
    ) -> Row:
        name = f"{part.key}-{number}"
        return Row(
            name=name,
            label=Word.ROW.say(self.language, label=label, number=number + 1),
            delete_label=Word.DELETE_ROW.say(self.language, label=label, number=number + 1),
            parts=self.drawing.parts(part.components, row, name, self.scopes, self.known, applies),
        )


LOOKS: Mapping[type[Field], str] = {
    TextField: "line",
    NumberField: "line",
    ChoiceField: "radios",
    ChoicesField: "ticks",
    CheckboxField: "tick",
    DateField: "line",
    TimeField: "line",
    FileField: "files",
}


def _deciding(components: Iterable[Component]) -> Iterable[str]:
    for part in components:
        asked = [part.hidden_when, part.check_if if isinstance(part, Field) else None]
        yield from (path.parts[0] for condition in asked if condition for path in paths_in(condition))
        if isinstance(part, Group | Repetition):
            yield from _deciding(part.components)


def _look(part: Field) -> str:
    if isinstance(part, TextField) and part.has_lines:
        return "lines"
    if isinstance(part, ChoiceField) and part.has_menu:
        return "menu"
    return LOOKS[type(part)]


def _input_mode(part: Field) -> str | None:
    if isinstance(part, NumberField):
        return "decimal" if part.is_money or part.digits else "numeric"
    if part.check is Check.PHONE:
        return "tel"
    if part.check is Check.EMAIL:
        return "email"
    return "numeric" if part.check in DIGITS else None


def _is_figure(part: Field) -> bool:
    return isinstance(part, NumberField) or part.check in DIGITS or part.check in (Check.PHONE, Check.MONTH)


def _paragraphs(text: str) -> Iterable[Paragraph]:
    for block in text.split("\n"):
        if block.strip():
            bare = block.strip().lstrip("#").strip()
            yield Paragraph(text=bare, is_heading=block.strip().startswith("#"))


def _links(problems: Sequence[FieldProblem], parts: Sequence[Block]) -> Iterable[ErrorLink]:
    """In a row the link names the row: several rows have the same fields."""
    targets = dict(_targets(parts, ""))
    for problem in problems:
        target, label, where = targets.get(problem.field, (None, "", ""))
        reason = problem.reason if label in problem.reason else f"{label}：{problem.reason}"
        yield ErrorLink(target, f"{where}：{reason}" if where else reason)


def _targets(parts: Iterable[Block], where: str) -> Iterable[tuple[str, tuple[str, str, str]]]:
    for part in parts:
        if isinstance(part, Control):
            yield path_of(part.name), (part.target, part.label, where)
        elif isinstance(part, Section):
            yield from _targets(part.parts, where)
        elif isinstance(part, Rows):
            yield part.name, (part.id, part.label, "")
            for row in part.rows:
                yield from _targets(row.parts, row.label)
