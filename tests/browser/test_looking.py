"""The look at a page sees what it is meant to see."""

import pytest

from tests.browser.conftest import Hire
from tests.browser.keyboard import tab_to
from tests.browser.looking import violations, width_needed

WHOLE = "<!doctype html><html lang='zh-CN'><title>甲</title><main><h1>甲</h1>{}</main></html>"
FAULTS = {
    "label": "<input>",
    "color-contrast": "<p style='color:#bbb'>浅色文字</p>",
    "target-size": "<p><a href='/'>甲</a><a href='/b'>乙</a><style>a { display: block; height: 9px }</style>",
    "region": "</main><p>甲</p>",
    "image-alt": "<img src='data:,'>",
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_planted_fault_is_found(visit: Hire, rule: str) -> None:
    clerk = visit()
    clerk.page.set_content(WHOLE.format(FAULTS[rule]))

    assert [found.split()[0] for found in violations(clerk.page)][:1] == [rule]


def test_a_page_wider_than_the_screen_is_found(visit: Hire) -> None:
    clerk = visit()
    clerk.page.set_content(WHOLE.format("<div style='width:2000px'>甲</div>"))

    assert width_needed(clerk.page) >= 2000


def test_what_the_browser_complains_about_is_found(visit: Hire) -> None:
    clerk = visit()
    clerk.go("/sign-in")
    with clerk.page.expect_console_message():
        clerk.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\"></p>')")
    told = [complaint.split(" ")[0] for complaint in clerk.complaints]
    clerk.complaints.clear()

    assert told == ["error:"]


def test_a_request_to_the_outside_is_found_and_gets_nowhere(visit: Hire) -> None:
    clerk = visit()
    with clerk.page.expect_event("requestfailed"):
        clerk.page.set_content(WHOLE.format("<img alt='' src='http://elsewhere.example/'>"))
    told = [complaint for complaint in clerk.complaints if complaint.startswith("request to the outside")]
    clerk.complaints.clear()

    assert told == ["request to the outside: http://elsewhere.example/"]


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ("button:focus { outline: none }", "cannot be seen"),
        ("button:focus { outline: 3px solid } p { position: fixed; inset: 0 }", "something covers"),
        ("button { visibility: hidden }", "is not reached"),
    ],
)
def test_a_focus_nobody_sees_is_found(visit: Hire, style: str, told: str) -> None:
    clerk = visit()
    button = "<button>甲</button><p>乙</p>"
    clerk.page.set_content(WHOLE.format(f"<style>{style}</style>{button}"))

    with pytest.raises(AssertionError, match=told):
        tab_to(clerk.page, "甲")
