"""Whatever somebody uploads: an answer, soon, with little memory, and nothing is fetched from anywhere."""

import socket
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.signature.examination import MOST_BYTES
from adapters.signature.signer import ReportSigner
from engine.ports import Genuineness
from tests.adapters.signature import tampering
from tests.adapters.signature.papers import a_pdf

UNREADABLE, FOREIGN, ALTERED = Genuineness.UNREADABLE, Genuineness.FOREIGN, Genuineness.ALTERED
TAIL = b"\nstartxref\n0\n%%EOF\n"
MEGABYTES = 5


def _bomb() -> bytes:
    squeezed = zlib.compress(bytes(100_000_000), 9)
    return b"%%PDF-1.7\n1 0 obj\n<</Length %d /Filter /FlateDecode>>\nstream\n" % len(squeezed) + squeezed


HOSTILE: dict[str, Callable[[], bytes]] = {
    "deep nesting": lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * 1_000_000,
    "deep dictionaries": lambda: b"%PDF-1.7\n1 0 obj\n" + b"<</A " * 500_000,
    "decompression bomb": _bomb,
    "many byte ranges": lambda: b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3] " * 200_000,
    "unfinished byte ranges": lambda: b"%PDF-1.7\n" + b"/ByteRange [0 " * 300_000,
    "blanks": lambda: b"%PDF-1.7\n" + (b"/ByteRange" + b" " * 1000) * 4_000,
    "huge numbers": lambda: b"%PDF-1.7\n/ByteRange [0 " + b"9" * 4_000_000 + b" 1 1]",
    "huge content": lambda: b"%PDF-1.7\n/Contents <" + b"3" * 4_000_000 + b">\n/ByteRange [0 19 4000021 30]",
    "a table that goes round": lambda: b"%PDF-1.7\nxref\n0 0\ntrailer <</Prev 9 /Size 1>>\nstartxref\n9\n",
}


@pytest.fixture(autouse=True)
def _nobody_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*address: object) -> None:
        raise AssertionError(address)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@given(st.binary(max_size=3000))
@settings(max_examples=150, deadline=None)
def test_any_bytes_get_an_answer(signer: ReportSigner, content: bytes) -> None:
    assert signer.examine(content) is UNREADABLE
    assert signer.examine(b"%PDF-1.7\n" + content + TAIL) is FOREIGN


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_bytes_in_the_place_of_the_container_get_an_answer(
    signer: ReportSigner, signed: bytes, data: st.DataObject
) -> None:
    pieces = tampering.parts(signed)
    size = len(pieces.text) - 2
    junk = data.draw(st.binary(max_size=40) | st.text("0123456789ABCDEF", max_size=80).map(str.encode))

    content = pieces.with_text(b"<" + junk[:size].ljust(size, b"0") + b">")

    assert signer.examine(content) is FOREIGN


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_asn1_in_the_place_of_the_container_gets_an_answer(
    signer: ReportSigner, signed: bytes, data: st.DataObject
) -> None:
    """Right in its beginning and its length, whatever follows."""
    pieces = tampering.parts(signed)
    container = bytearray(pieces.container)
    first = data.draw(st.integers(4, len(container) - 1))
    junk = data.draw(st.binary(min_size=1, max_size=60))
    container[first : first + len(junk)] = junk
    changed = bytes(container[: len(pieces.container)])

    assert (signer.examine(pieces.with_container(changed)) is ALTERED) == (changed != pieces.container)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("end", [b"", TAIL], ids=["torn", "whole"])
def test_a_hostile_file_takes_no_memory_and_gets_an_answer(
    signer: ReportSigner, kind: str, end: bytes
) -> None:
    content = HOSTILE[kind]() + end
    tracemalloc.start()

    answer = signer.examine(content)

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer is (FOREIGN if end else UNREADABLE)
    assert most < len(content) + MEGABYTES * 1024 * 1024


def test_a_file_that_is_too_large_is_not_looked_into(signer: ReportSigner, signed: bytes) -> None:
    content = signed + bytes(MOST_BYTES)

    assert signer.examine(content) is UNREADABLE


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"<html>%PDF</html>", b"\x89PNG\r\n", a_pdf()[1024:], "核对报告".encode()],
    ids=["nothing", "ZIP", "HTML", "PNG", "second half of a PDF", "text"],
)
def test_what_is_no_pdf_cannot_be_read(signer: ReportSigner, content: bytes) -> None:
    assert signer.examine(content) is UNREADABLE


def test_a_torn_report_of_ours_still_counts_as_altered(signer: ReportSigner, signed: bytes) -> None:
    _, end, _ = tampering.byte_range(signed)

    assert signer.examine(signed[:end]) is ALTERED
