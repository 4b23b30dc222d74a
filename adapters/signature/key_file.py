"""A signing key out of a PKCS#12 file, kept in memory."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from asn1crypto.pkcs12 import Pfx
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from adapters.signature.keys import Identity, KeyPart, KeyProblem, canonical, read_secret

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class FileKey:
    """The same message gives the same signature: RSA is that way, ECDSA is made so (RFC 6979)."""

    identity: Identity
    _private: PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return canonical(self._private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))


def open_key_file(path: Path, password: str, now: datetime) -> FileKey:
    """Raises KeyProblem."""
    bundle = _unlock(read_secret(path, KeyPart.FILE), password)
    if bundle.key is None or bundle.cert is None:
        raise KeyProblem(KeyPart.FILE, "must hold a private key and the certificate that belongs to it")
    others = tuple(one.certificate for one in bundle.additional_certs)
    identity = Identity(bundle.cert.certificate, others)
    identity.check(KeyPart.FILE, now)
    private = bundle.key
    if not isinstance(private, PrivateKey) or private.public_key() != identity.public_key:
        raise KeyProblem(KeyPart.FILE, "holds a key that does not match its certificate")
    return FileKey(identity, private)


def _unlock(content: bytes, password: str) -> pkcs12.PKCS12KeyAndCertificates:
    try:
        return pkcs12.load_pkcs12(content, password.encode() or None)
    except UnsupportedAlgorithm as error:
        raise KeyProblem(KeyPart.FILE, "is protected or signed in a way that is not supported") from error
    except ValueError:
        # Without its cause: the library does not say which of the two it was.
        if _is_pkcs12(content):
            raise KeyProblem(KeyPart.PASSWORD, "does not open the file of the signing key") from None
        raise KeyProblem(KeyPart.FILE, "is not a PKCS#12 file") from None


def _is_pkcs12(content: bytes) -> bool:
    try:
        Pfx.load(content, strict=True)["auth_safe"]["content_type"].native  # noqa: B018 - read, or it is none
    except (ValueError, TypeError):
        return False
    return True
