"""Policies: every route has one, the matrix of who may enter holds, forms of others are refused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest
from flask import Flask, url_for
from sqlalchemy import update
from werkzeug.routing import Rule

from engine.configuration.accounts import set_active
from engine.configuration.units import UnitRegistration, register_unit
from engine.domain.authority import Right
from engine.domain.posts import (
    ACCEPTANCE,
    ADMINISTRATOR,
    ALL_POSTS,
    AUDITOR,
    BACK_OFFICE,
    EXCHANGE,
    FRONT_DESK,
    POSTS,
    SUPERVISOR,
)
from engine.handling.case_file.commenting import Attachment
from engine.handling.receiving import receive_commission
from engine.handling.submission import submit_commission
from engine.store.accounts import Account, account_named
from engine.store.documents import add_document
from engine.store.grants import GrantState, PostGrant
from engine.store.human_tasks import HumanTask, TaskState, tasks_of_case
from engine.store.units import CommissioningUnit
from tests.builders import UNIT, a_commission
from tests.door import Door
from tests.engine.handling.test_automatic_case import confirm
from tests.engine.house import UNIT_CODE
from tests.staff import a_session, employ
from tests.web.accounts.browser import FORM_TOKEN, Browser
from web.policies import RouteWithoutPolicy, admits, require_policies, with_right
from web.security import Guard, guarded

# Who may enter, written down apart from the routes. A route that is not here fails the matrix.
ANYBODY, ON_THE_SERVER, OWN_UNIT = "anybody", "on the server", "own unit"
HALF, WHOLE, SUPERVISORS = "half signed in", "signed in", "supervisors"
HANDLERS, DECIDERS, PROPOSERS = "who handles cases", "who decides incidents", "who proposes posts"
FRONT, RECEIVERS = "who stands at the front desk", "who takes in papers"
LOG_READERS = "who reads the log, and who works on the case"
BROWSERS, WITH_FACTOR, WITHOUT_FACTOR = "browsers", "half with a factor", "half without a factor"
EXPECTED = {
    "health.show_health": ANYBODY,
    "health.show_live": ON_THE_SERVER,
    "health.show_ready": ON_THE_SERVER,
    "health.show_deep": ON_THE_SERVER,
    "health.metrics": ON_THE_SERVER,
    "inbox.show": HANDLERS,
    "inbox.show_counts": HANDLERS,
    "inbox.show_preview": HANDLERS,
    "inbox.act": HANDLERS,
    "incidents.show": DECIDERS,
    "incidents.decide": DECIDERS,
    "cases.search": HANDLERS,
    "cases.search_by_id_number": HANDLERS,
    "cases.show": HANDLERS,
    "cases.show_timeline": HANDLERS,
    "cases.show_diagram": HANDLERS,
    "cases.show_sources": HANDLERS,
    "cases.show_part": HANDLERS,
    "cases.show_papers": HANDLERS,
    "cases.show_document": HANDLERS,
    "cases.show_calculation": HANDLERS,
    "cases.show_access": LOG_READERS,
    "cases.unmask": HANDLERS,
    "cases.comment": HANDLERS,
    "tasks.show": HANDLERS,
    "tasks.send": HANDLERS,
    "tasks.keep_draft": HANDLERS,
    "registrations.show_submission": FRONT,
    "registrations.send_submission": FRONT,
    "registrations.show_recheck": RECEIVERS,
    "registrations.send_recheck": RECEIVERS,
    "registrations.show_peer": RECEIVERS,
    "registrations.send_peer": RECEIVERS,
    "registrations.keep_draft": FRONT,
    "registrations.clear": FRONT,
    "registrations.show_check": FRONT,
    "registrations.confirm": FRONT,
    "registrations.show_acknowledgement": HANDLERS,
    "language.choose": BROWSERS,
    "habits.show_shortcuts": WHOLE,
    "habits.set_shortcuts": WHOLE,
    "commissions.send_commission": OWN_UNIT,
    "commissions.show_commission": OWN_UNIT,
    "commissions.instruct": OWN_UNIT,
    "reports.receive_receipt": OWN_UNIT,
    "submissions.send_submission": OWN_UNIT,
    "submissions.send_again": OWN_UNIT,
    "submissions.send_peer_request": OWN_UNIT,
    "rechecks.send_recheck": OWN_UNIT,
    "accounts.show_sign_in": ANYBODY,
    "accounts.take_sign_in": BROWSERS,
    "accounts.show_start": ANYBODY,
    "accounts.take_start": BROWSERS,
    "accounts.show_factor": WITH_FACTOR,
    "accounts.show_set_up": WITHOUT_FACTOR,
    "accounts.take_second_factor": HALF,
    "accounts.leave": WHOLE,
    "accounts.leave_everywhere": WHOLE,
    "account.show_account": WHOLE,
    "account.show_password": WHOLE,
    "account.take_password": WHOLE,
    "grants.show_grants": PROPOSERS,
    "grants.propose": PROPOSERS,
    "grants.approve": SUPERVISORS,
    "grants.refuse": SUPERVISORS,
}
STRANGERS = (
    "nobody",
    "browser on the server",
    "unit",
    "foreign unit",
    "half",
    "new",
    "without a post",
    "closed",
)
STAND_IN = "stands in for 督查主任岗"
VISITORS = (*STRANGERS, STAND_IN, *ALL_POSTS)
WHOLE_SESSIONS = ("without a post", STAND_IN, *ALL_POSTS)
ADMITTED = {
    ANYBODY: VISITORS,
    ON_THE_SERVER: ("browser on the server",),
    OWN_UNIT: ("unit", "foreign unit"),
    HALF: ("half", "new"),
    WITH_FACTOR: ("half",),
    WITHOUT_FACTOR: ("new",),
    BROWSERS: tuple(visitor for visitor in VISITORS if "unit" not in visitor),
    WHOLE: WHOLE_SESSIONS,
    SUPERVISORS: (SUPERVISOR, STAND_IN),
    HANDLERS: (*POSTS, STAND_IN),
    FRONT: (FRONT_DESK,),
    RECEIVERS: (FRONT_DESK, ACCEPTANCE),
    LOG_READERS: (*POSTS, AUDITOR, STAND_IN),
    PROPOSERS: (SUPERVISOR, ADMINISTRATOR, STAND_IN),
    DECIDERS: (EXCHANGE, BACK_OFFICE, SUPERVISOR, STAND_IN),
}
OBJECTS = ("own", "foreign", "closed", "nowhere")
NUMBERS = {"own": "WT-OWN", "foreign": "WT-FOREIGN", "closed": "WT-CLOSED", "nowhere": "WT-NOWHERE"}
REPORTS = {
    "own": "第32040020261100001aaf1号",
    "closed": "第32040020261100002aaf1号",
    "foreign": "第32040020261100003aaf1号",
    "nowhere": "第32040020261100009aaf1号",
}


@dataclass(frozen=True)
class Cell:
    endpoint: str
    method: str
    visitor: str
    object: str | None


def cells(app: Flask) -> Iterator[Cell]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            for visitor in VISITORS:
                for thing in OBJECTS if rule.arguments else (None,):
                    yield Cell(rule.endpoint, method, visitor, thing)


@dataclass
class Town:
    """A door behind which there is one object of each kind, and everybody the matrix sends."""

    door: Door

    def __post_init__(self) -> None:
        house = self.door.house
        foreign = UnitRegistration(
            FOREIGN_UNIT, UNIT, "http://unit.invalid/2", "key-2", "t" * 32, "whsec_" + "c" * 32
        )
        with house.database.transaction() as session:
            register_unit(session, house.platform.vault, foreign, "test", house.clock.now())
        for number in ("own", "closed"):
            house.receive(a_commission(number=NUMBERS[number]))
        house.work()
        confirm(house, REPORTS["closed"])
        with house.database.transaction() as session:
            commission = replace(a_commission(number=NUMBERS["foreign"]), received_at=house.clock.now())
            unit = session.get_one(CommissioningUnit, FOREIGN_UNIT)
            receive_commission(session, house.platform, unit, commission, "d" * 64)
        house.work()
        house.documents.put(CONTENT)
        for name in ("half", "new", "without a post", "closed", "S009"):
            employ(house, name)
        for post in ALL_POSTS:
            employ(house, post, post)
        employ(house, "S009", SUPERVISOR)
        employ(house, STAND_IN, SUPERVISOR, stands_for="S009")
        self.tasks = [self._task(number, place) for number, place in enumerate(("own", "foreign", "closed"))]
        with house.database.transaction() as session:
            session.execute(update(Account).where(Account.name == "new").values(totp_since=None))
            set_active(session, "closed", False, "S009", house.clock.now())

    def _task(self, number: int, place: str) -> int:
        house = self.door.house
        with house.database.transaction() as session:
            unit = session.get_one(CommissioningUnit, UNIT_CODE)
            commission = replace(a_commission(number=f"WT-TASK-{place}"), received_at=house.clock.now())
            reception = submit_commission(session, house.platform, unit, commission, f"{number:064d}")
            case_id = reception.case.id
        house.work()
        with house.database.transaction() as session:
            add_document(session, case_id, "scan", "核对授权书.pdf", PAPER, house.clock.now())
            (task,) = tasks_of_case(session, case_id)
            task.owner = "A003"
            task.state = TaskState.COMPLETED if place == "closed" else TaskState.OPEN
            return task.id

    def ask(self, rule: Rule, cell: Cell) -> int:
        with self.door.app.test_request_context():
            values = {name: self._thing(name, cell) for name in rule.arguments}
            path = url_for(cell.endpoint, **values)
        if cell.visitor in ("unit", "foreign unit"):
            return self._ask_as_unit(path, cell)
        browser = self._browser(cell)
        fields = self._form(browser, cell) if cell.method == "POST" else None
        answer = browser.client.open(
            path,
            method=cell.method,
            data=fields,
            base_url=browser.base,
            environ_base={"REMOTE_ADDR": browser.address},
        )
        if "hd-summary" in answer.text:  # the form again: past the policy
            return 400
        return answer.status_code

    def _browser(self, cell: Cell) -> Browser:
        if cell.visitor == "browser on the server":
            return Browser(self.door.app.test_client(), "127.0.0.1", "http://localhost")
        browser = Browser(self.door.app.test_client())
        if cell.visitor != "nobody":
            browser.bring(a_session(self.door.house, cell.visitor, is_half=cell.visitor in ADMITTED[HALF]))
        return browser

    def _thing(self, name: str, cell: Cell) -> str | int:
        if name == "grant_id":
            return self._grant(cell)
        if name in ("task_id", "case_id"):
            return self._task_or_case(name, cell)
        if name in FIXED:
            return FIXED[name]
        return {"commission_no": NUMBERS, "number": REPORTS}[name][cell.object or ""]

    def _task_or_case(self, name: str, cell: Cell) -> int:
        """A task that is the visitor's, somebody else's or done; the cases beside them."""
        if cell.object == "nowhere":
            return 999_999
        task = {"own": self.tasks[0], "foreign": self.tasks[1], "closed": self.tasks[2]}[cell.object or ""]
        with self.door.house.database.transaction() as session:
            row = session.get_one(HumanTask, task)
            if cell.object == "own" and cell.visitor in POSTS:
                row.post, row.owner, row.state = cell.visitor, cell.visitor, TaskState.OPEN
            return row.id if name == "task_id" else row.case_id

    def _grant(self, cell: Cell) -> int:
        """A fresh one each time: proposed by somebody, by the visitor, or decided already."""
        if cell.object == "nowhere":
            return 999_999
        now = self.door.house.clock.now()
        with self.door.house.database.transaction() as session:
            account = account_named(session, "without a post")
            assert account is not None
            grant = PostGrant(
                account_id=account.id,
                post=FRONT_DESK,
                since=now,
                state=GrantState.REFUSED if cell.object == "closed" else GrantState.PROPOSED,
                proposed_by=cell.visitor if cell.object == "foreign" else "T001",
                proposed_at=now,
            )
            session.add(grant)
            session.flush()
            return grant.id

    def _ask_as_unit(self, path: str, cell: Cell) -> int:
        mine = {} if cell.visitor == "unit" else {"key_id": "key-2", "iss": FOREIGN_UNIT}
        body = BODIES.get(cell.endpoint) if cell.method == "POST" else None
        headers = self.door.headers(**mine)
        answer = self.door.client.open(
            path,
            method=cell.method,
            headers=headers,
            json=body,
            base_url="https://hedui.example",
            environ_base={"REMOTE_ADDR": "192.0.2.20"},
        )
        return answer.status_code

    @staticmethod
    def _form(browser: Browser, cell: Cell) -> dict[str, str]:
        """A right form token, from any page that this visitor is given."""
        for page in ("/account/password", "/sign-in/second-factor", "/sign-in/set-up", "/sign-in"):
            parts = browser.get(page).text.split('name="_form" value="')
            if len(parts) > 1:
                return {"_form": parts[1].split('"')[0]}
        raise AssertionError(cell)


FOREIGN_UNIT = "320411001"
CONTENT = b"%PDF-1.7 a scanned paper"
PAPER = Attachment("核对授权书.pdf", sha256(CONTENT).hexdigest(), len(CONTENT))
FIXED: dict[str, str | int] = {
    "code": "en",
    "kind": "work",
    "incident_id": 999_999,
    "digest": PAPER.digest,
    "part": "overview",
    "paper": "submission",
}
# There is no incident in this town, and no masked field is named in the empty form.
ALWAYS_NOWHERE = {"incidents.decide", "cases.unmask", "registrations.show_acknowledgement"}
LEAD_BACK = {"registrations.show_check"}  # while there is nothing to look over
TASK_FORMS = {"tasks.send", "tasks.keep_draft"}
SEES_EVERY_LOG = (SUPERVISOR, STAND_IN, AUDITOR)
BODIES = {
    "commissions.instruct": {"instruction": "continue", "answers": "m1"},
    "reports.receive_receipt": {
        "sha256": "f" * 64,
        "received_by": "U001",
        "received_at": "2026-11-20T18:00:00+08:00",
    },
}


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


def test_the_application_does_not_start_with_a_route_nobody_has_said_anything_about(door: Door) -> None:
    door.app.add_url_rule("/forgotten", view_func=lambda: "open")

    with pytest.raises(RouteWithoutPolicy, match="<lambda>"):
        require_policies(door.app)


def test_a_guard_for_staff_without_a_policy_is_no_policy(door: Door) -> None:
    door.app.add_url_rule("/half-said", view_func=guarded(Guard.STAFF)(lambda: "open"))

    with pytest.raises(RouteWithoutPolicy):
        require_policies(door.app)


def test_a_new_route_is_closed_to_the_posts_without_its_right(door: Door) -> None:
    door.app.add_url_rule("/log", view_func=admits(with_right(Right.READ_AUDIT))(lambda: "log"))
    answers = {}
    for post in (AUDITOR, ADMINISTRATOR):
        employ(door.house, post, post)
        browser = Browser(door.app.test_client())
        browser.bring(a_session(door.house, post))
        answers[post] = browser.get("/log").status_code

    assert answers == {AUDITOR: 200, ADMINISTRATOR: 403}


@pytest.fixture
def browser(door: Door) -> Browser:
    employ(door.house, "N001")
    browser = Browser(door.app.test_client())
    browser.bring(a_session(door.house, "N001"))
    return browser


def test_a_form_without_the_token_of_this_session_changes_nothing(door: Door, browser: Browser) -> None:
    employ(door.house, "N002")
    other = Browser(door.app.test_client())
    other.bring(a_session(door.house, "N002"))
    foreign = FORM_TOKEN.search(other.get("/account").text)
    assert foreign is not None

    answers = [
        browser.post("/sign-out"),
        browser.post("/sign-out", _form=""),
        browser.post("/sign-out", _form="ü"),
        browser.post("/sign-out", _form=foreign[1]),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert browser.get("/account").status_code == 200


def test_a_form_another_site_sends_is_refused_whatever_it_knows(browser: Browser) -> None:
    found = FORM_TOKEN.search(browser.get("/account").text)
    assert found is not None

    answers = {
        site: browser.post("/sign-out", {"Sec-Fetch-Site": site}, _form=found[1]).status_code
        for site in ("cross-site", "same-site")
    }

    assert set(answers.values()) == {403}
    assert browser.post("/sign-out", {"Sec-Fetch-Site": "same-origin"}, _form=found[1]).status_code == 303


def test_signing_in_needs_a_page_of_ours_too(door: Door) -> None:
    assert Browser(door.app.test_client()).post("/sign-in", name="N001", password="x").status_code == 403


def test_a_form_secret_from_before_signing_in_opens_no_form_afterwards(door: Door) -> None:
    employ(door.house, "N001")
    browser = Browser(door.app.test_client())
    before = FORM_TOKEN.search(browser.get("/sign-in").text)
    assert before is not None
    browser.bring(a_session(door.house, "N001"))

    assert browser.post("/sign-out", _form=before[1]).status_code == 403
