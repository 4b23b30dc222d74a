"""Policies: every route has one, forms of others are refused."""

import pytest

from engine.domain.authority import Right
from engine.domain.posts import (
    ADMINISTRATOR,
    AUDITOR,
)
from tests.door import Door
from tests.staff import a_session, employ
from tests.web.accounts.browser import FORM_TOKEN, Browser
from web.policies import RouteWithoutPolicy, admits, require_policies, with_right
from web.security import Guard, guarded


def test_the_application_does_not_start_with_a_route_nobody_has_said_anything_about(door: Door) -> None:
    door.app.add_url_rule("/forgotten", view_func=lambda: "open")

    with pytest.raises(RouteWithoutPolicy, match="<lambda>"):
        require_policies(door.app)


def test_a_guard_for_staff_without_a_policy_is_no_policy(door: Door) -> None:
    door.app.add_url_rule("/half-said", view_func=guarded(Guard.STAFF)(lambda: "open"))

    with pytest.raises(RouteWithoutPolicy):
        require_policies(door.app)


def test_a_new_route_is_closed_to_the_posts_without_its_right(door: Door) -> None:
    door.app.add_url_rule("/log", view_func=admits(with_right(Right.READ_AUDIT))(lambda: "log"))
    answers = {}
    for post in (AUDITOR, ADMINISTRATOR):
        employ(door.house, post, post)
        browser = Browser(door.app.test_client())
        browser.bring(a_session(door.house, post))
        answers[post] = browser.get("/log").status_code

    assert answers == {AUDITOR: 200, ADMINISTRATOR: 403}


@pytest.fixture
def browser(door: Door) -> Browser:
    employ(door.house, "N001")
    browser = Browser(door.app.test_client())
    browser.bring(a_session(door.house, "N001"))
    return browser


def test_a_form_without_the_token_of_this_session_changes_nothing(door: Door, browser: Browser) -> None:
    employ(door.house, "N002")
    other = Browser(door.app.test_client())
    other.bring(a_session(door.house, "N002"))
    foreign = FORM_TOKEN.search(other.get("/account").text)
    assert foreign is not None

    answers = [
        browser.post("/sign-out"),
        browser.post("/sign-out", _form=""),
        browser.post("/sign-out", _form="ü"),
        browser.post("/sign-out", _form=foreign[1]),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert browser.get("/account").status_code == 200


def test_a_form_another_site_sends_is_refused_whatever_it_knows(browser: Browser) -> None:
    found = FORM_TOKEN.search(browser.get("/account").text)
    assert found is not None

    answers = {
        site: browser.post("/sign-out", {"Sec-Fetch-Site": site}, _form=found[1]).status_code
        for site in ("cross-site", "same-site")
    }

    assert set(answers.values()) == {403}
    assert browser.post("/sign-out", {"Sec-Fetch-Site": "same-origin"}, _form=found[1]).status_code == 303


def test_signing_in_needs_a_page_of_ours_too(door: Door) -> None:
    assert Browser(door.app.test_client()).post("/sign-in", name="N001", password="x").status_code == 403


def test_a_form_secret_from_before_signing_in_opens_no_form_afterwards(door: Door) -> None:
    employ(door.house, "N001")
    browser = Browser(door.app.test_client())
    before = FORM_TOKEN.search(browser.get("/sign-in").text)
    assert before is not None
    browser.bring(a_session(door.house, "N001"))

    assert browser.post("/sign-out", _form=before[1]).status_code == 403
