"""Whatever is done to a signed report is seen; only the file as it was signed is genuine."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from adapters.signature.container import compose, signed_attributes
from adapters.signature.key_file import FileKey
from adapters.signature.keys import P256_ORDER, canonical
from adapters.signature.signer import ReportSigner
from engine.ports import Genuineness
from tests.adapters.signature import tampering, witness
from tests.adapters.signature.papers import AMOUNT, a_modern_pdf, a_pdf, saved_anew
from tests.adapters.signature.sites import NOW

GENUINE, ALTERED, FOREIGN = Genuineness.GENUINE, Genuineness.ALTERED, Genuineness.FOREIGN

pytestmark = pytest.mark.clause("M 5.2 d", "M E.2")


def test_a_report_as_it_was_signed_is_genuine(signer: ReportSigner, signed: bytes) -> None:
    assert signer.examine(signed) is GENUINE


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_one_changed_byte_anywhere_is_seen(signer: ReportSigner, signed: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(signed) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != signed[place]))

    changed = signed[:place] + bytes((byte,)) + signed[place + 1 :]

    assert signer.examine(changed) is ALTERED


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_one_changed_digit_anywhere_in_the_container_is_seen(
    any_signer_and_file: tuple[ReportSigner, bytes], data: st.DataObject
) -> None:
    signer, content = any_signer_and_file
    start, end, _ = tampering.byte_range(content)
    place = data.draw(st.integers(start + 1, end - 2))
    digit = data.draw(
        st.sampled_from(b"0123456789ABCDEFabcdef \n").filter(lambda value: value != content[place])
    )

    changed = content[:place] + bytes((digit,)) + content[place + 1 :]

    assert signer.examine(changed) is ALTERED


@given(st.binary(min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
@example(b"\n")
@example(b" ")
@example(b"\x00")
@example(b"%%EOF\n")
def test_whatever_is_appended_is_seen(signer: ReportSigner, signed: bytes, more: bytes) -> None:
    assert signer.examine(signed + more) is ALTERED


@given(st.data(), st.binary(min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_whatever_is_put_in_between_is_seen(
    signer: ReportSigner, signed: bytes, data: st.DataObject, more: bytes
) -> None:
    place = data.draw(st.integers(0, len(signed)))

    assert signer.examine(signed[:place] + more + signed[place:]) is ALTERED


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_is_cut_out_is_seen(signer: ReportSigner, signed: bytes, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(signed) - 1))
    last = data.draw(st.integers(first, len(signed) - 1))

    cut = signed[:first] + signed[last + 1 :]

    assert signer.examine(cut) is not GENUINE


def test_another_amount_of_the_same_length_is_seen(signer: ReportSigner, signed: bytes) -> None:
    assert AMOUNT.encode() in signed

    assert signer.examine(signed.replace(AMOUNT.encode(), b"Savings 9999.99")) is ALTERED


def test_objects_hidden_before_the_header_are_seen(signer: ReportSigner, signed: bytes) -> None:
    hidden = b"%PDF-1.7\n90 0 obj\n<</Type /Catalog>>\nendobj\n"

    assert signer.examine(hidden + signed) is ALTERED


@pytest.mark.parametrize(
    "change",
    [
        tampering.another_amount,
        tampering.another_title,
        tampering.other_xmp,
        tampering.a_note,
        tampering.no_signature,
    ],
    ids=["page", "title", "XMP", "note", "signature taken off"],
)
@pytest.mark.parametrize("paper", [a_pdf, a_modern_pdf], ids=["table", "streams"])
def test_a_later_revision_is_seen(
    signer: ReportSigner, paper: Callable[[], bytes], change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    content = signer.sign(paper(), NOW).content

    assert signer.examine(tampering.changed_later(content, change)) is ALTERED


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"object_stream_mode": pikepdf.ObjectStreamMode.generate},
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable, "compress_streams": False},
        {"linearize": True},
        {"qdf": True},
        {"encryption": pikepdf.Encryption(owner="o", user="")},
    ],
    ids=["plain", "streams", "bare", "linearized", "readable", "encrypted"],
)
def test_a_file_saved_anew_is_seen(signer: ReportSigner, signed: bytes, how: dict[str, object]) -> None:
    assert signer.examine(saved_anew(signed, **how)) is ALTERED


def test_a_second_signature_is_seen(signer: ReportSigner, key: FileKey, signed: bytes) -> None:
    """Even one with our own key, which covers the whole file."""
    twice = tampering.with_signature(signed, lambda digest: _container(key, digest), certified=True)

    assert len(witness.embedded(twice)) == 2
    assert signer.examine(twice) is ALTERED


def test_a_signature_of_our_key_that_allows_changes_is_not_one_of_a_report(
    signer: ReportSigner, key: FileKey
) -> None:
    approved = tampering.with_signature(a_pdf(), lambda digest: _container(key, digest), certified=False)

    assert witness.validated(approved).bottom_line
    assert signer.examine(approved) is ALTERED


def test_a_signature_moved_to_another_report_is_seen(signer: ReportSigner, signed: bytes) -> None:
    other = signer.sign(a_pdf(text="Savings 9999.99"), NOW).content
    assert len(other) == len(signed)

    moved = tampering.parts(other).with_text(tampering.parts(signed).text)

    assert signer.examine(moved) is ALTERED


def test_a_signature_in_the_text_of_another_file_is_seen(signer: ReportSigner, signed: bytes) -> None:
    """A whole genuine report as the end of another file."""
    assert signer.examine(a_pdf() + signed) is ALTERED


@pytest.mark.parametrize(
    "text",
    [
        b"/ByteRange [0 {a} {b} {c} 0 0]",
        b"/ByteRange [0 {a} {b} {less}]",
        b"/ByteRange [0 {a_less} {b} {c}]",
        b"/ByteRange [0 {a_more} {b} {c}]",
        b"/ByteRange [0 {a} {b_less} {more}]",
        b"/ByteRange [0 {b} {b} {c}]",
        b"/ByteRange [0 {all} {all} 0]",
        b"/ByteRange [1 {a_less} {b} {c}]",
        b"/ByteRange [0 -{a} {b} {c}]",
        b"/ByteRange [{b} {c} 0 {a}]",
        b"/ByteRange [0 0{a} {b} {c}]",
        b"/ByteRange [0 999999999 999999999 999999999]",
        b"/ByteRange []",
        b"/Bytes",
    ],
)
def test_a_byte_range_that_says_something_else_is_seen(
    signer: ReportSigner, signed: bytes, text: bytes
) -> None:
    start, end, rest = tampering.byte_range(signed)
    numbers = {
        "a": start,
        "b": end,
        "c": rest,
        "a_less": start - 1,
        "a_more": start + 1,
        "b_less": end - 1,
        "less": rest - 1,
        "more": rest + 1,
        "all": len(signed),
    }
    filled = text.decode().format(**numbers).encode()

    assert signer.examine(tampering.with_byte_range(signed, filled)) is ALTERED


def test_a_gap_wider_than_the_signature_is_seen(signer: ReportSigner, key: FileKey) -> None:
    """Signed with our key, but with room in the gap in which anything can be written later."""
    framed = signer.sign(a_pdf(), NOW).content
    start, end, rest = tampering.byte_range(framed)
    hidden = framed[: end - 1] + b"> /Reason (x" + framed[end - 1 : end].replace(b">", b")") + framed[end:]
    wide = tampering.with_byte_range(hidden, b"/ByteRange [0 %d %d %d]" % (start, end + 12, rest))

    assert signer.examine(wide) is ALTERED


@pytest.mark.parametrize(
    "change",
    [
        tampering.one_more_certificate,
        tampering.no_root,
        tampering.an_unsigned_attribute,
        tampering.another_version,
    ],
)
def test_a_container_that_holds_more_or_less_is_seen(
    signer: ReportSigner, key: FileKey, change: Callable[[cms.SignedData], None]
) -> None:
    """Other programs accept these: what is changed is not covered by the signature."""
    roomy = tampering.with_signature(a_pdf(), lambda digest: _container(key, digest), certified=True)
    assert signer.examine(roomy) is GENUINE

    changed = tampering.parts(roomy).with_changed(change)

    assert witness.embedded(changed)[0].compute_digest() == _digest(roomy)
    assert signer.examine(changed) is ALTERED


def test_the_other_valid_form_of_the_same_signature_is_seen(
    signer: ReportSigner, key: FileKey, signed: bytes
) -> None:
    """Of an ECDSA signature (r, s) anybody can make (r, n - s), which is valid as well."""
    pieces = tampering.parts(signed)
    ours = pieces.container
    signature = next(
        ours[-size:] for size in range(72, 60, -1) if ours[-size - 2 : -size] == bytes((4, size))
    )
    r, s = decode_dss_signature(signature)
    other = encode_dss_signature(r, P256_ORDER - s)
    assert canonical(other) == signature

    digest = _digest(signed)
    changed = pieces.with_container(compose(key.identity, digest, other))

    assert witness.validated(changed).intact
    assert signer.examine(changed) is ALTERED


def _container(key: FileKey, digest: bytes) -> bytes:
    return compose(key.identity, digest, key.sign(signed_attributes(key.identity, digest)))


def _digest(signed: bytes) -> bytes:
    (signature,) = witness.embedded(signed)
    digest: bytes = signature.compute_digest()
    return digest


def test_a_report_without_its_signature_bears_none(signer: ReportSigner) -> None:
    assert signer.examine(a_pdf()) is FOREIGN


def test_a_report_whose_signature_was_taken_out_bears_none(signer: ReportSigner, signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        del pdf.Root.AcroForm, pdf.Root.Perms, pdf.pages[0].Annots
        file = io.BytesIO()
        pdf.save(file)

    assert signer.examine(file.getvalue()) is FOREIGN
