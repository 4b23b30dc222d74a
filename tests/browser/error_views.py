"""The page that says why something is not done."""

from engine.domain.posts import AUDITOR
from tests.browser.clerk import Clerk
from tests.browser.views import Scene, View


def _nowhere(scene: Scene) -> Clerk:
    clerk = scene.visit()
    clerk.go("/nowhere")
    return clerk


def _nowhere_signed_in(scene: Scene) -> Clerk:
    clerk = scene.hire("V110", AUDITOR)
    clerk.go("/nowhere")
    return clerk


def _not_your_page(scene: Scene) -> Clerk:
    clerk = scene.hire("V111", AUDITOR)
    clerk.go("/accounts/grants")
    return clerk


def _expired_form(scene: Scene) -> Clerk:
    """The page lay open while its owner signed in anew in another window."""
    clerk = scene.hire("V112", AUDITOR)
    clerk.go("/account")
    clerk.page.evaluate("document.querySelectorAll('[name=_form]').forEach(field => { field.value = 'old' })")
    clerk.page.get_by_role("button", name="退出登录").first.click()
    return clerk


VIEWS = (
    View("errors", "not-found", _nowhere),
    View("errors", "not-found-signed-in", _nowhere_signed_in),
    View("errors", "not-admitted", _not_your_page),
    View("errors", "expired-form", _expired_form),
)
