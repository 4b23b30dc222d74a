"""The certificates that sign or once signed: a report stays checkable when the key has changed."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from adapters.signature.keys import Identity

ENDING = ".crt"


class TrustedCertificates:
    """A folder with a file for each: the signing certificate, then the ones above it.

    Whoever may write there decides what is genuine, as whoever has the key does.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[list[str], tuple[Identity, ...]] = ([], ())

    def remember(self, identity: Identity) -> None:
        """Harmless when repeated, also by several processes at once."""
        pem = b"".join(one.public_bytes(Encoding.PEM) for one in (identity.certificate, *identity.chain))
        path = self._folder / f"{sha256(pem).hexdigest()[:32]}{ENDING}"
        if not path.exists():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(path, pem)

    def identities(self) -> tuple[Identity, ...]:
        """Read again when the folder has changed: another process may have been given a new key."""
        names, known = self._seen
        if names != (there := self._names()):
            known = self._read(there)
            self._seen = (there, known)
        return known

    def _names(self) -> list[str]:
        """A name is the digest of the content, so a file that changes is another file."""
        try:
            return sorted(name for name in os.listdir(self._folder) if name.endswith(ENDING))
        except OSError:
            return []

    def _read(self, names: list[str]) -> tuple[Identity, ...]:
        found = (_identity_in(self._folder / name) for name in names)
        return tuple(identity for identity in found if identity is not None)


def _write_whole(path: Path, content: bytes) -> None:
    """Nobody ever sees half of it."""
    handle, beside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    os.replace(beside, path)


def _identity_in(path: Path) -> Identity | None:
    """None when nothing of ours can be checked with it: a strange file must not stop all checking."""
    try:
        first, *others = x509.load_pem_x509_certificates(path.read_bytes())
        identity = Identity(first, tuple(others))
        identity.public_key  # noqa: B018 - asked whether it is one we sign with
    except (OSError, ValueError):
        return None
    return identity
