"""A form as an OpenAPI 3.1 schema object: what a unit may send instead of filling in the page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
    NumberField,
    OptionField,
    Repetition,
    TextField,
    TimeField,
)
from engine.form_definitions.definition import FormDefinition

Described = dict[str, object]
# Only shapes a reader could not guess; the check characters themselves are no matter of a schema.
SHAPES: Mapping[Check, str] = {
    Check.CN_ID: r"^(\d{17}[\dXx]|\d{15})$",
    Check.USCC: "^[0-9A-HJ-NP-RTUW-Y]{18}$",
    Check.REGION: r"^\d{6}$",
    Check.POSTCODE: r"^\d{6}$",
}


def json_schema(form: FormDefinition) -> Described:
    return {"title": form.title.chinese} | _object(form.components)


def _object(components: Sequence[Component]) -> Described:
    properties: dict[str, object] = {}
    required: list[str] = []
    for part, is_conditional in _parts(components, conditional=False):
        properties[part.key] = _described(part)
        needed = part.fewest > 0 if isinstance(part, Repetition) else part.required
        if needed and not is_conditional:
            required.append(part.key)
    body: Described = {"type": "object", "properties": properties, "additionalProperties": False}
    return body | {"required": required} if required else body


def _parts(components: Sequence[Component], conditional: bool) -> list[tuple[Field | Repetition, bool]]:
    found: list[tuple[Field | Repetition, bool]] = []
    for component in components:
        is_conditional = conditional or component.hidden_when is not None
        if isinstance(component, Group):
            found.extend(_parts(component.components, is_conditional))
        elif isinstance(component, Repetition) or (
            isinstance(component, Field) and component.readonly_from is None
        ):
            found.append((component, is_conditional))
    return found


def _described(part: Field | Repetition) -> Described:
    described: Described = {"title": part.label.chinese}
    if part.hint is not None:
        described["description"] = part.hint.chinese
    return described | SHAPERS[type(part)](part)


def _list(part: Repetition) -> Described:
    limits: Described = {"minItems": part.fewest, "maxItems": part.most}
    return {"type": "array", "items": _object(part.components)} | limits


def _text(part: TextField) -> Described:
    shortest = max(part.shortest, 1) if part.required else part.shortest
    shape = SHAPES.get(part.check) if part.check is not None and part.check_if is None else None
    described: Described = {"type": "string", "minLength": shortest, "maxLength": part.longest}
    return described | ({"pattern": shape} if shape else {})


def _number(part: NumberField) -> Described:
    """Whole numbers are numbers, everything with decimals is text: a JSON number may become a float."""
    if not part.digits and not part.is_money:
        limits = {"minimum": part.least, "maximum": part.greatest}
        whole: Described = {name: int(limit) for name, limit in limits.items() if limit is not None}
        return {"type": "integer"} | whole
    decimals = rf"(\.\d{{1,{part.digits}}})?" if part.digits else ""
    return {"type": "string", "pattern": rf"^-?(0|[1-9]\d{{0,11}}){decimals}$"}


def _options(part: OptionField) -> Described:
    return {"enum": [option.value for option in part.options]}


def _several(part: ChoicesField) -> Described:
    return {"type": "array", "items": _options(part), "uniqueItems": True}


def _files(part: FileField) -> Described:
    digest = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    return {"type": "array", "items": digest, "maxItems": part.most, "uniqueItems": True}


def _flag(part: CheckboxField) -> Described:
    return {"type": "boolean", "const": True} if part.required else {"type": "boolean"}


SHAPERS: Mapping[type[Field] | type[Repetition], Callable[[Any], Described]] = {
    Repetition: _list,
    TextField: _text,
    NumberField: _number,
    ChoiceField: _options,
    ChoicesField: _several,
    FileField: _files,
    CheckboxField: _flag,
    DateField: lambda _: {"type": "string", "format": "date"},
    TimeField: lambda _: {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"},
}
