"""A browser of a member of staff: keeps cookies, fills in forms as the pages offer them."""

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FORM_TOKEN = re.compile(r'name="_form" value="([0-9a-f]{64})"')


@dataclass
class Browser:
    client: FlaskClient
    address: str = "192.0.2.10"
    base: str = "https://hedui.example"

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=self.base, headers=headers, environ_base=self._from)

    def send(self, path: str, page: str | None = None, **fields: str) -> TestResponse:
        """Fill in the form of `page`, by default the one at the same address."""
        found = FORM_TOKEN.search(self.get(page or path).text)
        token = {"_form": found[1]} if found else {}
        return self.post(path, **token, **fields)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        return self.client.post(
            path, base_url=self.base, data=fields, headers=headers, environ_base=self._from
        )

    def cookie(self, name: str) -> str | None:
        found = self.client.get_cookie(f"__Host-{name}", domain="hedui.example")
        return None if found is None else found.value

    def bring(self, session: str) -> None:
        self.client.set_cookie("__Host-hedui", session, domain="hedui.example", secure=True)

    @property
    def _from(self) -> dict[str, str]:
        return {"REMOTE_ADDR": self.address}
