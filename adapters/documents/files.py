"""Files in a folder, named by the SHA-256 of their content; whole or not there at all."""

import hashlib
import os
import tempfile
from pathlib import Path

from engine.ports import PermanentFailure, TemporaryFailure


class FileStore:
    """`store/ab/abcd…` holds contents; `published/NAME` are copies for people, under speaking names."""

    def __init__(self, root: Path) -> None:
        self.contents = root / "store"
        self.published = root / "published"

    def put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not path.exists():
            _write_whole(path, content)
        return digest

    def get(self, digest: str) -> bytes:
        """Raises PermanentFailure when the file is gone or is no longer what its name says."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise PermanentFailure("document_missing") from error
        except OSError as error:
            raise TemporaryFailure("document_unreadable") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise PermanentFailure("document_damaged")
        return content

    def publish(self, digest: str, name: str) -> str:
        if "/" in name or name.startswith("."):
            raise PermanentFailure("document_name")
        _write_whole(self.published / name, self.get(digest))
        return name

    def _path(self, digest: str) -> Path:
        return self.contents / digest[:2] / digest


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside, flush to the disk, rename: a crash leaves the old state or the new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    except OSError as error:
        raise TemporaryFailure("document_unwritable") from error
