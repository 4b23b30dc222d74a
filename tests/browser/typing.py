"""Typing into forms as people do: by the words beside the fields."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

Place = Page | Locator
REDRAWING = ".htmx-request, .htmx-swapping, .htmx-settling"


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(words)}(（选填）)?\s*$")


def field(place: Place, label: str) -> Locator:
    return place.get_by_label(_whole(label))


def group(place: Place, title: str) -> Locator:
    """A question with its answers, or a row of a list."""
    return place.get_by_role("group", name=_whole(title))


def write(place: Place, answers: dict[str, object]) -> None:
    for label, text in answers.items():
        field(place, label).fill(str(text))


def choose(place: Place, question: str, *answers: str) -> None:
    for answer in answers:
        group(place, question).get_by_label(answer, exact=True).check()
        wait_for_redrawing(place)


def pick(place: Place, label: str, value: object) -> None:
    field(place, label).select_option(str(value))
    wait_for_redrawing(place)


def tick(place: Place, *labels: str) -> None:
    for label in labels:
        field(place, label).check()
        wait_for_redrawing(place)


def enclose(place: Place, label: str, *papers: Any) -> None:
    field(place, label).set_input_files(list(papers))
    wait_for_redrawing(place)


def add_row(page: Page, title: str, number: int) -> Locator:
    page.get_by_role("button", name=f"添加{title}").click()
    wait_for_redrawing(page)
    return group(page, f"{title} {number}")


def wait_for_redrawing(place: Place) -> None:
    """No hand is as fast as a test: the answer to what was chosen is there before the next is typed."""
    page = place if isinstance(place, Page) else place.page
    expect(page.locator(REDRAWING)).to_have_count(0)
