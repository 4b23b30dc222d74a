"""A door behind which there is one object of each kind, and everybody the matrix sends."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256

from flask import Flask, url_for
from sqlalchemy import update
from werkzeug.routing import Rule

from engine.configuration.accounts import set_active
from engine.configuration.units import UnitRegistration, register_unit
from engine.domain.posts import ALL_POSTS, FRONT_DESK, POSTS, SUPERVISOR
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
from tests.web.accounts.browser import Browser
from tests.web.commission_json import commission_json
from tests.web.routes.expected import ADMITTED, HALF, STAND_IN, VISITORS, WHOLE_SESSIONS

FOREIGN_UNIT = "320411001"
CONTENT = b"%PDF-1.7 a scanned paper"
PAPER = Attachment("核对授权书.pdf", sha256(CONTENT).hexdigest(), len(CONTENT))
FIXED: dict[str, str | int] = {
    "code": "en",
    "kind": "work",
    "incident_id": 999_999,
    "report_id": 999_999,
    "digest": PAPER.digest,
    "part": "overview",
    "paper": "submission",
    "key": "acceptance_notice",
    "paper_key": "commission_letter",
}
BODIES = {
    "commissions.instruct": {"instruction": "continue", "answers": "m1"},
    "reports.receive_receipt": {
        "sha256": "f" * 64,
        "received_by": "U001",
        "received_at": "2026-11-20T18:00:00+08:00",
    },
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
                for thing in OBJECTS if rule.arguments - FIXED.keys() else (None,):
                    yield Cell(rule.endpoint, method, visitor, thing)


@dataclass
class Town:
    """A door behind which there is one object of each kind, and everybody the matrix sends."""

    door: Door
    forms: dict[str, dict[str, str]] = field(default_factory=dict)

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
        body = _body(cell) if cell.method == "POST" else None
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

    def _form(self, browser: Browser, cell: Cell) -> dict[str, str]:
        """A right form token, from any page that this visitor is given; sessions here keep their ids."""
        if cell.visitor in self.forms:
            return self.forms[cell.visitor]
        form = self._fresh_form(browser, cell)
        if cell.visitor in (*WHOLE_SESSIONS, *ADMITTED[HALF]):
            self.forms[cell.visitor] = form
        return form

    @staticmethod
    def _fresh_form(browser: Browser, cell: Cell) -> dict[str, str]:
        for page in ("/account/password", "/sign-in/second-factor", "/sign-in/set-up", "/sign-in"):
            parts = browser.get(page).text.split('name="_form" value="')
            if len(parts) > 1:
                return {"_form": parts[1].split('"')[0]}
        raise AssertionError(cell)


def _body(cell: Cell) -> object:
    """Sent again is a whole commission, under the number of the address."""
    if cell.endpoint == "submissions.send_again":
        return commission_json(commission_no=NUMBERS[cell.object or ""])
    return BODIES.get(cell.endpoint)
