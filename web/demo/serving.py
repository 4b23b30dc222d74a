"""`hedui demo --serve`: the application over the data of the demo, its staff, a unit that sends receipts."""

import os
import threading
import time
from contextlib import suppress
from pathlib import Path

import click
import httpx
from flask import Flask

from web.demo.staff import blueprint, employ_staff
from web.demo.town import Surroundings, demo_environment, open_surroundings, register
from web.demo.unit_client import UnitClient
from web.hall import hall
from web.policies import require_policies
from web.serving import WebServer

RECEIPTS_EVERY_SECONDS = 2.0


class DemoServer(WebServer):
    def __init__(self, bind: str, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        super().__init__(bind)

    def load(self) -> Flask:  # type: ignore[override]  # as WebServer
        app = super().load()
        with app.app_context():
            register(hall(), self._surroundings)
            employ_staff(hall())
        app.register_blueprint(blueprint)
        require_policies(app)
        return app


def serve_demo(folder: Path, bind: str) -> None:
    """Until Ctrl-C."""
    with open_surroundings(folder) as surroundings:
        os.environ.update(demo_environment(folder, surroundings.sources_url))
        client = UnitClient(f"http://{bind}", surroundings.registration)
        threading.Thread(target=_send_receipts, args=(surroundings, client), daemon=True).start()
        click.echo(f"http://{bind}/demo  (Ctrl-C to stop)")
        DemoServer(bind, surroundings).run()


def _send_receipts(surroundings: Surroundings, client: UnitClient) -> None:
    """The sample unit confirms what it has got, as long as the server runs."""
    while True:
        time.sleep(RECEIPTS_EVERY_SECONDS)
        with suppress(httpx.HTTPError):
            surroundings.inbox.send_receipts(client.send_receipt)
