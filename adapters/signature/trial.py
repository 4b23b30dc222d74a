"""The test authority of a house without a certificate: made once, worth nothing outside, and it says so."""

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

ORGANISATION = "测试 TEST（无法律效力）"
ROOT = "核对平台测试根证书 TEST ROOT"
SIGNER = "核对平台测试签名 TEST"
LIFE = timedelta(days=3652)  # ten years
FILE_NAME = "trial.p12"


def make_trial_key(folder: Path, now: datetime) -> Path:
    """Of several processes that start together one makes the file, and all use that one."""
    path = folder / FILE_NAME
    if path.exists():
        return path
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=folder)  # readable for nobody else
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_bundle(now))
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
    except FileExistsError:
        return path
    finally:
        os.unlink(beside)
    return path


def _bundle(now: datetime) -> bytes:
    """The key of the root is not kept: there will never be a second certificate under it."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _draft(_name(ROOT), _name(ROOT), root_key.public_key(), now)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    root = root.add_extension(_usage(certificates=True), critical=True)
    root_certificate = root.sign(root_key, hashes.SHA256())
    leaf = _draft(_name(SIGNER), _name(ROOT), key.public_key(), now)
    leaf = leaf.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    leaf = leaf.add_extension(_usage(certificates=False), critical=True)
    leaf = leaf.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
    )
    certificate = leaf.sign(root_key, hashes.SHA256())
    return pkcs12.serialize_key_and_certificates(
        SIGNER.encode(), key, certificate, [root_certificate], NoEncryption()
    )


def _name(common: str) -> x509.Name:
    attributes = {
        NameOID.COUNTRY_NAME: "CN",
        NameOID.ORGANIZATION_NAME: ORGANISATION,
        NameOID.COMMON_NAME: common,
    }
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes.items()])


def _draft(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks of several machines differ
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
