"""What the page posts is what the schema takes, for every form of the house."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.form_definitions.components import (
    Check,
    CheckboxField,
    ChoicesField,
    Component,
    DateField,
    Field,
    FileField,
    NumberField,
    OptionField,
    Repetition,
    TextField,
    keyed,
)
from tests.builders import an_id_no
from tests.engine.form_definitions.sample import CORRECT, EVERYTHING, FORMS, SCAN, a_form, now
from tests.web.forms.browser import show
from web.forms.posted import read_posted

SAMPLE = a_form(*EVERYTHING)
EXAMPLES = {
    Check.CN_ID: an_id_no(1),
    Check.PHONE: "0519-80000000",
    Check.REGION: "320402",
    Check.POSTCODE: "213000",
    Check.EMAIL: "a@example.cn",
    Check.REPORT_NUMBER: "第32040020261100001aaf1号",
    Check.MONTH: "2026-03",
}
LINES = st.text(st.characters(blacklist_categories=("C", "Z")) | st.just(" "), min_size=1, max_size=9)


@st.composite
def filled(draw: st.DrawFn, components: Sequence[Component]) -> dict[str, object]:
    """A correct answer to every field, whether it applies or not."""
    values: dict[str, object] = {}
    for part in keyed(components):
        if isinstance(part, Repetition):
            values[part.key] = draw(
                st.lists(filled(part.components), min_size=max(part.fewest, 1), max_size=2)
            )
        elif part.readonly_from is None:
            values[part.key] = draw(answer(part))
    return values


def answer(part: Field) -> st.SearchStrategy[object]:
    if isinstance(part, TextField):
        example = EXAMPLES.get(part.check) if part.check is not None else None
        shortest = part.shortest or 1
        return (
            st.just(example)
            if example
            else LINES.map(lambda text: text.strip()[: part.longest].ljust(shortest, "甲"))
        )
    if isinstance(part, NumberField):
        least = int(part.least or 0)
        whole = st.integers(least, int(part.greatest or 999_999)).map(str)
        return whole.map(lambda text: f"{text}.50") if part.is_money else whole
    if isinstance(part, CheckboxField):
        return st.just(True) if part.required else st.booleans()
    if isinstance(part, ChoicesField):
        offered = [option.value for option in part.options]
        return st.lists(st.sampled_from(offered), min_size=1, max_size=3, unique=True).map(
            lambda chosen: [value for value in offered if value in chosen]
        )
    if isinstance(part, OptionField):
        return st.sampled_from([option.value for option in part.options])
    if isinstance(part, FileField):
        return st.just([SCAN])
    if isinstance(part, DateField):
        return st.just("2026-11-21")
    return st.just("09:30")


@pytest.mark.parametrize("key", sorted(FORMS))
@settings(max_examples=8, deadline=None)
@given(st.data())
def test_the_filled_page_posts_values_the_form_takes(key: str, data: st.DataObject) -> None:
    form = FORMS[key]
    values = data.draw(filled(form.components))

    posted = read_posted(form, show(form, values, unmasked=True).pairs)

    assert posted.values == values
    assert form.check(posted.values, now()).problems == ()


def test_every_kind_of_field_survives_the_page() -> None:
    values = {**CORRECT, "count": "2", "remark": "一\n二", "items": ["GA01"], "reason": "某"}

    posted = read_posted(SAMPLE, show(SAMPLE, values, unmasked=True).pairs)

    assert posted.values == values
    assert SAMPLE.check(posted.values, now()).problems == ()


@pytest.mark.parametrize("key", sorted(FORMS))
def test_the_empty_page_posts_fields_of_the_form_and_nothing_else(key: str) -> None:
    form = FORMS[key]

    posted = read_posted(form, show(form, {}).pairs)

    problems = form.check(posted.values, now()).problems
    assert "unknown" not in {problem.code for problem in problems}
    assert form.check(posted.values, now(is_draft=True)).problems == ()


@pytest.mark.parametrize("key", sorted(FORMS))
def test_masked_values_come_back_as_they_were(key: str) -> None:
    form = FORMS[key]
    rows = {
        part.key: [{inner.key: an_id_no(3) for inner in keyed(part.components) if inner.sensitive}]  # type: ignore[union-attr]
        for part in keyed(form.components)
        if isinstance(part, Repetition)
    }
    plain = {part.key: an_id_no(3) for part in keyed(form.components) if isinstance(part, TextField)}
    stored: dict[str, object] = {**plain, **rows}

    page = show(form, stored)
    posted = read_posted(form, page.pairs, stored)

    sensitive = {p.key for p in keyed(form.components) if isinstance(p, TextField) and p.sensitive}
    assert {key: posted.values[key] for key in sensitive} == {key: an_id_no(3) for key in sensitive}
    shown = [text for name, text in page.pairs if name in sensitive]
    assert an_id_no(3) not in shown
