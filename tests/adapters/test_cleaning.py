"""Uploaded files become harmless ones, or are refused with the reason."""

import hashlib
import io
import struct
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from adapters.documents.cleaning import clean_file
from engine.domain.uploads import MOST_PAGES, UploadFault, UploadKind, UploadRefused


def a_pdf(
    change: Callable[[pikepdf.Pdf], None] = lambda pdf: None, pages: int = 1, **options: object
) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(200, 200))
    change(pdf)
    written = io.BytesIO()
    pdf.save(written, **options)  # type: ignore[arg-type]
    return written.getvalue()


def an_image(kind: str, mode: str = "RGB", size: tuple[int, int] = (30, 20), **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 200 if mode in ("L", "P") else (200, 10, 10)).save(written, kind, **options)
    return written.getvalue()


def fault_of(content: bytes) -> UploadFault:
    with pytest.raises(UploadRefused) as raised:
        clean_file(content)
    return raised.value.fault


def action(**entries: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(**entries)


def with_root(key: str, value: Callable[[], object]) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root[key] = value()

    return change


def with_annotation(**entries: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        mark = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 50, 50], **entries)
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(mark)])

    return change


def javascript() -> pikepdf.Dictionary:
    return action(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.exe"] = b"MZ"


def hidden_in_an_unused_object(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Extra = pdf.make_indirect(pikepdf.Dictionary(Deep=pikepdf.Array([javascript()])))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (with_root("/OpenAction", javascript), UploadFault.ACTIVE),
        (with_root("/AA", lambda: pikepdf.Dictionary(WC=javascript())), UploadFault.ACTIVE),
        (
            with_root("/Names", lambda: pikepdf.Dictionary(JavaScript=pikepdf.Dictionary())),
            UploadFault.ACTIVE,
        ),
        (with_root("/AcroForm", lambda: pikepdf.Dictionary(XFA=pikepdf.String("x"))), UploadFault.ACTIVE),
        (
            with_root("/OpenAction", lambda: action(S=pikepdf.Name.Launch, F="calc.exe")),
            UploadFault.ACTIVE,
        ),
        (with_root("/OpenAction", lambda: action(S=pikepdf.Name.URI, URI="x")), UploadFault.ACTIVE),
        (
            with_annotation(Subtype=pikepdf.Name.Link, A=action(S=pikepdf.Name.SubmitForm)),
            UploadFault.ACTIVE,
        ),
        (with_annotation(Subtype=pikepdf.Name.Link, A=action(S=pikepdf.Name.GoToR)), UploadFault.ACTIVE),
        (with_annotation(Subtype=pikepdf.Name.Screen), UploadFault.ACTIVE),
        (with_annotation(Subtype=pikepdf.Name.FileAttachment), UploadFault.EMBEDDED),
        (with_root("/Collection", pikepdf.Dictionary), UploadFault.EMBEDDED),
        (attached, UploadFault.EMBEDDED),
        (hidden_in_an_unused_object, UploadFault.ACTIVE),
    ],
)
def test_a_pdf_that_does_something_is_refused(
    change: Callable[[pikepdf.Pdf], None], fault: UploadFault
) -> None:
    assert fault_of(a_pdf(change)) is fault


@pytest.mark.parametrize("password", ["", "geheim"])
def test_an_encrypted_pdf_is_refused(password: str) -> None:
    locked = a_pdf(encryption=pikepdf.Encryption(owner="owner", user=password))

    assert fault_of(locked) is UploadFault.ENCRYPTED


def test_a_broken_pdf_is_refused() -> None:
    assert fault_of(b"%PDF-1.7\nnothing\n%%EOF") is UploadFault.DAMAGED
    assert fault_of(a_pdf(pages=0)) is UploadFault.DAMAGED


def test_a_pdf_has_a_limit_of_pages() -> None:
    assert fault_of(a_pdf(pages=MOST_PAGES + 1)) is UploadFault.TOO_MANY_PAGES


def test_a_plain_pdf_is_written_anew_without_its_links_and_metadata() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Author"] = "沈经办"
        with_annotation(
            Subtype=pikepdf.Name.Link, A=action(S=pikepdf.Name.URI, URI="http://example.invalid")
        )(pdf)

    sent = a_pdf(change, pages=2)
    cleaned = clean_file(sent)

    with pikepdf.open(io.BytesIO(cleaned.content)) as pdf:
        assert len(pdf.pages) == 2
        assert "/Annots" not in pdf.pages[0]
        assert "/Author" not in pdf.docinfo
    assert (cleaned.kind, cleaned.media_type) == (UploadKind.PDF, "application/pdf")
    assert b"example.invalid" not in cleaned.content


