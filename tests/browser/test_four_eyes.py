"""Two reviews are by two people (MZ/T 072-2016 6.1 b), whichever way the same person tries the second."""

import hashlib
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from engine.domain.errors import ReviewerMustDiffer
from engine.domain.posts import ACCEPTANCE
from tests.browser.cases import Brought, bring
from tests.browser.clerk import Clerk
from tests.browser.conftest import Hire
from tests.browser.office import find, review, submit, take
from tests.browser.stage import Stage
from tests.browser.typing import choose

REFUSAL = ReviewerMustDiffer.message()
SECOND = "第二次审核"
CONFLICT = 409


@dataclass
class Reviewed:
    """A case with its first review, and the second reviewer who sees it waiting."""

    case: Brought
    first: Clerk
    other: Clerk

    def address(self) -> str:
        """Of the second review."""
        found = find(self.other, SECOND, self.case.case_no).get_attribute("href")
        assert found
        return found

    def task(self) -> str:
        """As the pages name it: its number and version."""
        task = self.case.open_task()
        assert task is not None
        return f"{task.id}:{task.version}"

    def expect_untouched(self) -> None:
        """It still waits for somebody else, who can do it."""
        review(self.other, SECOND, self.case.case_no)


@pytest.fixture
def reviewed(stage: Stage, hire: Hire, request: pytest.FixtureRequest) -> Reviewed:
    name = hashlib.sha256(request.node.name.encode()).hexdigest()[:8]
    case = bring(stage, "ordinary", f"WT-EYES-{name}")
    first, other = hire(f"A-{name}", ACCEPTANCE), hire(f"B-{name}", ACCEPTANCE)
    for clerk in (first, other):
        clerk.go("/")
    review(first, "第一次审核", case.case_no)
    return Reviewed(case, first, other)


def form_of(clerk: Clerk) -> str:
    """The right token of this person's forms."""
    token = clerk.page.locator("input[name=_form]").first.get_attribute("value")
    assert token
    return token


@pytest.mark.clause("M 6.1 b")
def test_the_page_of_the_second_review_offers_nothing_to_the_first_reviewer(reviewed: Reviewed) -> None:
    reviewed.first.go(reviewed.address())

    expect(reviewed.first.page.get_by_text(REFUSAL)).to_be_visible()
    expect(reviewed.first.page.get_by_role("button", name="领取并办理")).to_have_count(0)
    expect(reviewed.first.page.get_by_role("button", name="提交", exact=True)).to_have_count(0)
    reviewed.expect_untouched()


@pytest.mark.clause("M 6.1 b")
def test_what_the_first_reviewer_sends_past_the_pages_is_refused(reviewed: Reviewed) -> None:
    address = reviewed.address()
    token = form_of(reviewed.first)
    task = reviewed.task()

    claimed = reviewed.first.post("/tasks/act", {"_form": token, "action": "claim", "task": task})
    answered = reviewed.first.post(
        address, {"_form": token, "_version": task.partition(":")[2], "second_passed": "true", "_submit": "1"}
    )

    assert (claimed, answered) == (CONFLICT, CONFLICT)
    reviewed.expect_untouched()


@pytest.mark.clause("M 6.1 b")
def test_a_stand_in_of_the_first_reviewer_has_their_eyes(reviewed: Reviewed, hire: Hire) -> None:
    absent = str(reviewed.first.name)
    stand_in = hire(f"S-{absent}", ACCEPTANCE, stands_for=absent)

    stand_in.go(reviewed.address())
    claim = {"_form": form_of(stand_in), "action": "claim", "task": reviewed.task()}

    expect(stand_in.page.get_by_text(REFUSAL)).to_be_visible()
    assert stand_in.post("/tasks/act", claim) == CONFLICT
    reviewed.expect_untouched()


@pytest.mark.clause("M 6.1 b")
def test_the_second_review_cannot_be_transferred_to_the_first_reviewer(reviewed: Reviewed) -> None:
    first, other = reviewed.first, reviewed.other
    take(other, SECOND, reviewed.case.case_no)
    transfer = {"action": "transfer", "task": reviewed.task(), "to": str(first.name)}

    refused = other.post("/tasks/act", {"_form": form_of(other), **transfer})

    assert refused == CONFLICT
    offered = other.page.get_by_label("转办给").get_by_role("option").all_inner_texts()
    assert first.name not in offered
    assert len(offered) > 1
    choose(other.page, "审核结论", "通过")
    submit(other)
