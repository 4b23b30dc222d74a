"""The page of a task: to claim, to fill in, refused, done, in other hands."""

from playwright.sync_api import expect

from engine.domain.posts import ACCEPTANCE, CERTIFICATION, FRONT_DESK
from tests.browser.cases import Brought, bring
from tests.browser.clerk import Clerk
from tests.browser.typing import choose
from tests.browser.views import Scene, View
from tests.browser.waiting import come_back_until

FIRST = "第一次审核"


def find_task(clerk: Clerk, case: Brought, view: str = "free") -> None:
    """In the inbox, by the number of its case."""
    clerk.go(f"/?view={view}")
    row = clerk.page.get_by_role("rowheader", name=case.case_no)
    come_back_until(clerk.page, row).get_by_role("link").click()


def _free(scene: Scene, name: str = "V140") -> Clerk:
    case = bring(scene.stage, "doubtful", f"WT-TASK-{name}")
    clerk = scene.hire(name, ACCEPTANCE)
    find_task(clerk, case)
    expect(clerk.page.get_by_role("button", name="领取并办理")).to_be_visible()
    return clerk


def claimed(scene: Scene, name: str = "V141") -> Clerk:
    clerk = _free(scene, name)
    clerk.page.get_by_role("button", name="领取并办理").click()
    expect(clerk.page.get_by_role("group", name="审核结论")).to_be_visible()
    return clerk


def _filled(scene: Scene) -> Clerk:
    """A draft, with the reasons of a refusal."""
    clerk = claimed(scene, "V139")
    choose(clerk.page, "审核结论", "不通过")
    choose(clerk.page, "不通过的原因", "缺少有效身份证件复印件")
    clerk.page.get_by_role("button", name="保存草稿").click()
    expect(clerk.page.get_by_text("草稿已保存")).to_be_visible()
    return clerk


def _refused(scene: Scene) -> Clerk:
    clerk = claimed(scene, "V142")
    clerk.page.get_by_role("button", name="提交", exact=True).last.click()
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    return clerk


def _suspended(scene: Scene) -> Clerk:
    clerk = claimed(scene, "V143")
    clerk.page.get_by_role("button", name="挂起").click()
    expect(clerk.page.get_by_role("button", name="恢复")).to_be_visible()
    return clerk


def _done(scene: Scene) -> Clerk:
    clerk = claimed(scene, "V144")
    address = clerk.page.url
    clerk.page.get_by_role("group", name="审核结论").get_by_label("通过", exact=True).check()
    clerk.page.get_by_role("button", name="提交", exact=True).last.click()
    expect(clerk.page.get_by_role("status")).to_be_visible()
    clerk.go(address)
    return clerk


def _in_other_hands(scene: Scene) -> Clerk:
    address = claimed(scene, "V145").page.url
    clerk = scene.hire("V146", ACCEPTANCE)
    clerk.go(address)
    return clerk


def _of_another_post(scene: Scene) -> Clerk:
    address = _free(scene, "V147").page.url
    clerk = scene.hire("V148", CERTIFICATION)
    clerk.go(address)
    return clerk


def _nowhere(scene: Scene) -> Clerk:
    clerk = scene.hire("V149", FRONT_DESK)
    clerk.go("/tasks/999999")
    return clerk


VIEWS = (
    View("tasks.show", "free", _free),
    View("tasks.show", "empty", claimed),
    View("tasks.show", "filled", _filled),
    View("tasks.show", "error", _refused),
    View("tasks.show", "suspended", _suspended),
    View("tasks.show", "done", _done),
    View("tasks.show", "in-other-hands", _in_other_hands),
    View("tasks.show", "of-another-post", _of_another_post),
    View("tasks.show", "nowhere", _nowhere),
)