def test_a_stamp_on_a_page_stays_visible() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(
            b"0 0 50 50 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 50, 50]
        )
        with_annotation(Subtype=pikepdf.Name.Stamp, AP=pikepdf.Dictionary(N=look))(pdf)

    cleaned = clean_file(a_pdf(change))

    with pikepdf.open(io.BytesIO(cleaned.content)) as pdf:
        drawn = b"".join(stream.read_bytes() for stream in pdf.pages[0].Contents)  # type: ignore[attr-defined]
        assert b" Do" in drawn


def test_a_signed_pdf_keeps_its_bytes_because_the_signature_is_the_evidence() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        value = pikepdf.Dictionary(
            Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=pikepdf.String("x")
        )
        pdf.Root.AcroForm = pikepdf.Dictionary(
            Fields=pikepdf.Array(
                [pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Sig, V=pdf.make_indirect(value)))]
            )
        )

    sent = a_pdf(change)

    assert clean_file(sent).content == sent


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGB"), ("PNG", "L"), ("PNG", "P"), ("PNG", "RGBA")],
)
def test_an_image_is_encoded_again(kind: str, mode: str) -> None:
    colour = {"L": 200, "P": 3, "RGBA": (1, 2, 3, 128)}.get(mode, (200, 10, 10))
    written = io.BytesIO()
    Image.new(mode, (30, 20), colour).save(written, kind)  # type: ignore[arg-type]

    cleaned = clean_file(written.getvalue())

    with Image.open(io.BytesIO(cleaned.content)) as image:
        assert (image.format, image.size) == (kind, (30, 20))
    assert cleaned.digest == hashlib.sha256(cleaned.content).hexdigest()


def test_a_transparent_image_is_read_on_white_paper() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (2, 2), (0, 0, 0, 0)).save(written, "PNG")

    with Image.open(io.BytesIO(clean_file(written.getvalue()).content)) as image:
        assert image.getpixel((0, 0)) == (255, 255, 255)


def test_a_scan_of_sixteen_bits_keeps_its_greys() -> None:
    written = io.BytesIO()
    Image.new("I;16", (2, 2), 0x8000).save(written, "PNG")

    with Image.open(io.BytesIO(clean_file(written.getvalue()).content)) as image:
        assert (image.mode, image.getpixel((0, 0))) == ("L", 128)


@pytest.mark.parametrize("tail", [b"PK\x03\x04 a zip", b"<script>alert(1)</script>", b"%PDF-1.7 %%EOF"])
def test_nothing_hangs_on_behind_an_image(tail: bytes) -> None:
    cleaned = clean_file(an_image("JPEG") + tail)

    assert tail not in cleaned.content


def test_where_and_with_what_a_photo_was_taken_does_not_stay() -> None:
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif[0x0112] = 6  # turned by a quarter

    cleaned = clean_file(an_image("JPEG", exif=exif))

    with Image.open(io.BytesIO(cleaned.content)) as image:
        assert not image.getexif()
        assert image.size == (20, 30)
    assert b"CameraMaker" not in cleaned.content


def test_a_picture_that_grows_when_opened_is_refused_before_it_is() -> None:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [b"IHDR" + header, b"IDAT" + zlib.compress(bytes(100)), b"IEND"]
    framed = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks]

    assert fault_of(b"\x89PNG\r\n\x1a\n" + b"".join(framed)) is UploadFault.TOO_MANY_PIXELS


def test_a_large_but_honest_scan_has_a_limit_too() -> None:
    assert fault_of(an_image("PNG", "L", (8000, 6000))) is UploadFault.TOO_MANY_PIXELS


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", an_image("PNG")[:60], an_image("JPEG")[:300]]
)
def test_a_broken_image_is_refused(content: bytes) -> None:
    assert fault_of(content) is UploadFault.DAMAGED


def test_the_same_file_gives_the_same_digest() -> None:
    for sent in (a_pdf(), an_image("PNG"), an_image("JPEG")):
        assert clean_file(sent).digest == clean_file(sent).digest


@given(st.sampled_from([a_pdf(), an_image("PNG"), an_image("JPEG")]), st.data())
def test_any_damage_gives_a_clean_file_or_a_reason(sent: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(8, len(sent) - 1))
    content = sent[:place] + data.draw(st.binary(max_size=6)) + sent[place + data.draw(st.integers(0, 9)) :]

    assert is_answered(content)


def is_answered(content: bytes) -> bool:
    """A clean file that stays clean, or a reason; anything else is raised."""
    try:
        cleaned = clean_file(content)
    except UploadRefused as refused:
        return bool(refused.fault.reason)
    return clean_file(cleaned.content).kind is cleaned.kind
