"""What pyHanko, which has no part in our own examination, says of a signed file."""

import asyncio
import io
from collections.abc import Iterable

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from adapters.signature.keys import Identity
from tests.adapters.signature.sites import NOW


def embedded(pdf: bytes) -> list[EmbeddedPdfSignature]:
    return list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)


def validated(pdf: bytes) -> PdfSignatureStatus:
    """Of the only signature; the self-signed certificate that came with it is taken for trusted."""
    (signature,) = embedded(pdf)
    roots = [one for one in signature.other_embedded_certs if one.subject == one.issuer]
    return validate_pdf_signature(
        signature, ValidationContext(trust_roots=roots, allow_fetching=False, moment=NOW)
    )


def composed(identity: Identity, digest: bytes, signature: bytes) -> bytes:
    """The container as pyHanko writes it."""
    certificate, *above = (x509.Certificate.load(one) for one in identity.ders)
    store = SimpleCertificateStore()
    store.register_multiple(above)
    writer = ExternalSigner(certificate, store, signature_value=signature)
    container: bytes = asyncio.run(writer.async_sign(digest, "sha256", use_pades=True)).dump()
    return container


def subjects(certificates: Iterable[x509.Certificate]) -> set[str]:
    return {certificate.subject.native["common_name"] for certificate in certificates}
