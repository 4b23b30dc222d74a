"""Every page in its empty, filled and error state: no violation, no scrolling sideways, none forgotten."""

import pytest

from tests.browser import (
    account_views,
    case_views,
    error_views,
    inbox_views,
    incident_views,
    paper_views,
    public_views,
    registration_views,
    task_views,
)
from tests.browser.conftest import Hire
from tests.browser.looking import look
from tests.browser.stage import Stage
from tests.browser.views import Scene, View
from web.security import Guard

ROOMS = (
    account_views,
    case_views,
    error_views,
    inbox_views,
    incident_views,
    paper_views,
    public_views,
    registration_views,
    task_views,
)
VIEWS = tuple(view for room in ROOMS for view in room.VIEWS)
# Parts of pages that are looked at, and papers.
PAPERS = {"papers.show_form", "papers.show_preview", "papers.show_paper"}
NOT_PAGES = {*PAPERS, "cases.show_document", "cases.show_part", "inbox.show_counts"}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_is_accessible_and_fits_a_narrow_screen(
    view: View, stage: Stage, visit: Hire, hire: Hire
) -> None:
    clerk = view.reach(Scene(stage, visit, hire))

    assert look(clerk, view.name, view.wide) == []


def test_no_page_is_forgotten(stage: Stage) -> None:
    pages = {
        rule.endpoint
        for rule in stage.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and getattr(stage.app.view_functions[rule.endpoint], "guard", None) is Guard.STAFF
    }

    assert pages - NOT_PAGES - {view.endpoint for view in VIEWS} == set()
