"""The container of the signature: CMS (RFC 5652) with the attributes of PAdES B-B (ETSI EN 319 142-1).

It is composed here and not by a library, for it is composed a second time when a report is examined: what
stands in the file must be, byte for byte, what stands here. So no part of it can be changed unnoticed, no
foreign ASN.1 is ever parsed, and the next version of a library cannot make an old report doubtful.
"""

from hashlib import sha256

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.signature.keys import P256_LONGEST, Identity, has_signed

DIGEST = "sha256"
OCTET_STRING = 4
HEADER_BYTES = 4  # tag and length of everything between 256 and 65535 bytes


def signed_attributes(identity: Identity, digest: bytes) -> bytes:
    """What the key signs: the digest of the file, and whose signature it is."""
    return bytes(_attributes(identity, digest).dump())


def compose(identity: Identity, digest: bytes, signature: bytes) -> bytes:
    certificates = [x509.Certificate.load(der) for der in identity.ders]
    issuer = {"issuer": certificates[0].issuer, "serial_number": certificates[0].serial_number}
    algorithm = algos.DigestAlgorithm({"algorithm": DIGEST})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": cms.IssuerAndSerialNumber(issuer)}),
            "digest_algorithm": algorithm,
            "signature_algorithm": {"algorithm": f"{DIGEST}_{_kind(identity)}"},
            "signed_attrs": _attributes(identity, digest),
            "signature": signature,
        }
    )
    content = {
        "version": "v1",
        "digest_algorithms": [algorithm],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices("certificate", one) for one in certificates],
        "signer_infos": [signer],
    }
    whole = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})
    return bytes(whole.dump())


def is_sound(identity: Identity, digest: bytes, container: bytes) -> bool:
    """Is it what this identity writes for a file of this digest, with a signature of its key?"""
    signature = _signature_in(identity, container)
    if signature is None or compose(identity, digest, signature) != container:
        return False
    return has_signed(identity, signature, signed_attributes(identity, digest))


def whole_length(start: bytes) -> int:
    """Of the container, from its first bytes."""
    return HEADER_BYTES + int.from_bytes(start[2:HEADER_BYTES], "big")


def _attributes(identity: Identity, digest: bytes) -> cms.CMSAttributes:
    certificate = x509.Certificate.load(identity.ders[0])
    issuer = {
        "issuer": [x509.GeneralName("directory_name", certificate.issuer)],
        "serial_number": certificate.serial_number,
    }
    reference = {"cert_hash": sha256(identity.ders[0]).digest(), "issuer_serial": issuer}
    values = {
        "content_type": cms.ContentType("data"),
        "message_digest": core.OctetString(digest),
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [reference]}),
    }
    return cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in values.items()])


def _kind(identity: Identity) -> str:
    return "rsa" if isinstance(identity.public_key, rsa.RSAPublicKey) else "ecdsa"


def _signature_in(identity: Identity, container: bytes) -> bytes | None:
    """The signature is the last thing in it; only that of ECDSA differs in length."""
    if isinstance(identity.public_key, rsa.RSAPublicKey):
        return container[-identity.longest_signature :]
    for length in range(P256_LONGEST, 0, -1):
        if container[-length - 2 : -length] == bytes((OCTET_STRING, length)):
            return container[-length:]
    return None
