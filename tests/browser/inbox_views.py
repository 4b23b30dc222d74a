"""The inbox in each of its views."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import update

from engine.domain.posts import ACCEPTANCE, CONFIDENTIAL
from engine.store.human_tasks import HumanTask
from tests.browser.cases import bring
from tests.browser.clerk import HEIGHT, Clerk
from tests.browser.views import Scene, View
from tests.browser.waiting import come_back_until

A_WEEK = timedelta(days=7)
ROOMY = 1600


def _empty(scene: Scene) -> Clerk:
    clerk = scene.hire("V120", CONFIDENTIAL)
    clerk.go("/")
    expect(clerk.page.get_by_text("没有事项。")).to_be_visible()
    return clerk


def _free(scene: Scene) -> Clerk:
    number = "WT-INBOX-FREE"
    case = bring(scene.stage, "ordinary", number)
    clerk = scene.hire("V121", ACCEPTANCE)
    clerk.go("/?view=free")
    come_back_until(clerk.page, clerk.page.get_by_role("rowheader", name=case.case_no))
    return clerk


def _with_preview(scene: Scene) -> Clerk:
    """Where there is room for it."""
    clerk = _free(scene)
    clerk.page.set_viewport_size({"width": ROOMY, "height": HEIGHT})
    clerk.page.get_by_role("rowheader").get_by_role("link").first.hover()
    expect(clerk.page.get_by_role("complementary").get_by_role("heading")).to_be_visible()
    return clerk


def _mine(scene: Scene) -> Clerk:
    clerk = _claimed(scene, "V122", "WT-INBOX-MINE")
    clerk.page.get_by_role("link", name="我的待办").click()
    expect(clerk.page.get_by_role("heading", name="我的待办")).to_be_visible()
    return clerk


def _claimed(scene: Scene, name: str, number: str) -> Clerk:
    case = bring(scene.stage, "ordinary", number)
    clerk = scene.hire(name, ACCEPTANCE)
    clerk.go("/?view=free")
    come_back_until(clerk.page, clerk.page.get_by_label(f"勾选 第一次审核 {case.case_no}")).check()
    clerk.page.get_by_role("button", name="领取所选").click()
    expect(clerk.page.get_by_role("status")).to_have_text("已领取 1 项")
    return clerk


def _suspended(scene: Scene) -> Clerk:
    clerk = _claimed(scene, "V123", "WT-INBOX-SUSPENDED")
    clerk.go("/?view=mine")
    clerk.page.get_by_role("row").get_by_role("checkbox").last.check()
    clerk.page.get_by_role("button", name="挂起").click()
    clerk.go("/?view=suspended")
    expect(clerk.page.get_by_role("row")).to_have_count(2)
    return clerk


def _with_limit(scene: Scene, view: str, name: str, left: timedelta) -> Clerk:
    case = bring(scene.stage, "ordinary", f"WT-INBOX-{view}")
    clerk = scene.hire(name, ACCEPTANCE)
    clerk.go("/?view=free")
    row = clerk.page.get_by_role("rowheader", name=case.case_no)
    come_back_until(clerk.page, row)
    with scene.stage.database.transaction() as session:
        its_own = update(HumanTask).where(HumanTask.case_id == case.case_id)
        session.execute(its_own.values(due_at=scene.stage.clock.now() + left))
    clerk.go(f"/?view={view}")
    expect(row).to_be_visible()
    return clerk


def _soon(scene: Scene) -> Clerk:
    return _with_limit(scene, "soon", "V126", timedelta(hours=1))


def _overdue(scene: Scene) -> Clerk:
    return _with_limit(scene, "overdue", "V124", -A_WEEK)


def _in_english(scene: Scene) -> Clerk:
    clerk = _free(scene)
    clerk.page.get_by_role("button", name="English").click()
    expect(clerk.page.get_by_role("button", name="中文")).to_be_visible()
    return clerk


def _nothing_chosen(scene: Scene) -> Clerk:
    clerk = _free(scene)
    clerk.page.get_by_role("button", name="领取所选").click()
    expect(clerk.page.get_by_text("请先勾选事项")).to_be_visible()
    return clerk


def _preview_page(scene: Scene) -> Clerk:
    """What a link to the preview opens when no script is there to put it beside the list."""
    case = bring(scene.stage, "ordinary", "WT-INBOX-PREVIEW")
    clerk = scene.hire("V125", ACCEPTANCE)
    clerk.go("/?view=free")
    row = come_back_until(clerk.page, clerk.page.get_by_role("rowheader", name=case.case_no))
    address = row.get_by_role("link").get_attribute("hx-get")
    assert address
    clerk.go(address)
    return clerk


VIEWS = (
    View("inbox.show", "empty", _empty),
    View("inbox.show", "filled", _mine),
    View("inbox.show", "free", _free),
    View("inbox.show", "preview", _with_preview, ROOMY),
    View("inbox.show", "suspended", _suspended),
    View("inbox.show", "soon", _soon),
    View("inbox.show", "overdue", _overdue),
    View("inbox.show", "english", _in_english),
    View("inbox.show", "error", _nothing_chosen),
    View("inbox.show_preview", "filled", _preview_page),
)
