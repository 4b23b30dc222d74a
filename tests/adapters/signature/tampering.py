"""Ways to change a signed file, or to make another one look signed."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

from asn1crypto import cms, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from adapters.signature.frame import written
from tests.adapters.signature.sites import NOW

ROOM = 8192  # hex digits


@dataclass(frozen=True)
class Parts:
    """A signed file, taken apart at its container."""

    before: bytes
    text: bytes  # with its brackets
    after: bytes

    @property
    def container(self) -> bytes:
        padded = bytes.fromhex(self.text[1:-1].decode())
        return padded[: 4 + int.from_bytes(padded[2:4], "big")]

    def with_text(self, text: bytes) -> bytes:
        return self.before + text + self.after

    def with_container(self, container: bytes) -> bytes:
        return self.with_text(written(container, len(self.text)))

    def with_changed(self, change: Callable[[cms.SignedData], None]) -> bytes:
        """The container taken to pieces, changed and put together; the room in the file stays the same."""
        info = cms.ContentInfo.load(self.container)
        change(info["content"])
        return self.with_container(info.dump(force=True))


def parts(signed: bytes) -> Parts:
    start, end, _ = byte_range(signed)
    return Parts(signed[:start], signed[start:end], signed[end:])


def byte_range(signed: bytes) -> tuple[int, int, int]:
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", signed)
    assert found
    start, end, rest = map(int, found.groups())
    return start, end, rest


def with_byte_range(signed: bytes, text: bytes) -> bytes:
    """Written over the old one and its blanks, so that nothing moves."""
    found = re.search(rb"/ByteRange \[[^\]]*\] *", signed)
    assert found
    return signed[: found.start()] + text.ljust(len(found[0])) + signed[found.end() :]


def changed_later(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """A further revision at the end, which viewers show instead of what was signed."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def another_amount(writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    content = generic.StreamObject(stream_data=b"BT /F1 12 Tf 100 700 Td (Savings 9999.99) Tj ET")
    page.get_object()["/Contents"] = writer.add_object(content)
    writer.update_container(page.get_object())


def another_title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("other")}))


def other_xmp(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Metadata"] = writer.add_object(generic.StreamObject(stream_data=b"<x:xmpmeta/>"))
    writer.update_root()


def a_note(writer: IncrementalPdfFileWriter) -> None:
    page, _ = writer.find_page_for_modification(0)
    note = {"/Type": "/Annot", "/Subtype": "/Text"}
    names = {generic.pdf_name(key): generic.pdf_name(value) for key, value in note.items()}
    rect = generic.ArrayObject([generic.NumberObject(side) for side in (0, 0, 20, 20)])
    annotation = generic.DictionaryObject({**names, generic.pdf_name("/Rect"): rect})
    page.get_object()["/Annots"] = generic.ArrayObject([writer.add_object(annotation)])
    writer.update_container(page.get_object())


def no_signature(writer: IncrementalPdfFileWriter) -> None:
    del writer.root["/AcroForm"]
    writer.update_root()


def with_signature(
    pdf: bytes, sign: Callable[[bytes], bytes], certified: bool, field: str = "Signature2"
) -> bytes:
    """`sign` makes the container from the digest of the file."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    steps = PdfCMSEmbedder().write_cms(field, writer)
    next(steps)
    room = SignatureObject(NOW, SigSeedSubFilter.PADES, bytes_reserved=ROOM)
    rules = SigMDPSetup("sha256", certified, docmdp_perms=MDPPerm.NO_CHANGES if certified else None)
    steps.send(SigObjSetup(room, rules))
    file = io.BytesIO()
    prepared, _ = steps.send(SigIOSetup("sha256", output=file))
    steps.send(sign(prepared.document_digest))
    return file.getvalue()


def one_more_certificate(signed_data: cms.SignedData) -> None:
    first = signed_data["certificates"][0].chosen
    other = x509.Certificate.load(first.dump())
    other["signature_value"] = bytes(64)
    signed_data["certificates"].append(cms.CertificateChoices("certificate", other))


def no_root(signed_data: cms.SignedData) -> None:
    certificates = list(signed_data["certificates"])
    signed_data["certificates"] = [one for one in certificates if one.chosen.subject != one.chosen.issuer]


def an_unsigned_attribute(signed_data: cms.SignedData) -> None:
    signed_data["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes(
        [{"type": "signing_time", "values": [cms.Time("utc_time", NOW)]}]
    )


def another_version(signed_data: cms.SignedData) -> None:
    signed_data["version"] = "v3"
