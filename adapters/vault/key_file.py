"""The key file: sealing keys with one current, the index key and the signing keys, replaced as a whole."""

import base64
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

SECRET_BYTES = 32
ID_BYTES = 8
OTHERS = 0o007
FORMAT = 1
INDEX_HASHES = ("sha-256", "sm3")


class KeyFileError(Exception):
    """The key file is missing, damaged or open to everybody; the text says which, never a key."""


@dataclass(frozen=True)
class KeyRing:
    """Key id -> secret. The index key has no successor: what it indexed could not be found any more."""

    current: str
    sealing: Mapping[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    index_hash: str  # "sha-256" | "sm3", chosen when the file is made and kept
    signing_current: str
    signing: Mapping[str, bytes] = field(repr=False)

    @classmethod
    def fresh(cls, index_hash: str) -> "KeyRing":
        sealing, signing = new_key_id(), new_key_id()
        keys = {sealing: new_secret()}
        return cls(sealing, keys, new_secret(), index_hash, signing, {signing: new_secret()})

    def with_new_key(self) -> "KeyRing":
        """A new current sealing key; the old ones stay, they open what was sealed with them."""
        key_id = new_key_id()
        return replace(self, current=key_id, sealing={**self.sealing, key_id: new_secret()})


def new_key_id() -> str:
    return secrets.token_hex(ID_BYTES)


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


class KeyFile:
    def __init__(self, path: Path) -> None:
        self.path = path

    def make_if_missing(self, index_hash: str) -> None:
        """Of several processes that start together one makes the file, and all use that one."""
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._write_beside(KeyRing.fresh(index_hash))
        try:
            os.link(fresh, self.path)
        except FileExistsError:
            return
        finally:
            fresh.unlink()

    def read(self) -> KeyRing:
        """Raises KeyFileError."""
        try:
            if self.path.stat().st_mode & OTHERS:
                raise KeyFileError("may be read or written by everybody")
            return _parse(json.loads(self.path.read_bytes()))
        except OSError as error:
            raise KeyFileError("cannot be read") from error
        except (ValueError, KeyError, TypeError, AttributeError):
            # Without its cause: that would quote the content.
            raise KeyFileError("is not a key file of hedui") from None

    def rotate(self) -> KeyRing:
        """A new current sealing key, written before it is used."""
        ring = self.read().with_new_key()
        self._write_beside(ring).replace(self.path)
        return ring

    def stamp(self) -> tuple[int, int]:
        """Changes whenever the file is replaced. Raises KeyFileError."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise KeyFileError("cannot be read") from error
        return status.st_ino, status.st_mtime_ns

    def _write_beside(self, ring: KeyRing) -> Path:
        with tempfile.NamedTemporaryFile(dir=self.path.parent, prefix=".keys-", delete=False) as file:
            file.write(json.dumps(_plain(ring), indent=1).encode())
            file.flush()
            os.fsync(file.fileno())
        return Path(file.name)  # mode 0600, as tempfile makes it


def _plain(ring: KeyRing) -> dict[str, object]:
    return {
        "format": FORMAT,
        "current": ring.current,
        "sealing": _texts(ring.sealing),
        "index": base64.b64encode(ring.index).decode(),
        "index_hash": ring.index_hash,
        "signing_current": ring.signing_current,
        "signing": _texts(ring.signing),
    }


def _texts(keys: Mapping[str, bytes]) -> dict[str, str]:
    return {key_id: base64.b64encode(secret).decode() for key_id, secret in keys.items()}


def _parse(plain: dict[str, Any]) -> KeyRing:
    """Raises ValueError, KeyError, TypeError or AttributeError."""
    ring = KeyRing(
        plain["current"],
        _secrets(plain["sealing"]),
        _secret(plain["index"]),
        plain["index_hash"],
        plain["signing_current"],
        _secrets(plain["signing"]),
    )
    if plain["format"] != FORMAT or ring.current not in ring.sealing:
        raise ValueError("format")
    if ring.signing_current not in ring.signing or ring.index_hash not in INDEX_HASHES:
        raise ValueError("signing")
    return ring


def _secrets(plain: dict[str, str]) -> dict[str, bytes]:
    if any(len(bytes.fromhex(key_id)) != ID_BYTES for key_id in plain):
        raise ValueError("key id")
    return {key_id: _secret(text) for key_id, text in plain.items()}


def _secret(text: str) -> bytes:
    secret = base64.b64decode(text, validate=True)
    if len(secret) != SECRET_BYTES:
        raise ValueError("secret")
    return secret
