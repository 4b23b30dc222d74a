"""Make uploaded files harmless: PDFs are searched and written anew, images decoded and encoded again."""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.domain.uploads import (
    MOST_PAGES,
    MOST_PIXELS,
    CleanFile,
    UploadFault,
    UploadKind,
    UploadRefused,
    kind_of,
)

JPEG_QUALITY = 88
MOST_OBJECTS = 100_000
# Keys that run something, reach outside, or take part in a form program.
ACTIVE_KEYS = frozenset({"/JavaScript", "/JS", "/AA", "/XFA", "/RichMedia", "/RichMediaContent", "/Launch"})
ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie"}
    | {
        "/Sound",
        "/RichMediaExecute",
        "/ResetForm",
        "/Hide",
        "/Named",
        "/SetOCGState",
        "/Trans",
        "/GoTo3DView",
    }
)
EMBEDDED_KEYS = frozenset({"/EmbeddedFiles", "/EmbeddedFile", "/EF", "/Collection", "/AF"})
EMBEDDED_KINDS = frozenset({"/FileAttachment", "/EmbeddedFile", "/Filespec"})
ACTIVE_KINDS = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})


def clean_file(content: bytes) -> CleanFile:
    """A FileCleaner. Raises UploadRefused."""
    kind = kind_of(content)
    cleaned = CLEANERS[kind](content)
    return CleanFile(kind, cleaned, hashlib.sha256(cleaned).hexdigest())


def _clean_pdf(content: bytes) -> bytes:
    """Written anew, so that unused objects, earlier versions and metadata stay behind.

    A signed one stays as it is, byte for byte: the signature is the evidence (MZ/T 072-2016 A.1 e, A.2 i).
    """
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise UploadRefused(UploadFault.ENCRYPTED)
            _check_pages(pdf)
            _check_objects(pdf)
            return content if _is_signed(pdf) else _written_anew(pdf)
    except pikepdf.PasswordError as error:
        raise UploadRefused(UploadFault.ENCRYPTED) from error
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, RuntimeError, RecursionError) as error:
        raise UploadRefused(UploadFault.DAMAGED) from error


def _check_pages(pdf: pikepdf.Pdf) -> None:
    pages = len(pdf.pages)
    if pages == 0:
        raise UploadRefused(UploadFault.DAMAGED)
    if pages > MOST_PAGES:
        raise UploadRefused(UploadFault.TOO_MANY_PAGES)


def _check_objects(pdf: pikepdf.Pdf) -> None:
    """Every object of the file, used or not, directly written inner ones included."""
    for number, thing in enumerate(pdf.objects):
        if number >= MOST_OBJECTS:
            raise UploadRefused(UploadFault.DAMAGED)
        for inner in _with_inner(thing, 0):
            _check_dictionary(inner)
    opening = pdf.Root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and str(opening.get("/S", "")) != "/GoTo":
        raise UploadRefused(UploadFault.ACTIVE)


def _with_inner(thing: object, depth: int) -> Iterator[pikepdf.Dictionary | pikepdf.Stream]:
    """Indirect ones come by themselves: only what is written in place is followed."""
    if depth > 50:
        raise UploadRefused(UploadFault.DAMAGED)
    if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        parts = [value for _, value in thing.items()]
    elif isinstance(thing, pikepdf.Array):
        parts = list(thing)
    else:
        return
    for part in parts:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from _with_inner(part, depth + 1)


def _check_dictionary(thing: pikepdf.Dictionary | pikepdf.Stream) -> None:
    keys = set(thing.keys())
    names = {str(thing.get(key)) for key in ("/S", "/Type", "/Subtype") if key in keys}
    if keys & EMBEDDED_KEYS or names & EMBEDDED_KINDS:
        raise UploadRefused(UploadFault.EMBEDDED)
    if keys & ACTIVE_KEYS or _is_active(thing) or names & ACTIVE_KINDS:
        raise UploadRefused(UploadFault.ACTIVE)


def _is_active(thing: object) -> bool:
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    return str(thing.get("/S", "")) in ACTIVE_ACTIONS


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    return any(isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing for thing in pdf.objects)


def _written_anew(pdf: pikepdf.Pdf) -> bytes:
    """Stamps and filled fields become part of the page; links go, so that no click leads outside."""
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    fresh = pikepdf.new()
    fresh.pages.extend(pdf.pages)
    for page in fresh.pages:
        for key in ("/Annots", "/Metadata", "/PieceInfo", "/Thumb"):
            if key in page.obj:
                del page.obj[key]
    written = io.BytesIO()
    fresh.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _clean_jpeg(content: bytes) -> bytes:
    return _encoded(content, "JPEG", quality=JPEG_QUALITY)


def _clean_png(content: bytes) -> bytes:
    return _encoded(content, "PNG")


def _encoded(content: bytes, name: str, **options: int) -> bytes:
    """Only pixels survive: turned upright as the camera meant it, no metadata, nothing behind the end."""
    try:
        with Image.open(io.BytesIO(content), formats=[name]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UploadRefused(UploadFault.TOO_MANY_PIXELS)
            plain = _plain(ImageOps.exif_transpose(image))
            written = io.BytesIO()
            Image.frombytes(plain.mode, plain.size, plain.tobytes()).save(written, name, **options)
            return written.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadRefused(UploadFault.TOO_MANY_PIXELS) from error
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        TypeError,
        Warning,
    ) as error:
        raise UploadRefused(UploadFault.DAMAGED) from error


def _plain(image: Image.Image) -> Image.Image:
    """Grey or RGB of eight bits; what is transparent lies on white paper."""
    if image.mode.startswith("I"):  # sixteen bits: Pillow would cut them off instead of scaling
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


CLEANERS: Mapping[UploadKind, Callable[[bytes], bytes]] = {
    UploadKind.PDF: _clean_pdf,
    UploadKind.JPEG: _clean_jpeg,
    UploadKind.PNG: _clean_png,
}
