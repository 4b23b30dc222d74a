"""Append-only logs of JSON lines that outlive the process that writes them."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Journal:
    """One write per entry, so that a process killed meanwhile leaves whole lines."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, entry: Mapping[str, object]) -> None:
        line = json.dumps({"at": time.time(), **entry}, ensure_ascii=False) + "\n"
        descriptor = os.open(self._path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def entries(self) -> Iterator[dict[str, Any]]:
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)
