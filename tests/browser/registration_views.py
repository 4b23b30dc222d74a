"""The desk where papers are registered: manual submissions, re-checks, requests of other units."""

from collections.abc import Callable

from playwright.sync_api import expect

from engine.domain.posts import FRONT_DESK
from tests.browser.cases import an_application_to, bring
from tests.browser.clerk import Clerk
from tests.browser.front_desk import type_application
from tests.browser.views import Scene, View

NEXT = "下一步：核对后登记"
KINDS = {"submission": "人工递交", "recheck": "复核申请", "peer": "其他核对机构的申请"}


def _empty(kind: str, name: str) -> Callable[[Scene], Clerk]:
    def reach(scene: Scene) -> Clerk:
        clerk = scene.hire(name, FRONT_DESK)
        clerk.go("/")
        clerk.page.get_by_role("link", name="登记", exact=True).click()
        clerk.page.get_by_role("navigation", name="登记种类").get_by_role("link", name=KINDS[kind]).click()
        expect(clerk.page.get_by_role("button", name=NEXT)).to_be_visible()
        return clerk

    return reach


def _refused(kind: str, name: str) -> Callable[[Scene], Clerk]:
    def reach(scene: Scene) -> Clerk:
        clerk = _empty(kind, name)(scene)
        clerk.page.get_by_role("button", name=NEXT).click()
        expect(clerk.page.get_by_role("alert")).to_be_visible()
        return clerk

    return reach


def _typed(scene: Scene, name: str, button: str) -> Clerk:
    """Typed without script, which is quicker; the draft is the person's, whatever browser they come with."""
    desk = scene.hire(name, FRONT_DESK, script=False)
    desk.go("/registrations/submission")
    type_application(desk.page, an_application_to(scene.stage, "ordinary", f"WT-REGISTRATION-{name}"))
    desk.page.get_by_role("button", name=button).click()
    return scene.hire(name, script=True)


def _filled(scene: Scene) -> Clerk:
    clerk = _typed(scene, "V180", "保存草稿")
    clerk.go("/registrations/submission")
    expect(clerk.page.get_by_role("button", name="清除草稿，重新填写")).to_be_visible()
    return clerk


def _checked(scene: Scene) -> Clerk:
    clerk = _typed(scene, "V188", NEXT)
    clerk.go("/registrations/submission/check")
    expect(clerk.page.get_by_role("button", name="确认登记")).to_be_visible()
    return clerk


def _receipt(scene: Scene) -> Clerk:
    case = bring(scene.stage, "ordinary", "WT-RECEIPT")
    clerk = scene.hire("V187", FRONT_DESK)
    clerk.go(f"/registrations/receipts/{case.case_id}")
    expect(clerk.page.get_by_role("heading", name="收件回执")).to_be_visible()
    return clerk


VIEWS = (
    View("registrations.show_submission", "empty", _empty("submission", "V181")),
    View("registrations.show_submission", "filled", _filled),
    View("registrations.show_submission", "error", _refused("submission", "V182")),
    View("registrations.show_recheck", "empty", _empty("recheck", "V183")),
    View("registrations.show_recheck", "error", _refused("recheck", "V184")),
    View("registrations.show_peer", "empty", _empty("peer", "V185")),
    View("registrations.show_peer", "error", _refused("peer", "V186")),
    View("registrations.show_check", "filled", _checked),
    View("registrations.show_receipt", "filled", _receipt),
)
