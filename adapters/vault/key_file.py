"""The key file: keys for sealing, indexing and signing, one of each current, replaced as a whole."""

import base64
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_BYTES = 32
ID_BYTES = 8
OTHERS = 0o007
FORMAT = 1
INDEX_HASHES = ("sha-256", "sm3")


class KeyFileError(Exception):
    """The key file is missing, damaged or open to everybody; the text says which, never a key."""


@dataclass(frozen=True)
class KeyRing:
    """Key id -> secret. Of each kind one key is current; what earlier keys made stays readable.

    `index_earlier`: still looked up with, until everything is indexed with the current one.
    `verifying`: public keys of signing keys that sign no more; their secrets are gone.
    """

    current: str
    sealing: Mapping[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    index_hash: str  # "sha-256" | "sm3", chosen when the file is made and kept
    signing_current: str
    signing: Mapping[str, bytes] = field(repr=False)
    index_earlier: tuple[bytes, ...] = field(default=(), repr=False)
    verifying: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def fresh(cls, index_hash: str) -> "KeyRing":
        sealing, signing = new_key_id(), new_key_id()
        keys = {sealing: new_secret()}
        return cls(sealing, keys, new_secret(), index_hash, signing, {signing: new_secret()})

    def with_new_key(self) -> "KeyRing":
        """A new current sealing key; the old ones stay, they open what was sealed with them."""
        key_id = new_key_id()
        return replace(self, current=key_id, sealing={**self.sealing, key_id: new_secret()})

    def with_new_index_key(self) -> "KeyRing":
        return replace(self, index=new_secret(), index_earlier=(self.index, *self.index_earlier))

    def without_earlier_index_keys(self) -> "KeyRing":
        return replace(self, index_earlier=())

    def with_new_signing_key(self) -> "KeyRing":
        """With the secret of the old key nothing can be signed any more, by nobody."""
        key_id = new_key_id()
        public = {known: public_key_of(secret) for known, secret in self.signing.items()}
        verifying = {**self.verifying, **public}
        return replace(self, signing_current=key_id, signing={key_id: new_secret()}, verifying=verifying)


class Keys(Protocol):
    """Where the keys come from: stamp() changes when they do. Both raise KeyFileError."""

    def stamp(self) -> tuple[int, int]: ...

    def read(self) -> KeyRing: ...


def new_key_id() -> str:
    return secrets.token_hex(ID_BYTES)


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def public_key_of(signing_secret: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(signing_secret).public_key().public_bytes_raw()


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
        """A new current sealing key, written before it is used. Raises KeyFileError, as all that follow."""
        return self._change(KeyRing.with_new_key)

    def rotate_index(self) -> KeyRing:
        return self._change(KeyRing.with_new_index_key)

    def rotate_signing(self) -> KeyRing:
        return self._change(KeyRing.with_new_signing_key)

    def forget_index(self) -> KeyRing:
        """Whatever is still indexed with an earlier key is found no more."""
        return self._change(KeyRing.without_earlier_index_keys)

    def _change(self, change: Callable[[KeyRing], KeyRing]) -> KeyRing:
        ring = change(self.read())
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
        "index_earlier": [base64.b64encode(secret).decode() for secret in ring.index_earlier],
        "verifying": _texts(ring.verifying),
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
        tuple(_secret(text) for text in plain.get("index_earlier", ())),  # older files have neither
        _secrets(plain.get("verifying", {})),
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
