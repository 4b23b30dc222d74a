"""Reading of posted data: driven by the form, with limits, trusting no index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.form_definitions import FormDefinition, Language
from engine.form_definitions.components import Field, keyed
from tests.builders import an_id_no
from tests.engine.form_definitions.sample import EVERYTHING, FORMS, a_component, a_form, a_list, now, options
from web.forms.masking import masked
from web.forms.posted import Posted, read_posted

SAMPLE = a_form(*EVERYTHING)
ROWS = a_form(
    a_component("textfield", "name"),
    a_list(
        "members", a_component("textfield", "name"), a_component("checkbox", "head"), properties={"most": "3"}
    ),
)
NAMES = st.sampled_from(
    [
        *("name", "members", "members-0", "members-0-id_no", "members-1-id_type", "members-00-id_no"),
        *("members-9999-id_no", "members--1-id_no", "members-0-members-0", "amount", "content", "signed"),
        *("_add", "_del", "__proto__"),
    ]
)
VALUES = st.sampled_from(["", "true", "aa", "members", "members-0", "members-7", "2026年1月5日", "１２", "x"])


def posted(*pairs: tuple[str, str]) -> Posted:
    return read_posted(ROWS, pairs)


def test_rows_keep_their_order_and_lose_their_numbers() -> None:
    read = posted(("members-7-name", "乙"), ("members-2-name", "甲"), ("members-7-head", "true"))

    assert read.values["members"] == [{"name": "甲", "head": False}, {"name": "乙", "head": True}]


def test_a_row_of_unticked_boxes_is_still_a_row() -> None:
    assert posted(("members-0", "")).values["members"] == [{"name": None, "head": False}]


@pytest.mark.parametrize(
    "name", ["members-00-name", "members--1-name", "members-1e3-name", "members-99999-name", "members-x-name"]
)
def test_an_index_that_is_no_index_is_an_unknown_field(name: str) -> None:
    values = posted((name, "甲")).values

    assert values["members"] == []
    assert "unknown" in {problem.code for problem in ROWS.check(values, now()).problems}


def test_rows_beyond_the_limit_are_not_read_but_told() -> None:
    read = posted(*[(f"members-{number}-name", "甲") for number in range(900)])

    (problem,) = ROWS.check(read.values, now()).problems
    assert len(read.values["members"]) == 4  # type: ignore[arg-type]
    assert (problem.field, problem.reason) == ("members", "最多 3 项")


def test_names_the_form_does_not_have_are_refused() -> None:
    values = posted(("name", "甲"), ("is_admin", "1"), ("members-0-role", "x")).values

    problems = ROWS.check(values, now()).problems

    assert {(problem.code, problem.field) for problem in problems} == {
        ("unknown", "is_admin"),
        ("unknown", "?"),
    }


def test_a_single_field_posted_twice_is_refused() -> None:
    values = posted(("name", "甲"), ("name", "乙")).values

    assert [problem.field for problem in ROWS.check(values, now()).problems] == ["name"]


@pytest.mark.parametrize(
    "pairs",
    [[("name", "x" * 20_001)], [("x" * 20_001, "x")], [("name", "x")] * 5001],
    ids=["value", "name", "count"],
)
def test_too_much_is_refused_before_it_is_read(pairs: list[tuple[str, str]]) -> None:
    read = read_posted(ROWS, pairs, language=Language.ENGLISH)

    assert (read.values, read.problems[0].reason) == ({}, "Too much content")


@pytest.mark.parametrize(
    "text",
    ["2026-1-5", "2026/01/05", "2026.1.5", "2026年1月5日", "20260105", "２０２６-０１-０５", " 2026-01-05 "],
)
def test_a_date_may_be_typed_as_people_write_it(text: str) -> None:
    assert read_posted(SAMPLE, [("day", text)]).values["day"] == "2026-01-05"


def test_numbers_are_taken_with_commas_blanks_and_in_full_width() -> None:
    read = read_posted(SAMPLE, [("amount", "２,600.50 "), ("count", " 3"), ("hour", "9：30")])

    assert (read.values["amount"], read.values["count"], read.values["hour"]) == ("2600.50", "3", "09:30")


def test_identity_numbers_are_taken_with_blanks_and_in_full_width() -> None:
    form = a_form(a_component("textfield", "id_no", properties={"check": "cn_id"}))

    read = read_posted(form, [("id_no", "３２０４０２ 19850615 001x")])

    assert read.values["id_no"] == "32040219850615001X"


def test_options_get_back_their_type() -> None:
    form = a_form(
        a_component("radio", "passed", values=options(True, False)),
        a_component("select", "count", values=options(1, 2)),
        a_component("checklist", "kinds", values=options("a", 3)),
    )

    read = read_posted(form, [("passed", "false"), ("count", "2"), ("kinds", "3"), ("kinds", "z")])

    assert read.values == {"passed": False, "count": 2, "kinds": [3, "z"]}


def test_a_button_adds_a_row_and_leaves_the_rest_as_typed() -> None:
    read = posted(("name", "甲"), ("members-0-name", "乙"), ("_add", "members"))

    assert read.values == {"name": "甲", "members": [{"name": "乙", "head": False}, {}]}
    assert (read.changed_list, read.focus) == ("members", "members-1-name")


def test_no_row_is_added_to_a_full_list() -> None:
    full = [(f"members-{number}-name", "甲") for number in range(3)]

    assert len(posted(*full, ("_add", "members")).values["members"]) == 3  # type: ignore[arg-type]


def test_a_button_removes_the_row_that_the_page_called_so() -> None:
    read = posted(("members-2-name", "甲"), ("members-5-name", "乙"), ("_del", "members-2"))

    assert read.values["members"] == [{"name": "乙", "head": False}]
    assert read.changed_list == "members"


@pytest.mark.parametrize("name", ["members-9", "name-0", "members", "members-0-name", "x" * 500])
def test_a_removal_of_nothing_changes_nothing(name: str) -> None:
    read = posted(("members-0-name", "甲"), ("_del", name))

    assert read.values["members"] == [{"name": "甲", "head": False}]


def test_a_mask_stands_only_for_the_value_of_its_own_row() -> None:
    stored: dict[str, object] = {"members": [{"id_no": "E12345678"}, {"id_no": "F87654321"}]}

    same = read_posted(SAMPLE, [("members-0-id_no", "E12****78"), ("members-1-id_no", "E12****78")], stored)

    assert [row["id_no"] for row in same.values["members"]] == ["E12345678", "E12****78"]  # type: ignore[attr-defined]


@given(st.lists(st.tuples(NAMES | st.text(max_size=8), VALUES | st.text(max_size=8)), max_size=12))
def test_any_post_is_read_and_then_clean_or_faulty(pairs: list[tuple[str, str]]) -> None:
    for form in (SAMPLE, FORMS["register_submission"]):
        read = read_posted(form, pairs)
        checked = form.check(read.values, now())

        assert checked.problems or form.problems_in(checked.values) == ()


def test_what_came_back_masked_is_told() -> None:
    form, number = FORMS["recheck_application"], an_id_no(3)
    stored: dict[str, object] = {"contact_id_no": number, "contact_phone": "13900000001"}
    mask = masked(next(p for p in _fields(form) if p.key == "contact_id_no"), number)

    posted = read_posted(form, [("contact_id_no", mask), ("contact_phone", "13900000002")], stored)

    assert posted.unseen == {number}
    assert (posted.values["contact_id_no"], posted.values["contact_phone"]) == (number, "13900000002")


def _fields(form: FormDefinition) -> list[Field]:
    return [part for part in keyed(form.components) if isinstance(part, Field)]
