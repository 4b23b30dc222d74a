"""Small PDFs in the ways PDFs are written, with a text nobody may change."""

import io
from functools import cache

import pikepdf
from reportlab.pdfgen.canvas import Canvas

AMOUNT = "Savings 1234.56"


@cache
def a_pdf(pages: int = 2, text: str = AMOUNT) -> bytes:
    """With a table of references, and a text that can be seen in the bytes."""
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=0, invariant=True)
    for number in range(pages):
        canvas.drawString(100, 700, f"{text} page {number + 1}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@cache
def a_modern_pdf(bytes_inside: int = 0) -> bytes:
    """With object streams and XMP, as the stamping writes reports."""
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        with pdf.open_metadata() as xmp:
            xmp["dc:title"] = "核对报告"
        if bytes_inside:
            pdf.Root.Filling = pdf.make_stream(bytes(range(256)) * (bytes_inside // 256))
        file = io.BytesIO()
        pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return file.getvalue()


def without_id() -> bytes:
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        file = io.BytesIO()
        pdf.save(file, static_id=True)
    return file.getvalue().replace(b"/ID [", b"/No [")


def saved_anew(pdf: bytes, **how: object) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        file = io.BytesIO()
        opened.save(file, **how)  # type: ignore[arg-type]  # passed through
    return file.getvalue()
