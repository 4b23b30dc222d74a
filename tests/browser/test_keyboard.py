"""The inbox and a task by keyboard alone: everything is reached, seen and left again."""

from playwright.sync_api import expect

from engine.domain.posts import ACCEPTANCE, FRONT_DESK
from tests.browser.cases import bring
from tests.browser.clerk import Clerk
from tests.browser.conftest import Hire
from tests.browser.keyboard import tab_to
from tests.browser.stage import Stage
from tests.browser.waiting import come_back_until


def at_the_inbox(stage: Stage, hire: Hire, name: str) -> tuple[Clerk, str]:
    case = bring(stage, "ordinary", f"WT-KEYS-{name}")
    clerk = hire(name, ACCEPTANCE)
    clerk.go("/?view=free")
    come_back_until(clerk.page, clerk.page.get_by_role("rowheader", name=case.case_no))
    return clerk, case.case_no


def test_a_review_is_found_claimed_and_sent_by_keyboard_alone(stage: Stage, hire: Hire) -> None:
    clerk, case_no = at_the_inbox(stage, hire, "KB1")
    page = clerk.page
    page.goto(f"{stage.address}/")

    first_stop = tab_to(page, "跳到正文")
    tab_to(page, "可领取")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="可领取")).to_be_visible()
    tab_to(page, case_no)
    tab_to(page, "第一次审核")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="领取并办理")).to_be_visible()
    tab_to(page, "领取并办理")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="审核结论")).to_be_visible()
    tab_to(page, "通过")
    page.keyboard.press("Space")
    tab_to(page, "提交")
    page.keyboard.press("Enter")

    expect(page.get_by_text("已提交，流程进入下一环节")).to_be_visible()
    assert first_stop == ["跳到正文"]


def test_nothing_covers_the_focus_in_the_longest_form(hire: Hire) -> None:
    """Its buttons stay at the lower edge while the fields pass by below them."""
    page = hire("KB4", FRONT_DESK).go("/registrations/submission")

    passed = tab_to(page, "保存草稿")

    assert len(passed) > 40


def test_the_focus_is_trapped_nowhere(stage: Stage, hire: Hire) -> None:
    """Round the page, forwards and backwards, and out of it again."""
    clerk, _ = at_the_inbox(stage, hire, "KB2")
    page = clerk.page
    page.goto(f"{stage.address}/?view=free")

    forwards = tab_to(page, "领取所选")
    backwards = tab_to(page, "跳到正文", key="Shift+Tab")

    assert backwards == forwards[-2::-1]


def test_keys_do_nothing_until_somebody_switches_them_on(stage: Stage, hire: Hire) -> None:
    clerk, _ = at_the_inbox(stage, hire, "KB3")
    page = clerk.page
    on_a_task = page.locator("[data-row] a:focus")

    page.keyboard.press("j")
    expect(on_a_task).to_have_count(0)
    page.goto(f"{stage.address}/account/shortcuts")
    page.get_by_role("button", name="启用快捷键").click()
    expect(page.get_by_text("已启用")).to_be_visible()
    page.goto(f"{stage.address}/?view=free")
    page.keyboard.press("j")

    expect(on_a_task).to_have_count(1)
