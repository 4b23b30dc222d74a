"""What may be uploaded: kinds told by their content, limits, and the reasons for refusing a file."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

LARGEST_UPLOAD = 20_000_000  # bytes: a scan of some ten pages in colour
MOST_PIXELS = 40_000_000  # A4 at 600 dpi has 35 million
MOST_PAGES = 200
# Whatever else a file may be, it must not begin like this: browsers and programs go by first bytes.
ZIP, HTML_SIGNS = b"PK\x03\x04", (b"<!doctype html", b"<html", b"<script", b"<svg")
PDF_END = b"%%EOF"


class UploadKind(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


SIGNATURES = {
    b"%PDF-": UploadKind.PDF,
    b"\xff\xd8\xff": UploadKind.JPEG,
    b"\x89PNG\r\n\x1a\n": UploadKind.PNG,
}
MEDIA_TYPES = {
    UploadKind.PDF: "application/pdf",
    UploadKind.JPEG: "image/jpeg",
    UploadKind.PNG: "image/png",
}


class UploadFault(StrEnum):
    """Why a file is not taken; the value is the code, `reason` is for the person at the page."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    KIND = "kind"
    MIXED = "mixed"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    EMBEDDED = "embedded"

    @property
    def reason(self) -> str:
        return REASONS[self]


REASONS = {
    UploadFault.EMPTY: "文件是空的",
    UploadFault.TOO_LARGE: f"文件大于 {LARGEST_UPLOAD // 1_000_000} MB",
    UploadFault.KIND: "只接受 PDF、JPEG 和 PNG 文件",
    UploadFault.MIXED: "文件内混有其他类型的内容，请重新扫描",
    UploadFault.DAMAGED: "文件已损坏，打不开",
    UploadFault.TOO_MANY_PIXELS: "图片过大，请用 600 dpi 以下的分辨率扫描",
    UploadFault.TOO_MANY_PAGES: f"文件多于 {MOST_PAGES} 页，请分成几个文件",
    UploadFault.ENCRYPTED: "PDF 已加密，请上传不设密码的文件",
    UploadFault.ACTIVE: "PDF 含有脚本、自动动作或者表单，请打印成不含这些内容的 PDF",
    UploadFault.EMBEDDED: "PDF 内嵌有其他文件，请把它们分别上传",
}


class UploadRefused(Exception):  # noqa: N818 - says what happened to the file
    """The file is not taken. Carries the fault, never a part of the content."""

    def __init__(self, fault: UploadFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class CleanFile:
    """What is stored instead of what was sent: only what we wrote ourselves."""

    kind: UploadKind
    content: bytes = field(repr=False)
    digest: str  # SHA-256 of content, hex

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]


class FileCleaner(Protocol):
    """Makes a harmless file of an uploaded one. Pure: the same bytes give the same file."""

    def __call__(self, content: bytes) -> CleanFile:
        """Raises UploadRefused."""
        ...


def kind_of(content: bytes) -> UploadKind:
    """By the first bytes only; names and declared types are not believed. Raises UploadRefused."""
    if not content:
        raise UploadRefused(UploadFault.EMPTY)
    if len(content) > LARGEST_UPLOAD:
        raise UploadRefused(UploadFault.TOO_LARGE)
    found = next((kind for sign, kind in SIGNATURES.items() if content.startswith(sign)), None)
    if found is None:
        raise UploadRefused(UploadFault.KIND)
    if found is UploadKind.PDF and _is_mixed_pdf(content):
        raise UploadRefused(UploadFault.MIXED)
    return found


def _is_mixed_pdf(content: bytes) -> bool:
    """Something behind the end, or HTML at the beginning. Images need no such look: they are written anew."""
    tail = content[content.rfind(PDF_END) + len(PDF_END) :] if PDF_END in content else content[-1024:]
    beginning = content[:1024].lower()
    return bool(tail.strip(b"\r\n \x00")) or ZIP in tail or any(sign in beginning for sign in HTML_SIGNS)
