"""What somebody has said in a form: the conclusion in its words, and what was written beside it."""

from collections.abc import Mapping

from engine.form_definitions.components import ChoiceField, ChoicesField, TextField, keyed
from engine.form_definitions.definition import FormDefinition


def told_in(form: FormDefinition, result: Mapping[str, object]) -> tuple[str, str]:
    """Nothing sensitive: fields of that kind are left out."""
    concluded: list[str] = []
    written: list[str] = []
    for part in keyed(form.components):
        value = result.get(part.key)
        if isinstance(part, ChoiceField) and part.decision:
            concluded += [option.label.chinese for option in (part.option(value),) if option is not None]
        elif isinstance(part, ChoicesField) and isinstance(value, list):
            written += [option.label.chinese for one in value if (option := part.option(one)) is not None]
        elif isinstance(part, TextField) and part.has_lines and not part.sensitive and value:
            written.append(str(value))
    return "，".join(concluded), "；".join(written)
