"""Ed25519 signatures over the audit log, and their copies in a folder that may lie on another machine."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from io import FileIO
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from adapters.vault.key_file import KeyFileError, KeyRing, Keys, public_key_of
from engine.ports import TemporaryFailure

FILE = "anchors.jsonl"
TAIL_BYTES = 4096


class FileNotary:
    """Reads the keys for every signature: a rotation needs no restart. Anchors are few."""

    def __init__(self, keys: Keys, folder: Path) -> None:
        """Raises KeyFileError."""
        self._keys = keys
        self._ring = keys.read()
        self._path = folder / FILE

    def sign(self, statement: bytes) -> tuple[str, bytes]:
        ring = self._fresh_ring()
        secret = ring.signing[ring.signing_current]
        return ring.signing_current, Ed25519PrivateKey.from_private_bytes(secret).sign(statement)

    def is_genuine(self, key_id: str, statement: bytes, signature: bytes) -> bool:
        """A key that signs no more is still known by its public key."""
        key = _public_key(self._ring, key_id) or _public_key(self._fresh_ring(), key_id)
        if key is None:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, statement)
        except InvalidSignature:
            return False
        return True

    def _fresh_ring(self) -> KeyRing:
        """While the file is away the keys at hand go on serving."""
        with suppress(KeyFileError):
            self._ring = self._keys.read()
        return self._ring

    def copies(self) -> list[str]:
        try:
            return self._path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise TemporaryFailure("anchors_unreadable") from error

    def last_copy(self) -> int:
        try:
            with self._path.open("rb") as file:
                file.seek(max(file.seek(0, os.SEEK_END) - TAIL_BYTES, 0))
                lines = file.read().splitlines()
        except FileNotFoundError:
            return 0
        except OSError as error:
            raise TemporaryFailure("anchors_unreadable") from error
        return next((number for line in reversed(lines) if (number := _number(line))), 0)

    def keep_copies(self, copies: Mapping[int, str]) -> None:
        """One write per line, so that two processes never mix theirs; a copy twice does no harm."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab+", buffering=0) as file:
                if _is_torn(file):
                    file.write(b"\n")
                for number in sorted(copies):
                    file.write(f"{copies[number]}\n".encode())
                os.fsync(file.fileno())
        except OSError as error:
            raise TemporaryFailure("anchors_unwritable") from error


def _public_key(ring: KeyRing, key_id: str) -> bytes | None:
    if key_id in ring.signing:
        return public_key_of(ring.signing[key_id])
    return ring.verifying.get(key_id)


def _is_torn(file: FileIO) -> bool:
    """Did a write end in the middle of a line, for instance when the disk was full?"""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def _number(line: bytes) -> int:
    """0 for a line that was not written to its end."""
    try:
        return int(json.loads(line)["seq"])
    except (ValueError, KeyError, TypeError):
        return 0
