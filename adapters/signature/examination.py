"""Whether a file is exactly what one of our keys has signed, found out without understanding the PDF.

A file is not parsed: parsers of PDF can be made to see different things in the same bytes, to run long or to
fill the memory. What counts is that every byte of the file but the container is signed, and that the
container is, byte for byte, the one the key in question writes. Then the file is what we have made.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice

from adapters.signature.container import HEADER_BYTES, is_sound, whole_length
from adapters.signature.frame import written
from adapters.signature.keys import Identity
from engine.ports import Genuineness

MOST_BYTES = 20 * 1024 * 1024  # a report of a hundred pages has two million
HEADER_WITHIN = 1024  # where viewers look for it
BESIDE = 1024  # bytes behind the container in which the rest of the signature's dictionary stands
RANGE = re.compile(rb"/ByteRange\s{0,9}\[\s{0,9}0\s{1,9}(\d{1,9})\s{1,9}(\d{1,9})\s{1,9}(\d{1,9})\s{0,9}\]")
SIGNED_AT = re.compile(rb"/M\s{0,9}\(D(?:\\072|:)(\d{14})Z\)")
CERTIFIED = (re.compile(rb"/TransformMethod\s{0,9}/DocMDP\b"), re.compile(rb"/P\s{1,9}1\b"))  # no changes


@dataclass(frozen=True)
class Gap:
    """The only bytes of a file that its signature does not cover."""

    start: int
    end: int


def examine(pdf: bytes, identities: Iterable[Identity]) -> Genuineness:
    """Takes time in proportion to the size, and refuses what is too large."""
    if len(pdf) > MOST_BYTES:
        return Genuineness.UNREADABLE
    known = tuple(identities)
    if _is_signed_by_one_of(pdf, known):
        return Genuineness.GENUINE
    if _bears_a_mark(pdf, known):
        return Genuineness.ALTERED
    return Genuineness.FOREIGN if _looks_like_pdf(pdf) else Genuineness.UNREADABLE


def _is_signed_by_one_of(pdf: bytes, identities: tuple[Identity, ...]) -> bool:
    gap = _sole_gap(pdf)
    if gap is None:
        return False
    container = _container_in(pdf[gap.start : gap.end])
    moment = _certified_at(pdf[gap.end : gap.end + BESIDE].partition(b"endobj")[0])
    if container is None or moment is None:
        return False
    digest = _digest_around(pdf, gap)
    return any(
        identity.ders[0] in container
        and identity.is_valid_at(moment)
        and is_sound(identity, digest, container)
        for identity in identities
    )


def _sole_gap(pdf: bytes) -> Gap | None:
    """None unless there is one byte range, and all it leaves out is the content of its signature."""
    ranges = list(islice(RANGE.finditer(pdf), 2))
    if len(ranges) != 1:
        return None
    start, end, rest = (int(number) for number in ranges[0].groups())
    covers_all = start < end and end + rest == len(pdf)
    is_contents = pdf[max(0, start - BESIDE) : start].rstrip().endswith(b"/Contents")
    return Gap(start, end) if covers_all and is_contents else None


def _container_in(text: bytes) -> bytes | None:
    """None unless it is written as we write it, with nothing hidden in the padding."""
    try:
        start = bytes.fromhex(text[1 : 1 + 2 * HEADER_BYTES].decode("ascii"))
        container = bytes.fromhex(text[1 : 1 + 2 * whole_length(start)].decode("ascii"))
    except ValueError:
        return None
    return container if written(container, len(text)) == text else None


def _certified_at(dictionary: bytes) -> datetime | None:
    """None when it is another kind of signature: the key may serve other programs too."""
    found = SIGNED_AT.search(dictionary)
    if found is None or not all(pattern.search(dictionary) for pattern in CERTIFIED):
        return None
    try:
        return datetime.strptime(found[1].decode("ascii"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _digest_around(pdf: bytes, gap: Gap) -> bytes:
    view = memoryview(pdf)
    digest = sha256(view[: gap.start])
    digest.update(view[gap.end :])
    return digest.digest()


def _bears_a_mark(pdf: bytes, identities: tuple[Identity, ...]) -> bool:
    """Written as we do, or by a program that has saved the file anew. One damaged byte hides one mark."""
    upper = pdf.upper()
    marks = [mark for identity in identities for mark in identity.marks]
    return any(mark.hex().upper().encode() in upper or mark in pdf for mark in marks)


def _looks_like_pdf(pdf: bytes) -> bool:
    return b"%PDF-" in pdf[:HEADER_WITHIN] and b"%%EOF" in pdf
