"""A Redis server of the test's own, started and stopped by it."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisAwayError
from redis.retry import Retry

from tests.ports import free_port


@pytest.fixture
def redis_url(redis_server: str) -> Iterator[str]:
    """Emptied after the test; the watch over every test searches whatever is emptied."""
    yield redis_server
    with redis.Redis.from_url(redis_server) as connection:
        connection.flushall()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.fail("Redis is not installed (Debian package redis-server)")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="hedui-redis-") as folder:
        options = ["--port", str(port), "--dir", folder, "--save", "", "--bind", "127.0.0.1"]
        server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        url = f"redis://127.0.0.1:{port}/0"
        patient = Retry(ConstantBackoff(0.05), 200, supported_errors=(RedisAwayError,))
        with redis.Redis.from_url(url, retry=patient) as connection:
            connection.ping()
        yield url
        server.terminate()
        server.wait()
