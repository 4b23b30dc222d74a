"""The matrix of who may enter: routes, methods, visitors and objects, cell by cell."""

from engine.domain.posts import AUDITOR, SUPERVISOR
from tests.door import Door
from tests.web.routes.expected import ADMITTED, EXPECTED, LOG_READERS, OWN_UNIT, STAND_IN
from tests.web.routes.town import Cell, Town, cells

# No masked field is named in the empty form, nothing was brought on paper, and there is no such report.
ALWAYS_NOWHERE = {
    "cases.unmask",
    "registrations.show_acknowledgement",
    "cases.print_report",
    "cases.copy_report",
    "cases.void_report",
}
LEAD_BACK = {"registrations.show_check"}  # while there is nothing to look over
TASK_FORMS = {"tasks.send", "tasks.keep_draft"}
SEES_EVERY_LOG = (SUPERVISOR, STAND_IN, AUDITOR)


def of_task_form(cell: Cell) -> tuple[int, ...]:
    """A task is filled in by who has it; a stand-in for a supervisor has none of its own here."""
    if cell.object == "own" and cell.visitor == STAND_IN:
        return (403, 409)
    return {"own": (303, 400), "foreign": (403, 409), "closed": (409,), "nowhere": (404,)}[cell.object or ""]


def is_right(cell: Cell, status: int) -> bool:
    """Who asks for a page is sent to sign in, who sends a form is told."""
    expected = EXPECTED[cell.endpoint]
    if cell.visitor not in ADMITTED[expected]:
        return status in ((401, 403) if cell.method == "POST" else (303, 401, 403))
    return status in of_task_form(cell) if cell.endpoint in TASK_FORMS else is_right_inside(cell, status)


def is_right_inside(cell: Cell, status: int) -> bool:
    """For whoever is admitted to the route: what they see and do there."""
    expected = EXPECTED[cell.endpoint]
    if (
        expected == LOG_READERS
        and cell.object in ("foreign", "closed")
        and cell.visitor not in SEES_EVERY_LOG
    ):
        return status == 403
    if status == 303 and cell.method != "POST":
        return cell.endpoint in LEAD_BACK
    if status in (401, 403) or (status >= 500 and cell.endpoint != "health.show_deep"):  # which may say: sick
        return False
    if cell.object is None:
        return True
    is_there = cell.object != "nowhere"
    if expected == OWN_UNIT:
        is_there = is_there and (cell.object == "foreign") == (cell.visitor == "foreign unit")
        return (status == 404) != is_there
    if cell.endpoint.startswith("grants."):
        return status == {"own": 303, "foreign": 409, "closed": 409, "nowhere": 404}[cell.object]
    return (status == 404) == (cell.object == "nowhere" or cell.endpoint in ALWAYS_NOWHERE)


def test_the_matrix_of_routes_methods_visitors_and_objects_holds_cell_by_cell(door: Door) -> None:
    town = Town(door)
    rules = {rule.endpoint: rule for rule in door.app.url_map.iter_rules()}
    all_cells = list(cells(door.app))

    statuses = {cell: town.ask(rules[cell.endpoint], cell) for cell in all_cells}

    assert {cell.endpoint for cell in all_cells} == EXPECTED.keys()
    wrong = {cell: status for cell, status in statuses.items() if not is_right(cell, status)}
    assert wrong == {}
    assert len(statuses) > 1000
