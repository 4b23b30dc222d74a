"""Say in words when a component applies: without scripts it stays on the page, with this as its hint."""

from collections.abc import Mapping

from engine.form_definitions.components import CheckboxField, Component, Field, Keyed, OptionField
from engine.form_definitions.conditions import (
    Comparison,
    Condition,
    Junction,
    Literal,
    Negation,
    Path,
    Scalar,
)
from engine.form_definitions.words import Language, Word

OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}
SIGNS = {
    "=": Word.EQUALS,
    "!=": Word.DIFFERS,
    "<": Word.BELOW,
    ">": Word.ABOVE,
    "<=": Word.AT_MOST,
    ">=": Word.AT_LEAST,
}
MIRROR = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
Fields = Mapping[str, Keyed]


def shown_when(component: Component, fields: Fields, language: Language) -> tuple[str, ...]:
    """One hint, or none when the component always applies."""
    if component.hidden_when is None:
        return ()
    condition = _say(component.hidden_when, False, fields, language)
    return (Word.ONLY_IF.say(language, condition=condition),)


def _say(condition: Condition, wanted: bool, fields: Fields, language: Language) -> str:
    """`wanted` false: the opposite, pushed down to the comparisons."""
    match condition:
        case Negation(part):
            return _say(part, not wanted, fields, language)
        case Junction(needs_all, parts):
            word = Word.AND if needs_all == wanted else Word.OR
            return word.say(language).join(_say(part, wanted, fields, language) for part in parts)
        case Comparison(sign, left, right):
            return _compared(sign if wanted else OPPOSITE[sign], left, right, fields, language)
        case _:
            return _compared("=" if wanted else "!=", condition, Literal(True), fields, language)


def _compared(
    sign: str, left: Path | Literal, right: Path | Literal, fields: Fields, language: Language
) -> str:
    if isinstance(left, Literal):
        left, right, sign = right, left, MIRROR.get(sign, sign)
    field = fields.get(".".join(left.parts)) if isinstance(left, Path) else None
    label = field.label.say(language) if field is not None else ""
    if isinstance(right, Path):
        other = fields.get(".".join(right.parts))
        return SIGNS[sign].say(language, label=label, value=other.label.say(language) if other else "")
    if right.value is None:
        return (Word.NOT_FILLED if sign == "=" else Word.FILLED).say(language, label=label)
    if isinstance(field, CheckboxField) and isinstance(right.value, bool):
        is_ticked = right.value == (sign == "=")
        return (Word.TICKED if is_ticked else Word.NOT_TICKED).say(language, label=label)
    return SIGNS[sign].say(language, label=label, value=_value(field, right.value, language))


def _value(field: Keyed | None, value: Scalar, language: Language) -> str:
    """The label of the option that has this value."""
    if isinstance(field, OptionField) and isinstance(field, Field):
        found = next((option for option in field.options if option.value == value), None)
        return found.label.say(language) if found is not None else str(value)
    return str(value)
