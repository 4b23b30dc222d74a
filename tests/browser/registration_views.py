"""The desk where papers are registered: manual submissions, re-checks, requests of other units."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from engine.domain.posts import FRONT_DESK
from tests.browser.application import Application
from tests.browser.cases import an_application_to, bring
from tests.browser.clerk import Clerk
from tests.browser.front_desk import type_application
from tests.browser.letters import type_peer_request, type_recheck
from tests.browser.typing import write
from tests.browser.views import Scene, View

NEXT, KEEP = "下一步：核对后登记", "保存草稿"
COMPLETE, DEFECTIVE = "材料齐全，登记后进入审核。", "登记后将因以下缺项退回"
Typing = Callable[[Page, Application], None]
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


def _typed(scene: Scene, name: str, kind: str, typing: Typing, button: str = KEEP) -> Clerk:
    """Typed without script, which is quicker; the draft is the person's, whatever browser they come with."""
    desk = scene.hire(name, FRONT_DESK, script=False)
    desk.go(f"/registrations/{kind}")
    typing(desk.page, an_application_to(scene.stage, "ordinary", f"WT-REGISTRATION-{name}"))
    desk.page.get_by_role("button", name=button).click()
    return scene.hire(name, script=True)


def _draft(name: str, kind: str, typing: Typing) -> Callable[[Scene], Clerk]:
    def reach(scene: Scene) -> Clerk:
        clerk = _typed(scene, name, kind, typing)
        clerk.go(f"/registrations/{kind}")
        expect(clerk.page.get_by_role("button", name="清除草稿，重新填写")).to_be_visible()
        return clerk

    return reach


def _checked(name: str, typing: Typing, told: str) -> Callable[[Scene], Clerk]:
    def reach(scene: Scene) -> Clerk:
        clerk = _typed(scene, name, "submission", typing, NEXT)
        clerk.go("/registrations/submission/check")
        expect(clerk.page.get_by_role("button", name="确认登记")).to_be_visible()
        expect(clerk.page.get_by_text(told)).to_be_visible()
        return clerk

    return reach


def _type_with_expired_letter(page: Page, application: Application) -> None:
    type_application(page, application)
    start, end = application.letter["period"].values()
    write(page, {"委托书生效日期": start, "委托书失效日期": end})


def _type_recheck(page: Page, application: Application) -> None:
    type_recheck(page, application, "第32040020261100001aaf1号")


def _acknowledgement(scene: Scene) -> Clerk:
    case = bring(scene.stage, "ordinary", "WT-RECEIPT")
    clerk = scene.hire("V187", FRONT_DESK)
    clerk.go(f"/registrations/acknowledgements/{case.case_id}")
    expect(clerk.page.get_by_role("heading", name="收件回执")).to_be_visible()
    return clerk


VIEWS = (
    View("registrations.show_submission", "empty", _empty("submission", "V181")),
    View("registrations.show_submission", "filled", _draft("V180", "submission", type_application)),
    View("registrations.show_submission", "error", _refused("submission", "V182")),
    View("registrations.show_recheck", "empty", _empty("recheck", "V183")),
    View("registrations.show_recheck", "filled", _draft("V189", "recheck", _type_recheck)),
    View("registrations.show_recheck", "error", _refused("recheck", "V184")),
    View("registrations.show_peer", "empty", _empty("peer", "V185")),
    View("registrations.show_peer", "filled", _draft("V190", "peer", type_peer_request)),
    View("registrations.show_peer", "error", _refused("peer", "V186")),
    View("registrations.show_check", "filled", _checked("V188", type_application, COMPLETE)),
    View("registrations.show_check", "error", _checked("V191", _type_with_expired_letter, DEFECTIVE)),
    View("registrations.show_acknowledgement", "filled", _acknowledgement),
)
