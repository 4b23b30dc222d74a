"""The forms of human tasks, forms/tasks/*.form (form-js JSON, restricted subset): they check results."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

LONGEST_TEXT = 2000


class FormError(Exception):
    """A form file uses something outside the subset; the text names file and component."""


@dataclass(frozen=True)
class FieldProblem:
    code: str
    field: str
    reason: str


@dataclass(frozen=True)
class ChoiceField:
    """One of fixed values: a decision, which goes on into the process."""

    key: str
    label: str
    values: tuple[object, ...]

    def problem(self, value: object) -> str | None:
        """True is not 1 here: values must be equal and of the same type."""
        if any(type(value) is type(allowed) and value == allowed for allowed in self.values):
            return None
        return "应当选择给出的一项"


@dataclass(frozen=True)
class TextField:
    """Free text: stays with the task, never becomes a process variable."""

    key: str
    label: str
    longest: int

    def problem(self, value: object) -> str | None:
        if value is None or (isinstance(value, str) and len(value) <= self.longest):
            return None
        return f"应当是不超过 {self.longest} 字的文字"


@dataclass(frozen=True)
class FormDefinition:
    key: str
    title: str
    choices: tuple[ChoiceField, ...]
    texts: tuple[TextField, ...]

    def problems_in(self, result: Mapping[str, object]) -> tuple[FieldProblem, ...]:
        """Every field that is wrong; empty when the result may be taken."""
        fields: tuple[ChoiceField | TextField, ...] = (*self.choices, *self.texts)
        known = {field.key for field in fields}
        wrong = [FieldProblem("unknown", key, "不认识的字段") for key in sorted(set(result) - known)]
        for field in fields:
            reason = field.problem(result.get(field.key))
            if reason is not None:
                wrong.append(FieldProblem("invalid", field.key, reason))
        return tuple(wrong)

    def decisions_in(self, result: Mapping[str, object]) -> dict[str, object]:
        return {field.key: result[field.key] for field in self.choices}


def load_forms(package: str) -> Mapping[str, FormDefinition]:
    """All forms of a package, by key. Raises FormError."""
    folder = resources.files(package) / "tasks"
    files = [file for file in folder.iterdir() if file.name.endswith(".form")]
    forms = [_form(file.name, json.loads(file.read_text(encoding="utf-8"))) for file in files]
    return {form.key: form for form in sorted(forms, key=lambda form: form.key)}


def _form(name: str, content: Mapping[str, object]) -> FormDefinition:
    if name != f"{content.get('id')}.form":
        raise FormError(f"{name}: the id must be the name of the file")
    choices: list[ChoiceField] = []
    texts: list[TextField] = []
    components = content["components"]
    for component in components if isinstance(components, list) else []:
        if component["type"] == "radio":
            values = tuple(option["value"] for option in component["values"])
            choices.append(ChoiceField(component["key"], component["label"], values))
        elif component["type"] == "textarea":
            longest = component.get("validate", {}).get("maxLength", LONGEST_TEXT)
            texts.append(TextField(component["key"], component["label"], longest))
        else:
            raise FormError(f"{name}: {component['type']} is not a component we render")
    return FormDefinition(str(content["id"]), str(content["title"]), tuple(choices), tuple(texts))
