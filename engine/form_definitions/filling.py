"""Bring what was filled in into the shape of the form: hidden fields go, missing ones become None.

Unknown keys and values of a wrong type stay as they are: the schema refuses them.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.form_definitions.components import CheckboxField, Component, Field, Group, NumberField, Repetition
from engine.form_definitions.conditions import Scopes, holds

PLAIN_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?", re.ASCII)
EMPTY: tuple[object, ...] = ("", [], ())


def fill(
    components: Sequence[Component], values: Mapping[str, object], outer: Scopes = (), *, in_fen: bool = False
) -> dict[str, object]:
    """`in_fen`: money is integer fen as in a result, not text in yuan. Conditions see yuan either way."""
    filling = _Filling(values, outer, in_fen)
    filling.level(components)
    strangers = {key: value for key, value in values.items() if key not in filling.known}
    return filling.kept | strangers


class _Filling:
    def __init__(self, values: Mapping[str, object], outer: Scopes, in_fen: bool) -> None:
        self.values, self.outer, self.in_fen = values, outer, in_fen
        self.kept: dict[str, object] = {}
        self.seen: dict[str, object] = {}  # as conditions see them
        self.known: set[str] = set()

    def level(self, components: Sequence[Component], is_hidden: bool = False) -> None:
        for component in components:
            hidden = is_hidden or self._is_hidden(component)
            if isinstance(component, Group):
                self.level(component.components, hidden)
            elif isinstance(component, Field | Repetition):
                self._keep(component, hidden)

    def _is_hidden(self, component: Component) -> bool:
        return component.hidden_when is not None and holds(component.hidden_when, (self.seen, *self.outer))

    def _keep(self, component: Field | Repetition, is_hidden: bool) -> None:
        if isinstance(component, Field) and component.readonly_from is not None:
            return
        self.known.add(component.key)
        self.seen[component.key] = None
        if is_hidden:
            return
        value = self.values.get(component.key)
        if isinstance(value, str):
            value = value.strip()
        value = None if value in EMPTY else value
        if isinstance(component, CheckboxField) and value is None:
            value = False
        if isinstance(component, Repetition):
            value = self._rows(component, value)
        else:
            self.seen[component.key] = comparable(component, value, in_fen=self.in_fen)
        self.kept[component.key] = value

    def _rows(self, component: Repetition, value: object) -> object:
        if not isinstance(value, list | tuple):
            return value
        inside = (self.seen, *self.outer)
        return [
            fill(component.components, row, inside, in_fen=self.in_fen) if isinstance(row, Mapping) else row
            for row in value
        ]


def comparable(field: Field, value: object, *, in_fen: bool = False) -> object:
    """The value as conditions see it: a number is a number however it was written."""
    if not isinstance(field, NumberField):
        return value
    if isinstance(value, str):
        return Decimal(value) if PLAIN_NUMBER.fullmatch(value) else None
    if isinstance(value, int) and field.is_money and in_fen:
        return Decimal(value) / 100
    return value
