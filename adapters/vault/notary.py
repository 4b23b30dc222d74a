"""Ed25519 signatures over the audit log, and their copies in a folder that may lie on another machine."""

import json
import os
from collections.abc import Mapping
from io import FileIO
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.vault.key_file import KeyRing
from engine.ports import TemporaryFailure

FILE = "anchors.jsonl"
TAIL_BYTES = 4096


class FileNotary:
    def __init__(self, ring: KeyRing, folder: Path) -> None:
        self._current = ring.signing_current
        self._keys = {
            key_id: Ed25519PrivateKey.from_private_bytes(secret) for key_id, secret in ring.signing.items()
        }
        self._path = folder / FILE

    def sign(self, statement: bytes) -> tuple[str, bytes]:
        return self._current, self._keys[self._current].sign(statement)

    def is_genuine(self, key_id: str, statement: bytes, signature: bytes) -> bool:
        if key_id not in self._keys:
            return False
        try:
            self._keys[key_id].public_key().verify(signature, statement)
        except InvalidSignature:
            return False
        return True

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
