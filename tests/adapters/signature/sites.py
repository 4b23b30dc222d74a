"""Certificates of an invented authority and keys of an invented verification unit, as files."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
PASSWORD = "口令-2026"
ROOT = "示例根证书"

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Site:
    key: Private
    certificate: x509.Certificate
    authority: x509.Certificate

    def bundle(self, folder: Path, password: str = PASSWORD) -> Path:
        """PKCS#12, as an authority hands it over."""
        path = folder / f"{self.certificate.serial_number}.p12"
        content = pkcs12.serialize_key_and_certificates(
            b"report", self.key, self.certificate, [self.authority], _protection(password)
        )
        return secret_file(path, content)

    def pkcs8(self, folder: Path) -> Path:
        path = folder / f"{self.certificate.serial_number}.key"
        path.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return path


def secret_file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@cache
def a_key(kind: str) -> Private:
    """Made once for all tests: an RSA key takes its time."""
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))
    return ec.generate_private_key(ec.SECP384R1() if kind == "p384" else ec.SECP256R1())


@cache
def a_site(
    kind: str = "p256",
    serial: int = 4711,
    first: datetime = NOW - timedelta(days=30),
    last: datetime = NOW + timedelta(days=365),
) -> Site:
    root_key, key = a_key("root"), a_key(kind)
    root_name, name = _name(ROOT), _name("甲市居民家庭经济状况核对中心")
    return Site(key, _certificate(name, root_name, key, root_key, serial, (first, last)), _root(first, last))


@cache
def _root(first: datetime, last: datetime) -> x509.Certificate:
    name, key = _name(ROOT), a_key("root")
    return _certificate(name, name, key, key, 1, (first, last))


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: Private,
    issuer_key: Private,
    serial: int,
    days: tuple[datetime, datetime],
) -> x509.Certificate:
    draft = x509.CertificateBuilder(issuer, subject, key.public_key(), serial, *days)
    is_root = subject == issuer
    draft = draft.add_extension(x509.BasicConstraints(is_root, None), critical=True)
    usage = x509.KeyUsage(not is_root, not is_root, False, False, False, is_root, is_root, False, False)
    return draft.add_extension(usage, critical=True).sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _protection(password: str) -> BestAvailableEncryption | NoEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()
