"""SM3 digests, and SM2 signatures that stand beside a file (GB/T 32905, GB/T 32918.2)."""

import re
from base64 import b64decode, b64encode
from pathlib import Path
from textwrap import wrap

from cryptography.hazmat.primitives import hashes

from adapters.signature.keys import KeyPart, KeyProblem, read_secret

try:
    from tongsuopy.crypto import hashes as sm_hashes
    from tongsuopy.crypto import serialization
    from tongsuopy.crypto.asymciphers import ec
    from tongsuopy.crypto.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
except ImportError:  # the extra `sm2` is not installed
    ec = None  # open_sm2_key() says so

BEGIN, END = "-----BEGIN SM2 SIGNATURE-----", "-----END SM2 SIGNATURE-----"
BLOCK = re.compile(f"{BEGIN}\n([A-Za-z0-9+/=\n]{{1,200}}){END}\n".encode())
LINE = 64


class Sm2Missing(Exception):  # noqa: N818 - named like what is missing
    """The package tongsuopy is not installed (extra `sm2`)."""


def sm3(content: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


class Sm2Key:
    """Signs with the user id 1234567812345678, as GM/T 0009 gives it. Any thread may use it."""

    def __init__(self, private: "ec.EllipticCurvePrivateKey") -> None:
        self._private = private
        self.public_pem: bytes = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, content: bytes) -> bytes:
        """PEM: the signature as DER (SEQUENCE of r and s), then the public key it can be checked with."""
        return _written(self._private.sign(content, ec.ECDSA(sm_hashes.SM3())), self.public_pem)


def open_sm2_key(path: Path) -> Sm2Key:
    """Raises KeyProblem."""
    if ec is None:
        raise KeyProblem(KeyPart.SM2_KEY, "needs the package tongsuopy: pip install 'hedui[sm2]'")
    content = read_secret(path, KeyPart.SM2_KEY)
    try:
        return Sm2Key(serialization.load_pem_private_key(content, None))
    except (ValueError, TypeError, UnsupportedAlgorithm, InternalError, AttributeError):
        # Without its cause: that would quote the content.
        raise KeyProblem(KeyPart.SM2_KEY, "is not an SM2 private key as PEM without a password") from None


def verify_detached(content: bytes, detached: bytes, public_pem: bytes) -> bool:
    """With the key of the house, not with the one that stands in `detached`. Raises Sm2Missing."""
    if ec is None:
        raise Sm2Missing
    found = BLOCK.match(detached)
    if found is None:
        return False
    try:
        signature = b64decode(found[1].replace(b"\n", b""))
        if _written(signature, public_pem) != detached:
            return False
        key = serialization.load_pem_public_key(public_pem)
        key.verify(signature, content, ec.ECDSA(sm_hashes.SM3()))
    except (ValueError, UnsupportedAlgorithm, InvalidSignature, InternalError):  # the last: not even DER
        return False
    return True


def _written(signature: bytes, public_pem: bytes) -> bytes:
    lines = "\n".join(wrap(b64encode(signature).decode("ascii"), LINE))
    return f"{BEGIN}\n{lines}\n{END}\n".encode() + public_pem
