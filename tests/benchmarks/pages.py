"""What pages of staff cost over HTTP: the inbox beside a million finished tasks, a form, a case."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, Engine

from engine.handling.claiming import Seen, claim
from engine.store.grants import person_named
from engine.store.human_tasks import open_tasks
from tests.benchmarks.crowd import fill_inbox, receive_for_review
from tests.benchmarks.measuring import Figure, cpu_ms, paired
from tests.benchmarks.plans import Statement, in_short, nodes_of_plan, noted_statements
from tests.benchmarks.stage import Stage
from tests.benchmarks.stock_process import STOCK_STEP
from tests.builders import a_commission, a_household
from tests.engine.house import House
from tests.staff import a_session
from tests.web.accounts.browser import FORM_TOKEN, Browser
from web.app import create_app
from web.hall import hall
from web.settings import read_settings

CASE_PAGES = ("", "/timeline", "/diagram", "/sources", "/papers", "/calculation")
OPEN, FINISHED, FEW = 100_000, 1_000_000, 60
INBOX = "/?view=free"
PAGES, FORMS = 20, 24
LARGE = frozenset({"human_task", "verification_case", "commission_revision"})
PASSED = {"first_passed": "true", "_version": "1", "_submit": "1"}  # claimed once


@dataclass
class Desk:
    """Somebody signed in to an application of its own over a house."""

    house: House
    browser: Browser
    engine: Engine

    @classmethod
    def open(cls, stage: Stage, house: House, name: str) -> "Desk":
        url = house.database.engine.url.render_as_string(hide_password=False)
        settings = read_settings({"HEDUI_DATABASE_URL": url, "HEDUI_DATA_DIR": str(stage.folder())})
        app = create_app(settings, lambda _: house.platform)
        browser = Browser(app.test_client())
        browser.bring(a_session(house, name))
        with app.app_context():
            return cls(house, browser, hall().database.engine)

    def read(self, path: str) -> str:
        answer = self.browser.get(path)
        if answer.status_code != 200:
            raise AssertionError(answer.status)
        return answer.text

    def cost_of(self, path: str) -> float:
        return cpu_ms(partial(self.read, path), times=PAGES)


def inbox_page_postgres(stage: Stage) -> Figure:
    """The free tasks of a reviewer; beside it the same page of a nearly empty house."""
    crowded, quiet = (Desk.open(stage, House(stage.open(stage.postgres_url())), "A001") for _ in range(2))
    fill_inbox(crowded.house, FEW, int(OPEN * stage.scale), int(FINISHED * stage.scale))
    fill_inbox(quiet.house, FEW, FEW, 0)
    pair = paired(partial(crowded.cost_of, INBOX), partial(quiet.cost_of, INBOX), rounds=5)
    scans = full_scans(crowded, INBOX)
    figure = pair.by_cpu("inbox_page_postgres", f"the same with {FEW} tasks", 60, full_scans=scans)
    return figure.unless(bool(scans))


def full_scans(desk: Desk, path: str) -> list[str]:
    """Statements of the page that read through a table of tasks or cases."""
    with noted_statements(desk.engine) as statements:
        desk.read(path)
    with desk.engine.connect() as connection:
        return sorted(in_short(one[0]) for one in statements if _scans(connection, one))


def _scans(connection: Connection, statement: Statement) -> bool:
    return any(
        node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE
        for node in nodes_of_plan(connection, statement)
    )


def form_post_sqlite(stage: Stage) -> Figure:
    """The form of the first review: read, checked, completed, the second review offered, committed."""
    desk = Desk.open(stage, House(stage.open(stage.sqlite_url())), "A001")
    receive_for_review(desk.house, FORMS * 5)
    left = iter(_claimed(desk))
    pair = paired(partial(_send_forms, desk, left), stage.stock.step, rounds=5)
    return pair.by_cpu("form_post_sqlite", STOCK_STEP, 15)


def _claimed(desk: Desk) -> list[int]:
    now = desk.house.clock.now()
    with desk.house.database.transaction() as session:
        person = person_named(session, "A001", now)
        tasks = open_tasks(session)
        for task in tasks:
            claim(session, Seen(task.id, task.version), person, now)
        return [task.id for task in tasks]


def _send_forms(desk: Desk, left: Iterator[int]) -> float:
    token = FORM_TOKEN.search(desk.read("/account"))
    if token is None:
        raise AssertionError("no form token")
    return cpu_ms(lambda: _send(desk, next(left), token[1]), times=FORMS)


def _send(desk: Desk, task_id: int, token: str) -> None:
    answer = desk.browser.post(f"/tasks/{task_id}", _form=token, **PASSED)
    if answer.status_code != 303:
        raise AssertionError(answer.status)


def case_page_sqlite(stage: Stage) -> Figure:
    """The first page of a case of nine members and twenty sources, beside the error page."""
    desk = Desk.open(stage, House(stage.open(stage.sqlite_url())), "A001")
    household = a_household(members=9)
    case_id = desk.house.receive(a_commission(household)).case.id
    desk.house.work()
    desk.read(f"/cases/{case_id}")  # its opening is on record now
    costs = {page: partial(desk.cost_of, f"/cases/{case_id}{page}") for page in CASE_PAGES}
    pair = paired(costs[""], partial(desk.cost_of, "/account"), rounds=5)
    others = {
        page.strip("/"): round(min(cost() for _ in range(3)), 1) for page, cost in costs.items() if page
    }
    figure = pair.by_cpu("case_page_sqlite", "the page of the own account", 80, cpu_ms_of=others)
    return figure.unless(max(others.values()) > 80)
