"""PostgreSQL and Redis of the run's own, which can be crashed and brought back on the same port."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as RedisAwayError
from redis.retry import Retry

from tests.databases import PostgresServer
from tests.ports import free_port


class CrashingPostgres(PostgresServer):
    def crash(self) -> None:
        """As when the power fails: no checkpoint, every connection is cut."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def recover(self) -> None:
        """Its options are those of the first start: PostgreSQL keeps them beside the data."""
        data, log = str(self.folder / "data"), str(self.folder / "log")
        command = [*self._as, str(self._programs / "pg_ctl"), "-D", data, "-l", log, "-w", "restart"]
        quiet = subprocess.DEVNULL  # it remarks that the server was down, which is why it is called
        subprocess.run(command, check=True, stdout=quiet, stderr=quiet, cwd=self.folder)

    def remove(self) -> None:
        """Also when it is down."""
        try:
            self.stop()
        except subprocess.CalledProcessError:
            shutil.rmtree(self.folder, ignore_errors=True)


class CrashingRedis:
    def __init__(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError("Redis is not installed (Debian package redis-server)")
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="hedui-redis-"))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        options = ["--port", str(self._port), "--dir", str(self._folder), "--save", "", "--bind", "127.0.0.1"]
        self._process = subprocess.Popen([self._program, *options], stdout=subprocess.DEVNULL)
        patient = Retry(ConstantBackoff(1), 20, supported_errors=(RedisAwayError,))
        with redis.Redis.from_url(self.url, retry=patient) as connection:
            connection.ping()

    @property
    def runs(self) -> bool:
        return self._process is not None

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as connection:
            connection.flushall()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
