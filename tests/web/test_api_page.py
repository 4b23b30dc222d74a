"""The API page tells what the API does."""

import json
import re
from pathlib import Path

from engine.domain.errors import RuleViolation
from tests.web.commission_json import EXAMPLE
from web.errors import code_of

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def keys(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for inner in value.values() for key in keys(inner)}
    if isinstance(value, list):
        return {key for inner in value for key in keys(inner)}
    return set()


def test_the_example_of_the_page_has_the_fields_the_tests_send() -> None:
    example = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])

    assert keys(example) == keys(EXAMPLE)


def test_the_codes_the_page_names_exist() -> None:
    known = {code_of(kind) for kind in _all(RuleViolation)}

    assert set(re.findall(r"409 `(\w+)`", PAGE)) <= known


def _all(kind: type[RuleViolation]) -> set[type[RuleViolation]]:
    return {kind}.union(*(_all(child) for child in kind.__subclasses__()))
