"""Files in a folder, named by the SHA-256 of their content, sealed; whole or not there at all."""

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.ports import PermanentFailure, Place, Resealing, SealBroken, TemporaryFailure, Vault

SETTLED_SECONDS = 3600.0  # after that the database or a draft says what a file is for


class FileStore:
    """`store/ab/abcd…` holds sealed contents; `published/NAME` are readable copies for people,
    `attempts/NAME` says which attempt each is of, unless that is the first."""

    def __init__(self, root: Path, vault: Vault) -> None:
        self._vault = vault
        self.contents = root / "store"
        self.published = root / "published"
        self.attempts = root / "attempts"

    def put(self, content: bytes) -> str:
        """What is there already stays; what is there and damaged is written anew."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not (_touch(path) and self._is_whole(digest)):
            _write_whole(path, self._vault.seal(_place(digest), content))
        return digest

    def _is_whole(self, digest: str) -> bool:
        try:
            self.get(digest)
        except (PermanentFailure, TemporaryFailure):
            return False
        return True

    def remove(self, digest: str) -> bool:
        """By the time the file was put last, as the file system keeps it."""
        path = self._path(digest)
        try:
            with _alone_in(path.parent):
                if time.time() - path.stat().st_mtime < SETTLED_SECONDS:
                    return False
                path.unlink()
        except FileNotFoundError:
            return True
        except OSError as error:
            raise TemporaryFailure("document_unremovable") from error
        return True

    def get(self, digest: str) -> bytes:
        """Raises PermanentFailure when the file is gone or is no longer what its name says."""
        try:
            sealed = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise PermanentFailure("document_missing") from error
        except OSError as error:
            raise TemporaryFailure("document_unreadable") from error
        return self._opened(digest, sealed)

    def reseal(self, plain_too: bool) -> Iterator[Resealing]:
        """A file is replaced as a whole, so whoever reads it meanwhile gets the old or the new one."""
        for path in sorted(self.contents.glob("??/[0-9a-f]*")):
            yield self._reseal(path, plain_too)

    def _reseal(self, path: Path, plain_too: bool) -> Resealing:
        digest, sealed = path.name, path.read_bytes()
        if self._vault.is_current(sealed):
            return Resealing.CURRENT
        was_plain = plain_too and hashlib.sha256(sealed).hexdigest() == digest
        try:
            content = sealed if was_plain else self._opened(digest, sealed)
        except (PermanentFailure, TemporaryFailure):
            return Resealing.BROKEN
        _write_whole(path, self._vault.seal(_place(digest), content))
        return Resealing.RENEWED

    def _opened(self, digest: str, sealed: bytes) -> bytes:
        try:
            content = self._vault.open(_place(digest), sealed)
        except SealBroken as error:
            raise _failure(error) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise PermanentFailure("document_damaged")
        return content

    def publish(self, digest: str, name: str, attempt: int) -> str:
        if "/" in name or name.startswith("."):
            raise PermanentFailure("document_name")
        content = self.get(digest)
        with _newest_attempt(self.attempts / name, attempt):
            _write_whole(self.published / name, content)
        return name

    def _path(self, digest: str) -> Path:
        return self.contents / digest[:2] / digest


@contextmanager
def _newest_attempt(mark: Path, attempt: int) -> Iterator[None]:
    """A worker that was frozen may come with its copy when another has long made a newer. The file is the
    lock and keeps the number, written first: after one who is killed in between comes a later attempt."""
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        with mark.open("a+b") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held.seek(0)
            if attempt < int(held.read() or b"1"):
                raise TemporaryFailure("publication_overtaken")
            if attempt > 1:
                held.truncate(0)
                held.write(str(attempt).encode())
                held.flush()
                os.fsync(held.fileno())
            yield
    except BlockingIOError as error:  # frozen in here: it holds up its own case only
        raise TemporaryFailure("publication_busy") from error
    except OSError as error:
        raise TemporaryFailure("document_unwritable") from error


def _touch(path: Path) -> bool:
    """False when it is not there. Whoever puts what is there already may not find it removed next."""
    try:
        with _alone_in(path.parent):
            os.utime(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise TemporaryFailure("document_unwritable") from error
    return True


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Among all processes: nobody finds a file there between another's look at its time and its removal."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _place(digest: str) -> Place:
    return Place("document", "content", (digest,))


def _failure(error: SealBroken) -> PermanentFailure | TemporaryFailure:
    """The key may still be on its way to this machine."""
    if error.reason == "unknown_key":
        return TemporaryFailure("document_key_unknown")
    return PermanentFailure("document_damaged")


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
