"""Packages of a house, opened with the standard library."""

import io
import json
import zipfile
from typing import Any

from tests.engine.house import House


def newest_package(house: House) -> bytes:
    """Of the last case that was filed."""
    return list(house.documents.published.values())[-1]


def contents(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def plain(package: bytes, path: str) -> Any:
    return json.loads(contents(package)[path])
