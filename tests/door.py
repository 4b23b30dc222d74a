"""The application over a real database with a scripted outside."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.engine.house import House
from tests.web.tokens import a_token
from web.app import create_app
from web.database import Database
from web.hall import hall
from web.settings import read_settings


@dataclass
class Door:
    """The unit's side of the API."""

    app: Flask
    client: FlaskClient
    house: House

    def post(self, path: str, body: object, **token: object):  # type: ignore[no-untyped-def]
        return self.client.post(path, json=body, headers=self.headers(**token))

    def get(self, path: str, **token: object):  # type: ignore[no-untyped-def]
        return self.client.get(path, headers=self.headers(**token))

    def headers(self, **token: object) -> dict[str, str]:
        return {"Authorization": f"Bearer {a_token(self.house.clock.now(), **token)}"}


@pytest.fixture
def door(sqlite_database: Database, tmp_path: Path) -> Iterator[Door]:
    settings = read_settings(
        {
            "HEDUI_DATABASE_URL": f"sqlite:///{tmp_path / 'test.db'}",
            "HEDUI_DATA_DIR": str(tmp_path / "data"),
        }
    )
    house = House(sqlite_database)
    app = create_app(settings, lambda _: house.platform)
    yield Door(app, app.test_client(), house)
    with app.app_context():
        hall().database.engine.dispose()
