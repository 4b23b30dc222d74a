"""Seal and open values: version, cipher, key id, nonce and ciphertext, bound to the place of the value."""

import threading
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac

from adapters.vault.ciphers import (
    MAKERS,
    NAMES,
    NONCE_BYTES,
    NUMBERS,
    TAG_BYTES,
    Aead,
    CipherName,
)
from adapters.vault.key_file import ID_BYTES, KeyFileError, KeyRing, Keys
from engine.ports import Place, SealBroken

VERSION = 1
HEADER_BYTES = 2 + ID_BYTES
SHORTEST = HEADER_BYTES + NONCE_BYTES + TAG_BYTES
INDEX_HASHES: dict[str, type[hashes.HashAlgorithm]] = {"sha-256": hashes.SHA256, "sm3": hashes.SM3}


@dataclass
class _Keys:
    """What was read from the key file at one moment, and the ciphers made of it."""

    stamp: tuple[int, int]
    ring: KeyRing
    ciphers: dict[bytes, Aead] = field(default_factory=dict)


class KeyVault:
    """Notices a replaced key file by itself: a rotation needs no restart, on no machine that has the file."""

    def __init__(self, file: Keys, cipher: CipherName) -> None:
        """Raises KeyFileError."""
        self._file = file
        self._cipher = cipher
        self._lock = threading.Lock()
        self._keys = self._read()

    def seal(self, place: Place, plain: bytes) -> bytes:
        keys = self._fresh_keys()
        header = self._current_header(keys)
        return header + _cipher_of(keys, header).encrypt(plain, header + bytes(place))

    def open(self, place: Place, sealed: bytes) -> bytes:
        header = sealed[:HEADER_BYTES]
        if len(sealed) < SHORTEST or header[0] != VERSION or header[1] not in NAMES:
            raise SealBroken(place, "not_sealed")
        keys = self._keys
        if header[2:].hex() not in keys.ring.sealing:
            keys = self._fresh_keys()
        if header[2:].hex() not in keys.ring.sealing:
            raise SealBroken(place, "unknown_key")
        try:
            return _cipher_of(keys, header).decrypt(sealed[HEADER_BYTES:], header + bytes(place))
        except InvalidTag:
            raise SealBroken(place, "damaged") from None

    def is_current(self, sealed: bytes) -> bool:
        return sealed[:HEADER_BYTES] == self._current_header(self._fresh_keys())

    def index(self, purpose: str, text: str) -> bytes:
        return self.indexes(purpose, text)[0]

    def indexes(self, purpose: str, text: str) -> tuple[bytes, ...]:
        ring = self._fresh_keys().ring
        return tuple(_index(key, ring.index_hash, purpose, text) for key in (ring.index, *ring.index_earlier))

    def _current_header(self, keys: _Keys) -> bytes:
        return bytes((VERSION, NUMBERS[self._cipher])) + bytes.fromhex(keys.ring.current)

    def _read(self) -> _Keys:
        return _Keys(self._file.stamp(), self._file.read())

    def _fresh_keys(self) -> _Keys:
        """Reads the file again when it has been replaced; while it is away the keys at hand go on serving."""
        try:
            if self._file.stamp() != self._keys.stamp:
                with self._lock:
                    self._keys = self._read()
        except KeyFileError:
            return self._keys
        return self._keys


def _index(key: bytes, name: str, purpose: str, text: str) -> bytes:
    digest = hmac.HMAC(key, INDEX_HASHES[name]())
    digest.update(purpose.encode() + b"\x00" + text.encode())
    return digest.finalize()


def _cipher_of(keys: _Keys, header: bytes) -> Aead:
    """Two threads may make the same cipher at the same time; both are right."""
    if header not in keys.ciphers:
        keys.ciphers[header] = MAKERS[NAMES[header[1]]](keys.ring.sealing[header[2:].hex()])
    return keys.ciphers[header]
