"""A signing key in a PKCS#11 device: the key stays there, this asks it for signatures."""

import os
import threading
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.signature.keys import Identity, KeyPart, KeyProblem, canonical, has_signed
from engine.ports import TemporaryFailure

try:
    import pkcs11
    from pkcs11.util.ec import encode_ecdsa_signature
except ImportError:  # the extra `pkcs11` is not installed
    pkcs11 = None  # type: ignore[assignment]  # open_device() says so

LONGEST_CHAIN = 8
PROBE = b"hedui"


@dataclass(frozen=True)
class DevicePlace:
    """Where the key is: `label` is that of the private key and of its certificate."""

    module: Path  # the driver of the device
    token: str
    label: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class _Opened:
    process: int
    session: "pkcs11.Session"
    key: "pkcs11.SignMixin"


class DeviceKey:
    """One session per process, used by one thread after the other.

    When the device has gone the session is given up; the next attempt opens a new one.
    """

    def __init__(self, place: DevicePlace) -> None:
        """Raises KeyProblem."""
        self._place = place
        self._lock = threading.Lock()
        self._opened: _Opened | None = (opened := _open(place))
        self._used_in = opened.process
        self.identity = _identity(opened.session, place.label)

    def sign(self, message: bytes) -> bytes:
        with self._lock:
            try:
                return self._sign(self._key(), message)
            except (KeyProblem, pkcs11.PKCS11Error) as error:
                self._opened = None
                raise TemporaryFailure("signing_key_away") from error

    def _sign(self, key: "pkcs11.SignMixin", message: bytes) -> bytes:
        if isinstance(self.identity.public_key, rsa.RSAPublicKey):
            return bytes(key.sign(message, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
        pair = key.sign(sha256(message).digest(), mechanism=pkcs11.Mechanism.ECDSA)
        return canonical(encode_ecdsa_signature(pair))

    def _key(self) -> "pkcs11.SignMixin":
        """Nothing open may cross a fork: the child would speak into the connection of its parent."""
        if self._opened is None or self._opened.process != os.getpid():
            self._opened = _open(self._place, after_fork=self._used_in != os.getpid())
            self._used_in = os.getpid()
        return self._opened.key


def open_device(place: DevicePlace, now: datetime) -> DeviceKey:
    """Raises KeyProblem."""
    if pkcs11 is None:
        raise KeyProblem(KeyPart.MODULE, "needs the package python-pkcs11: pip install 'hedui[pkcs11]'")
    key = DeviceKey(place)
    key.identity.check(KeyPart.LABEL, now)
    if not _matches(key):
        raise KeyProblem(KeyPart.LABEL, "is that of a key and a certificate that do not belong together")
    return key


def _matches(key: DeviceKey) -> bool:
    """Found out by a signature, for the device does not give its key away."""
    try:
        return has_signed(key.identity, key.sign(PROBE), PROBE)
    except TemporaryFailure:  # RSA here and EC there
        return False


def _open(place: DevicePlace, after_fork: bool = False) -> _Opened:
    """Raises KeyProblem."""
    session = _session(place, after_fork)
    try:
        key = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, label=place.label)
    except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned) as error:
        rule = "must be the label of exactly one private key of the token"
        raise KeyProblem(KeyPart.LABEL, rule) from error
    if not isinstance(key, pkcs11.SignMixin):
        raise KeyProblem(KeyPart.LABEL, "is that of a key that cannot sign")
    return _Opened(os.getpid(), session, key)


def _session(place: DevicePlace, after_fork: bool) -> "pkcs11.Session":
    try:
        driver = pkcs11.lib(str(place.module))
        if after_fork:
            driver.reinitialize()
        token = driver.get_token(token_label=place.token)
    except (pkcs11.NoSuchToken, pkcs11.MultipleTokensReturned) as error:
        raise KeyProblem(KeyPart.TOKEN, "must be the label of exactly one token of the device") from error
    except (RuntimeError, OSError) as error:  # not a library, not one of PKCS#11, refuses to start
        raise KeyProblem(KeyPart.MODULE, "is not a PKCS#11 driver that can be started") from error
    try:
        return token.open(user_pin=place.pin)
    except pkcs11.UserAlreadyLoggedIn:
        return token.open()  # who is logged in is so for the whole process
    except pkcs11.PKCS11Error as error:
        raise KeyProblem(KeyPart.PIN, "does not open the token") from error


def _identity(session: "pkcs11.Session", label: str) -> Identity:
    """The other certificates of the token are looked through for the ones above ours."""
    query = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
    stored = [_certificate(found) for found in session.get_objects(query)]
    ours = [_certificate(found) for found in session.get_objects({**query, pkcs11.Attribute.LABEL: label})]
    if len(ours) != 1:
        raise KeyProblem(KeyPart.LABEL, "must be the label of exactly one certificate of the token")
    return Identity(ours[0], _chain(ours[0], stored))


def _certificate(found: "pkcs11.Object") -> x509.Certificate:
    return x509.load_der_x509_certificate(found[pkcs11.Attribute.VALUE])


def _chain(leaf: x509.Certificate, stored: list[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    chain: list[x509.Certificate] = []
    last = leaf
    while last.issuer != last.subject and len(chain) < LONGEST_CHAIN:
        above = next((one for one in stored if _has_issued(one, last)), None)
        if above is None:
            break
        chain.append(above)
        last = above
    return tuple(chain)


def _has_issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
