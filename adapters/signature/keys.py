"""A key that signs reports and the certificates that say whose it is; what can be wrong with it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

LEAST_RSA_BITS = 2048
LONGEST_NAME = 200
OTHERS = 0o007
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256_LONGEST = 72  # bytes of an ECDSA signature, as DER

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class KeyPart(Enum):
    """What was given to reach the key; the caller knows the name of the setting."""

    FILE = "file"
    PASSWORD = "password"  # noqa: S105 - the name of a setting
    MODULE = "module"
    TOKEN = "token"  # noqa: S105 - the name of a setting
    LABEL = "label"
    PIN = "pin"
    SM2_KEY = "sm2_key"


class KeyProblem(Exception):  # noqa: N818 - says what is wrong with what was given
    """The key cannot be used: a sentence that begins with the setting, and holds no secret."""

    def __init__(self, part: KeyPart, rule: str) -> None:
        super().__init__(rule)
        self.part = part
        self.rule = rule


@dataclass(frozen=True)
class Identity:
    """Who signs: the signing certificate and the ones above it, all of which go into the file."""

    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @cached_property
    def ders(self) -> tuple[bytes, ...]:
        """The signing certificate first."""
        return tuple(one.public_bytes(Encoding.DER) for one in (self.certificate, *self.chain))

    @cached_property
    def public_key(self) -> PublicKey:
        """Raises ValueError when it is of a kind that we do not sign with."""
        try:
            key = self.certificate.public_key()
        except UnsupportedAlgorithm as error:
            raise ValueError("kind of key") from error
        if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
            return key
        if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
            return key
        raise ValueError("kind of key")

    @cached_property
    def marks(self) -> tuple[bytes, ...]:
        """Found in whatever this certificate has signed, even when a part of it is damaged."""
        spki = self.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return (spki, self.certificate.signature, self.certificate.fingerprint(hashes.SHA256()))

    @cached_property
    def longest_signature(self) -> int:
        return (
            self.public_key.key_size // 8 if isinstance(self.public_key, rsa.RSAPublicKey) else P256_LONGEST
        )

    @property
    def name(self) -> str:
        subject = self.certificate.subject
        common = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return (str(common[0].value) if common else subject.rfc4514_string())[:LONGEST_NAME]

    def is_valid_at(self, moment: datetime) -> bool:
        return self.certificate.not_valid_before_utc <= moment <= self.certificate.not_valid_after_utc

    def check(self, part: KeyPart, now: datetime) -> None:
        """Raises KeyProblem."""
        try:
            self.public_key  # noqa: B018 - asked whether it is one we sign with
        except ValueError:
            kinds = f"RSA with at least {LEAST_RSA_BITS} bits or EC P-256"
            raise KeyProblem(part, f"must hold a key of {kinds}") from None
        if not self.is_valid_at(now):
            first, last = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
            days = f"from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
            raise KeyProblem(part, f"holds a certificate that is valid {days} only")


class SigningKey(Protocol):
    """Any thread may use it."""

    @property
    def identity(self) -> Identity: ...

    def sign(self, message: bytes) -> bytes:
        """PKCS#1 v1.5 or ECDSA as canonical() writes it, over SHA-256. Raises TemporaryFailure."""
        ...


def read_secret(path: Path, part: KeyPart) -> bytes:
    """Raises KeyProblem."""
    try:
        if path.stat().st_mode & OTHERS:
            raise KeyProblem(part, "names a file that everybody may read or write")
        return path.read_bytes()
    except OSError as error:
        raise KeyProblem(part, "cannot be read") from error


def canonical(signature: bytes) -> bytes:
    """Of two valid ECDSA signatures the one with the smaller s: nobody can swap them unnoticed."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, P256_ORDER - s))


def has_signed(identity: Identity, signature: bytes, message: bytes) -> bool:
    key = identity.public_key
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
            return True
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        return canonical(signature) == signature
    except (InvalidSignature, ValueError):
        return False
