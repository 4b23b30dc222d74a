"""Signs reports and examines what somebody hands in as one of them."""

from datetime import datetime

from adapters.signature.container import compose, signed_attributes
from adapters.signature.examination import examine
from adapters.signature.frame import UnsuitablePdf, frame
from adapters.signature.keys import SigningKey
from adapters.signature.sm import Sm2Key, sm3
from adapters.signature.trusted import TrustedCertificates
from engine.ports import Genuineness, PermanentFailure, SignedFile, TemporaryFailure


class ReportSigner:
    """PAdES B-B inside the file; with an SM2 key a second signature beside it. Any thread may use it."""

    def __init__(self, key: SigningKey, trusted: TrustedCertificates, sm2_key: Sm2Key | None = None) -> None:
        self._key = key
        self._trusted = trusted
        self._sm2_key = sm2_key
        self._longest = len(compose(key.identity, bytes(32), bytes(key.identity.longest_signature)))

    def sign(self, pdf: bytes, at: datetime) -> SignedFile:
        """The same for the same input when it is repeated, as far as the kind of key allows.

        Raises TemporaryFailure when the key cannot be reached or its certificate has run out,
        PermanentFailure when the PDF cannot be signed.
        """
        content = self._signed(pdf, self._moment(at))
        if self.examine(content) is not Genuineness.GENUINE:
            raise PermanentFailure("signature_unsound")  # a device that computes wrongly: nothing goes out
        beside = self._sm2_key.sign(content) if self._sm2_key else None
        return SignedFile(content, self._key.identity.name, sm3(content), beside)

    def examine(self, pdf: bytes) -> Genuineness:
        return examine(pdf, (self._key.identity, *self._trusted.identities()))

    def _moment(self, at: datetime) -> datetime:
        """Work left over from before a change of keys: no time is stated at which the new one was not."""
        certificate = self._key.identity.certificate
        if at > certificate.not_valid_after_utc:
            raise TemporaryFailure("certificate_expired")
        return max(at, certificate.not_valid_before_utc)

    def _signed(self, pdf: bytes, at: datetime) -> bytes:
        try:
            framed = frame(pdf, at, self._longest)
        except UnsuitablePdf as error:
            raise PermanentFailure("pdf_unsuitable") from error
        identity = self._key.identity
        signature = self._key.sign(signed_attributes(identity, framed.digest))
        return framed.filled(compose(identity, framed.digest, signature))
