"""Fixtures every kind of test may use."""

pytest_plugins = [
    "tests.clause_plugin",
    "tests.databases",
    "tests.door",
    "tests.redis_server",
    "tests.privacy.watch_plugin",
]
