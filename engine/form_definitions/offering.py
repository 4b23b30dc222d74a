"""A form with the options of lists that change while the platform runs, such as the registered units."""

from collections.abc import Sequence
from dataclasses import replace

from engine.form_definitions.components import Component, Group, Option, OptionField, Repetition
from engine.form_definitions.definition import FormDefinition
from engine.form_definitions.reading import CodeLists
from engine.form_definitions.words import Words


def offering(form: FormDefinition, lists: CodeLists) -> FormDefinition:
    """Fields of other lists keep the options they were read with."""
    return replace(form, components=_offered(form.components, lists), _schemas={})


def _offered(components: Sequence[Component], lists: CodeLists) -> tuple[Component, ...]:
    return tuple(_with_options(component, lists) for component in components)


def _with_options(component: Component, lists: CodeLists) -> Component:
    if isinstance(component, Group | Repetition):
        return replace(component, components=_offered(component.components, lists))
    if isinstance(component, OptionField) and component.code_list and component.code_list in lists:
        listed = lists[component.code_list]
        options = tuple(Option(code, Words(text)) for code, text in listed.items())
        return replace(component, options=options)
    return component
