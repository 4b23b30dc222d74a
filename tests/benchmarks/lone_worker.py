"""A worker process over sources that make it wait: `python -m tests.benchmarks.lone_worker URL DIR`.

It says that it is ready, waits for a line, then works until nothing is due.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

from adapters.documents.files import FileStore
from adapters.vault.key_file import KeyFile
from engine.ports import DataSource, SourceReply, SourceRequest
from tests.engine.house import House
from web.database import Database, open_engine
from web.worker import hire

SOURCE_SECONDS = 0.05
THREADS = 2  # so that sources are what a worker waits for, not the few cores of the machine


class WaitingSource:
    def __init__(self, source: DataSource) -> None:
        self._source = source

    def ask(self, request: SourceRequest, key: str) -> SourceReply:
        time.sleep(SOURCE_SECONDS)
        return self._source.ask(request, key)


def open_house(database: Database, folder: Path) -> House:
    """Keys and documents lie in the folder: several processes are one platform."""
    keys = KeyFile(folder / "keys.json")
    keys.make_if_missing("sha-256")
    house = House(database, keys=keys)  # type: ignore[arg-type]  # it reads what a key file has, too
    house.platform = replace(
        house.platform,
        documents=FileStore(folder / "documents", house.platform.vault),
        sources={code: WaitingSource(source) for code, source in house.sources.items()},
    )
    return house


def main() -> None:
    url, folder = sys.argv[1:]
    house = open_house(Database(open_engine(url)), Path(folder))
    worker = hire(house.database, house.platform, THREADS)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    worker.drain()


if __name__ == "__main__":
    main()
