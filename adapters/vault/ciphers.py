"""The two ciphers, AES-256-GCM and SM4-GCM (GB/T 32907), behind one face; each gets a key of its own."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
TAG_BYTES = 16


class CipherName(StrEnum):
    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"


# What stands in the second byte of a sealed value; a number is never reused.
NUMBERS = {CipherName.AES_256_GCM: 1, CipherName.SM4_GCM: 2}
NAMES = {number: name for name, number in NUMBERS.items()}


class Aead(Protocol):
    """Authenticated encryption: nonce and ciphertext with its tag. Raises InvalidTag when opening fails."""

    def encrypt(self, plain: bytes, about: bytes) -> bytes: ...

    def decrypt(self, sealed: bytes, about: bytes) -> bytes: ...


@dataclass(frozen=True)
class Aes256Gcm:
    cipher: AESGCM

    def encrypt(self, plain: bytes, about: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self.cipher.encrypt(nonce, plain, about)

    def decrypt(self, sealed: bytes, about: bytes) -> bytes:
        return self.cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)


@dataclass(frozen=True)
class Sm4Gcm:
    key: algorithms.SM4

    def encrypt(self, plain: bytes, about: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        encryptor = Cipher(self.key, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(about)
        return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def decrypt(self, sealed: bytes, about: bytes) -> bytes:
        nonce, tag = sealed[:NONCE_BYTES], sealed[-TAG_BYTES:]
        decryptor = Cipher(self.key, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(about)
        return decryptor.update(sealed[NONCE_BYTES:-TAG_BYTES]) + decryptor.finalize()


def derive(secret: bytes, purpose: str, length: int) -> bytes:
    """One secret, a key for each purpose: no key is ever used by two ciphers."""
    return HKDF(hashes.SHA256(), length, salt=None, info=f"hedui {purpose}".encode()).derive(secret)


MAKERS: dict[CipherName, Callable[[bytes], Aead]] = {
    CipherName.AES_256_GCM: lambda secret: Aes256Gcm(AESGCM(derive(secret, "aes-256-gcm", 32))),
    CipherName.SM4_GCM: lambda secret: Sm4Gcm(algorithms.SM4(derive(secret, "sm4-gcm", 16))),
}
