"""One person before one browser, whose console, requests and addresses are watched."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request

from tests.browser.stage import Stage
from tests.privacy.watch import WATCH
from tests.staff import a_session

WIDE, NARROW = 1280, 320
HEIGHT = 900
PATIENCE_MS = 20_000
PICTURES = Path("var/screenshots")
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
REFUSED_PAGE = "Failed to load resource: the server responded with a status of 4"


def start_chromium(playwright: Playwright) -> Browser:
    """Debian's, in Chinese as on the desks of the staff, and cut off from the world."""
    program = shutil.which("chromium")
    assert program, "Chromium is not installed (Debian package chromium)"
    return playwright.chromium.launch(
        executable_path=program,
        args=["--no-sandbox", "--lang=zh-CN", NOWHERE],
        env={**os.environ, "LANGUAGE": "zh_CN", "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
    )


@dataclass
class Clerk:
    """What the browser complains about is kept until the end of the test, which must find nothing."""

    browser: Browser
    stage: Stage
    name: str | None = None
    script: bool = True
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context = self.browser.new_context(
            base_url=self.stage.address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": WIDE, "height": HEIGHT},
            java_script_enabled=self.script,
            reduced_motion="reduce",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.on("request", self._note_request)
        self.context.on("console", self._note_console)
        self.context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self.page: Page = self.context.new_page()

    def bring_session(self, name: str, *, is_half: bool = False) -> None:
        """The cookie of somebody who has signed in."""
        self.name = name
        token = a_session(self.stage, name, is_half=is_half)  # type: ignore[arg-type]  # has what it needs
        self.context.add_cookies([{"name": "hedui", "value": token, "url": self.stage.address}])

    def go(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def post(self, path: str, form: dict[str, Any]) -> int:
        """Past the pages, with their cookies: what somebody may send who knows how."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        return self.context.request.post(path, form=form, headers=headers, max_redirects=0).status

    def leave(self) -> None:
        self.look_at_title()
        self.context.close()

    def look_at_title(self) -> None:
        WATCH.look("title of a page", self.page.title())

    def _note_request(self, request: Request) -> None:
        WATCH.look("address in the browser", request.url)
        if not request.url.startswith((f"{self.stage.address}/", "data:", "about:")):
            self.complaints.append(f"request to the outside: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        WATCH.look("console of the browser", message.text)
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED_PAGE):
            self.complaints.append(f"{message.type}: {message.text}")
