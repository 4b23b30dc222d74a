"""Fixtures every kind of test may use."""

import logging
from collections.abc import Iterator

import pytest

pytest_plugins = [
    "tests.clause_plugin",
    "tests.databases",
    "tests.door",
    "tests.redis_server",
    "tests.privacy.watch_plugin",
]


@pytest.fixture(autouse=True)
def _handlers_of_its_own() -> Iterator[None]:
    """A test that starts the logging of an entry point writes to a stream that is closed after it."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
