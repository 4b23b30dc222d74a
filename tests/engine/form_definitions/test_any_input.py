"""Whatever comes in, a form answers with clean data or with faults, never with an exception."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.form_definitions import Checked, FormDefinition, json_schema
from engine.form_definitions.components import Repetition, keyed
from tests.engine.form_definitions.sample import CORRECT, EVERYTHING, FORMS, SCAN, a_form, now

FORM = a_form(*EVERYTHING)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["aa", "111", "2026-11-20", "09:30", "2600.50", SCAN, "income", "true"])
)
KEYS = st.text(max_size=6)


def anything(keys: list[str]) -> st.SearchStrategy[object]:
    names = st.sampled_from(keys) | KEYS
    return st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=5),
        max_leaves=12,
    )


def keys_of(form: FormDefinition) -> list[str]:
    own = list(keyed(form.components))
    rows = [inner for part in own if isinstance(part, Repetition) for inner in keyed(part.components)]
    return [part.key for part in own + rows]


def is_consistent(form: FormDefinition, checked: Checked) -> bool:
    """Faults with a reason and a path, or values that the engine takes and JSON can carry."""
    if checked.problems:
        return all(problem.reason and "赵" not in problem.field for problem in checked.problems)
    json.dumps(checked.values, allow_nan=False).encode()
    return form.problems_in(checked.values) == ()


@given(anything(keys_of(FORM)).filter(lambda value: isinstance(value, Mapping)))
def test_any_dictionary_gives_clean_data_or_faults(values: Mapping[str, object]) -> None:
    assert is_consistent(FORM, FORM.check(values, now()))
    assert is_consistent(FORM, FORM.check({**CORRECT, **values}, now()))


@given(st.sampled_from(sorted(CORRECT)), anything(keys_of(FORM)))
def test_one_wrong_value_among_correct_ones_is_told_at_its_place(key: str, value: object) -> None:
    checked = FORM.check({**CORRECT, key: value}, now())

    assert is_consistent(FORM, checked)
    assert {problem.field.partition(".")[0] for problem in checked.problems} <= {key, "reason"}


@pytest.mark.parametrize("key", sorted(FORMS))
@settings(max_examples=30)
@given(st.data())
def test_every_form_of_the_house_answers(key: str, data: st.DataObject) -> None:
    form = FORMS[key]
    values = data.draw(st.dictionaries(st.sampled_from(keys_of(form)), anything(keys_of(form)), max_size=6))

    assert is_consistent(form, form.check(values, now()))
    draft = form.check(values, now(is_draft=True))
    assert {problem.field for problem in draft.problems}.isdisjoint(set(keys_of(form)) - set(values))


@pytest.mark.parametrize("key", sorted(FORMS))
def test_every_form_describes_itself_in_plain_json(key: str) -> None:
    described = json_schema(FORMS[key])

    assert json.loads(json.dumps(described)) == described
    assert described["additionalProperties"] is False
