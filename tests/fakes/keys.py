"""Keys in memory for the real vault, and a notary that keeps its copies in a dictionary."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.vault.key_file import KeyRing


@dataclass
class MemoryKeys:
    """A key file without a file: the same ring until the test rotates it."""

    ring: KeyRing = field(default_factory=lambda: KeyRing.fresh("sha-256"))
    version: int = 1

    def stamp(self) -> tuple[int, int]:
        return 0, self.version

    def read(self) -> KeyRing:
        return self.ring

    def rotate(self) -> None:
        self._become(self.ring.with_new_key())

    def rotate_index(self) -> None:
        self._become(self.ring.with_new_index_key())

    def forget_index(self) -> None:
        self._become(self.ring.without_earlier_index_keys())

    def _become(self, ring: KeyRing) -> None:
        self.ring, self.version = ring, self.version + 1


@dataclass
class FakeNotary:
    kept: dict[int, str] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    key: bytes = b"the notary's own"

    def sign(self, statement: bytes) -> tuple[str, bytes]:
        return "notary-1", hmac.digest(self.key, statement, hashlib.sha256)

    def is_genuine(self, key_id: str, statement: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(self.sign(statement)[1], signature)

    def copies(self) -> list[str]:
        return list(self.kept.values())

    def last_copy(self) -> int:
        return max(self.kept, default=0)

    def keep_copies(self, copies: Mapping[int, str]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.kept.update(copies)
