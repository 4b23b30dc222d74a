"""A member of staff before a task: what they see, fill in and send, as a browser without scripts does it."""

import re
from dataclasses import dataclass, field
from io import BytesIO

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from engine.handling.claiming import Seen, claim
from engine.store.human_tasks import HumanTask
from tests.door import Door
from tests.engine.house import House
from tests.staff import a_session, the_person
from tests.web.accounts.browser import Browser
from tests.web.forms.browser import Page

WORKED_ON = re.compile(r"<form[^>]* data-(?:draft|check).*?</form>", re.DOTALL)
Fields = dict[str, str | list[str]]


@dataclass
class Clerk:
    """Signed in; `page` is the last one they were given."""

    door: Door
    name: str
    page: TestResponse | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.browser = Browser(self.door.app.test_client())
        self.browser.bring(a_session(self.door.house, self.name))

    @property
    def house(self) -> House:
        return self.door.house

    def claim(self, task: HumanTask) -> None:
        with self.house.database.transaction() as session:
            claim(
                session,
                Seen(task.id, task.version),
                the_person(self.house, self.name),
                self.house.clock.now(),
            )

    def open(self, path: str) -> TestResponse:
        self.page = self.browser.get(path)
        return self.page

    def pairs(self) -> list[tuple[str, str]]:
        """What the form to fill in would post as it stands, without its buttons."""
        assert self.page is not None
        form = WORKED_ON.search(self.page.text)
        return [] if form is None else Page(form[0]).pairs

    def send(
        self,
        path: str,
        fields: Fields | None = None,
        *,
        button: str = "_submit",
        value: str = "1",
        files: dict[str, list[tuple[str, bytes]]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        """The page as it is, with these fields changed and these files chosen."""
        changed = fields or {}
        listed: list[tuple[str, object]] = [pair for pair in self.pairs() if pair[0] not in changed]
        for name, given in changed.items():
            listed += [(name, text) for text in ([given] if isinstance(given, str) else given)]
        for name, chosen in (files or {}).items():
            listed += [(name, FileStorage(BytesIO(content), shown, name)) for shown, content in chosen]
        answer = self.browser.client.post(
            path,
            base_url=self.browser.base,
            data=MultiDict([*listed, (button, value)]),
            content_type="multipart/form-data",
            headers=headers,
            environ_base={"REMOTE_ADDR": self.browser.address},
        )
        answer.request.environ["wsgi.input"].close()  # a large body lies in a file
        if answer.status_code != 303:
            self.page = answer
        return answer
