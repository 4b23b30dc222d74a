"""The forms to hand out and the samples of papers."""

from playwright.sync_api import expect

from engine.domain.posts import FRONT_DESK
from tests.browser.clerk import Clerk
from tests.browser.views import Scene, View


def _papers(scene: Scene) -> Clerk:
    clerk = scene.hire("V180", FRONT_DESK)
    clerk.go("/papers")
    expect(clerk.page.get_by_role("button", name="打印告知书")).to_be_visible()
    return clerk


VIEWS = (View("papers.show", "filled", _papers),)
