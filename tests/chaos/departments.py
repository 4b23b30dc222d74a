"""The simulated departments as a process of their own; every question is on record with its key."""

from pathlib import Path

import click
from flask import Response, request

from tests.chaos.journal import Journal
from tests.chaos.signals import until_told_to_stop
from web.sandbox.app import create_sandbox
from web.sandbox.server import serving
from web.sandbox.world import World
from web.wiring import catalogue_of

SEED = "chaos"
TOKEN = "chaos"


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--log", type=click.Path(path_type=Path), required=True)
def main(port: int, log: Path) -> None:
    journal = Journal(log)
    app = create_sandbox(catalogue_of(), World(SEED, irregular_percent=0), token=TOKEN)

    @app.after_request
    def record(response: Response) -> Response:
        journal.append(
            {
                "batch": request.get_json()["batch_no"],
                "key": request.headers["Idempotency-Key"],
                "status": response.status_code,
            }
        )
        return response

    with serving(app, port=port):
        until_told_to_stop()
