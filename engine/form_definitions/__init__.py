"""The forms of human tasks: form-js files in a restricted subset, from file to checked values."""

from engine.form_definitions.definition import Checked, Circumstances, FormDefinition
from engine.form_definitions.errors import FieldProblem, FormError, FormFinding
from engine.form_definitions.json_schema import json_schema
from engine.form_definitions.loading import (
    COMMISSIONING_UNITS,
    check_forms,
    code_lists_of,
    load_forms,
    parse_form,
)
from engine.form_definitions.offering import offering
from engine.form_definitions.telling import told_in
from engine.form_definitions.words import Language, Word, Words

__all__ = [
    "COMMISSIONING_UNITS",
    "Checked",
    "Circumstances",
    "FieldProblem",
    "FormDefinition",
    "FormError",
    "FormFinding",
    "Language",
    "Word",
    "Words",
    "check_forms",
    "code_lists_of",
    "json_schema",
    "load_forms",
    "offering",
    "parse_form",
    "told_in",
]
