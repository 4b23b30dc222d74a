"""What may be uploaded is told by content, never by name."""

import pytest

from engine.domain.uploads import LARGEST_UPLOAD, UploadFault, UploadKind, UploadRefused, kind_of

PDF = b"%PDF-1.7\nx\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, UploadKind.PDF),
        (b"\xff\xd8\xff\xe0", UploadKind.JPEG),
        (b"\x89PNG\r\n\x1a\n", UploadKind.PNG),
    ],
)
def test_the_first_bytes_say_what_it_is(content: bytes, kind: UploadKind) -> None:
    assert kind_of(content) is kind


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", UploadFault.EMPTY),
        (b"%PDF-" + bytes(LARGEST_UPLOAD), UploadFault.TOO_LARGE),
        (b"PK\x03\x04", UploadFault.KIND),
        (b"GIF89a", UploadFault.KIND),
        (b"<svg onload=alert(1)>", UploadFault.KIND),
        (b"\n%PDF-1.7", UploadFault.KIND),
        (b"MZ" + PDF, UploadFault.KIND),
        (PDF + b"PK\x03\x04", UploadFault.MIXED),
        (PDF + b"<script>", UploadFault.MIXED),
        (b"%PDF-1.7\n<HTML><body>\n%%EOF", UploadFault.MIXED),
    ],
)
def test_everything_else_is_refused_with_a_reason(content: bytes, fault: UploadFault) -> None:
    with pytest.raises(UploadRefused) as raised:
        kind_of(content)

    assert raised.value.fault is fault


def test_every_fault_has_a_chinese_reason() -> None:
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in fault.reason) for fault in UploadFault)
