"""The hall of one command: opened from the environment, its connections closed at the end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from web.app import create_app
from web.hall import Hall
from web.serving import open_hall
from web.settings import read_settings


@contextmanager
def command_hall() -> Iterator[Hall]:
    room = open_hall(create_app(read_settings(os.environ)))
    try:
        yield room
    finally:
        room.database.engine.dispose()
