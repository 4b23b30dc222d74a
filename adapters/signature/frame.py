"""Room for a signature in a PDF: the field, the certification and the byte range, written by pyHanko."""

import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from adapters.signature.container import DIGEST

FIELD = "Signature1"
ID_BYTES = 16


class UnsuitablePdf(Exception):  # noqa: N818 - says what it is
    """Not a PDF that can be signed: damaged, encrypted, or it has form fields or a signature already."""


@dataclass(frozen=True)
class Framed:
    """A file that is complete but for the container, which goes between `start` and `end` in hex."""

    content: bytes = field(repr=False)
    start: int
    end: int
    digest: bytes  # of everything else

    def filled(self, container: bytes) -> bytes:
        text = written(container, self.end - self.start)
        return self.content[: self.start] + text + self.content[self.end :]


class _RepeatableWriter(IncrementalPdfFileWriter):
    """The same input gives the same file: no random id, and what the file says of itself stays as it was."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        prev.stream.seek(0)
        made = generic.ByteStringObject(sha256(prev.stream.read()).digest()[:ID_BYTES])
        first = prev.trailer["/ID"][0] if "/ID" in prev.trailer else made
        if isinstance(first, generic.TextStringObject):
            first = generic.ByteStringObject(first.original_bytes)
        return generic.ArrayObject([first, made])

    def _update_meta(self) -> None:
        """Would write the time of this machine and the name of the library."""


def written(container: bytes, size: int) -> bytes:
    """How a container stands in the file: there is no second way."""
    return b"<" + container.hex().upper().encode().ljust(size - 2, b"0") + b">"


def frame(pdf: bytes, at: datetime, longest: int) -> Framed:
    """Certified by an invisible field: from here on nothing may be changed. Raises UnsuitablePdf.

    Not by pyHanko's PdfSigner, which states the time of this machine instead of `at`.
    """
    try:
        return _frame(_RepeatableWriter(io.BytesIO(pdf)), at.astimezone(UTC), longest)
    except (PdfError, SigningError) as error:
        raise UnsuitablePdf(type(error).__name__) from error


def _frame(writer: IncrementalPdfFileWriter, at: datetime, longest: int) -> Framed:
    if writer.security_handler is not None or "/AcroForm" in writer.root:
        raise UnsuitablePdf("encrypted, or with form fields")
    writer.register_extension(ESIC_EXTENSION_1)
    steps = PdfCMSEmbedder().write_cms(FIELD, writer)
    next(steps)
    room = SignatureObject(at, SigSeedSubFilter.PADES, bytes_reserved=2 * longest)
    steps.send(SigObjSetup(room, SigMDPSetup(DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)))
    output = io.BytesIO()
    prepared, _ = steps.send(SigIOSetup(DIGEST, output=output))
    steps.close()
    start, end = prepared.reserved_region_start, prepared.reserved_region_end
    return Framed(output.getvalue(), start, end, prepared.document_digest)
