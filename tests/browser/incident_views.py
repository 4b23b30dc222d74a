"""What has come to a stop, and the keys of the staff pages."""

from playwright.sync_api import expect

from engine.configuration.units import UnitRegistration, register_unit
from engine.domain.posts import SUPERVISOR
from tests.browser.cases import send
from tests.browser.clerk import Clerk
from tests.browser.stage import Stage
from tests.browser.views import Scene, View
from tests.browser.waiting import come_back_until
from web.demo.town import UNIT_NAME

DEAF_UNIT = "320402009"


def _commission_of_a_deaf_unit(stage: Stage) -> str:
    """Its report cannot be delivered: nobody takes callbacks at that address."""
    registration = UnitRegistration.with_new_secrets(
        DEAF_UNIT, UNIT_NAME, f"{stage.surroundings.sources_url}/nobody"
    )
    with stage.database.transaction() as session:
        vault, now = stage.platform.vault, stage.clock.now()
        register_unit(session, vault, registration, "test", now, replace=True)
    return send(stage, "ordinary", "WT-INCIDENT", DEAF_UNIT).case_no


def _filled(scene: Scene) -> Clerk:
    number = _commission_of_a_deaf_unit(scene.stage)
    clerk = scene.hire("V130", SUPERVISOR)
    clerk.go("/incidents")
    come_back_until(clerk.page, clerk.page.get_by_role("heading", name=number))
    return clerk


def _empty(scene: Scene) -> Clerk:
    clerk = scene.hire("V131", SUPERVISOR)
    clerk.go("/incidents")
    return clerk


def _shortcuts(scene: Scene) -> Clerk:
    clerk = scene.hire("V132", SUPERVISOR)
    clerk.go("/account/shortcuts")
    expect(clerk.page.get_by_text("未启用")).to_be_visible()
    return clerk


def _shortcuts_on(scene: Scene) -> Clerk:
    clerk = _shortcuts(scene)
    clerk.page.get_by_role("button", name="启用快捷键").click()
    expect(clerk.page.get_by_text("已启用")).to_be_visible()
    return clerk


VIEWS = (
    View("incidents.show", "empty", _empty),
    View("incidents.show", "filled", _filled),
    View("habits.show_shortcuts", "off", _shortcuts),
    View("habits.show_shortcuts", "on", _shortcuts_on),
)
