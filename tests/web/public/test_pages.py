"""The pages themselves: no cookie, no script, no trace in logs, indexes and addresses; two languages."""

import re

import pytest

from tests.door import Door
from tests.web.public.test_check_by_code import WRONG_CODE
from tests.web.public.visitor import (
    FOUND,
    NUMBER,
    PAGE,
    Visitor,
    a_visitor,
    code_of,
    file_of,
    issue,
    printed_address,
)


@pytest.fixture
def visitor(door: Door) -> Visitor:
    issue(door.house)
    return a_visitor(door)


def test_no_page_sets_a_cookie_runs_a_script_or_may_be_kept(door: Door, visitor: Visitor) -> None:
    answers = [
        visitor.open(PAGE),
        visitor.open(printed_address(door.house)),
        visitor.ask(NUMBER, WRONG_CODE),
        visitor.ask("", ""),
        visitor.hand_in(file_of(door.house)),
        visitor.hand_in(b"no file"),
    ]

    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "<script" not in answer.text
        assert " style=" not in answer.text
        assert 'content="noindex' in answer.text


@pytest.mark.parametrize("way", ["/public/nowhere", "/public/language/xx"])
def test_an_error_shows_nothing_of_the_pages_of_staff(visitor: Visitor, way: str) -> None:
    answer = visitor.open(way)

    assert answer.status_code in (404, 405)
    assert "Set-Cookie" not in answer.headers
    assert "<script" not in answer.text
    assert f'href="{PAGE}"' in answer.text
    assert "noindex" in answer.text


def test_what_was_typed_stays_out_of_the_log(
    door: Door, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    code = code_of(door.house)

    visitor.open(printed_address(door.house))
    visitor.ask(NUMBER, code)
    visitor.hand_in(file_of(door.house), number=NUMBER, code=code)

    assert code not in caplog.text
    assert "number=" not in caplog.text


def test_the_answer_to_a_form_does_not_put_the_code_into_an_address(door: Door, visitor: Visitor) -> None:
    answer = visitor.ask(NUMBER, code_of(door.house))

    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert f"code={code_of(door.house)}" not in answer.text


def test_somebody_signed_in_sees_the_same_page_as_everybody(door: Door, visitor: Visitor) -> None:
    answer = visitor.open(PAGE)

    assert "/sign-in" not in answer.text
    assert "hd-nav" not in answer.text


@pytest.mark.parametrize(
    "typed", ["<b>x</b>", "请拨打 400 联系", '" onfocus="x', "1" * 50, "http://elsewhere.invalid"]
)
def test_the_page_does_not_say_what_an_address_wants_it_to_say(visitor: Visitor, typed: str) -> None:
    answer = visitor.scan(typed, WRONG_CODE)

    found = re.search(r'<input class="hd-input" id="number"[^>]*>', answer.text)
    assert found is not None
    assert "value=" not in found[0]


def test_a_number_that_did_not_fit_is_still_in_its_field_and_the_code_is_not(visitor: Visitor) -> None:
    answer = visitor.ask(NUMBER, WRONG_CODE)

    assert f'value="{NUMBER}"' in answer.text
    assert WRONG_CODE not in answer.text


def test_the_page_speaks_english_by_switch_and_comes_back_to_the_same_answer(
    door: Door, visitor: Visitor
) -> None:
    page = visitor.open(printed_address(door.house)).text
    back = re.search(r'name="next" value="([^"]*)"', page)
    assert back is not None

    switched = visitor.send("/public/language/en", next=back[1].replace("&amp;", "&"))
    answer = visitor.open(switched.headers["Location"])

    assert switched.status_code == 303
    assert switched.headers["Location"] == printed_address(door.house)
    assert switched.headers["Set-Cookie"].startswith("__Host-hedui-language=en;")
    assert '<html lang="en">' in answer.text
    assert NUMBER in answer.text


@pytest.mark.parametrize(
    "wanted",
    ["//elsewhere.invalid/x", "https://elsewhere.invalid", "/sign-in", "/public/reports?x", "", "\\x"],
)
def test_the_switch_of_the_language_leads_nowhere_else(visitor: Visitor, wanted: str) -> None:
    answer = visitor.send("/public/language/zh-CN", next=wanted)

    assert answer.headers["Location"] == PAGE


def test_the_answer_to_a_form_leads_back_to_the_empty_page(door: Door, visitor: Visitor) -> None:
    answer = visitor.ask(NUMBER, code_of(door.house))

    assert FOUND in answer.text
    assert f'name="next" value="{PAGE}"' in answer.text
