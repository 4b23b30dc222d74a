"""Write a ZIP file from files of which some have been packed before: the drawings are in every archive."""

import hashlib
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

QUICK = 1  # a tenth larger than the best, in half the time
# Most files are small. The memory for the usual window of 32 KB takes ten times as long to get as they take.
WINDOW, MEMORY = -13, 6
SMALL = 600  # bytes: to deflate half the files of a package, which are no larger, saves a hundredth of it
DENSE = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")  # files that begin like this are deflated inside
VERSION, UNIX, UTF_8_NAMES, STORED, DEFLATED = 20, 3 << 8, 0x800, 0, 8
FIRST_DAY = 0x21  # 1980-01-01, midnight: the same content must give the same file
READABLE = 0o600 << 16  # by whoever unpacks it


@dataclass(frozen=True)
class Packed:
    """The content of a file, deflated where that makes it smaller, and what is said of it."""

    body: bytes = field(repr=False)
    method: int
    size: int
    check: int
    digest: str  # SHA-256


def pack(content: bytes) -> Packed:
    is_stored = len(content) <= SMALL or content.startswith(DENSE)
    return Packed(
        body=content if is_stored else _deflated(content),
        method=STORED if is_stored else DEFLATED,
        size=len(content),
        check=zlib.crc32(content),
        digest=hashlib.sha256(content).hexdigest(),
    )


def _deflated(content: bytes) -> bytes:
    stream = zlib.compressobj(QUICK, zlib.DEFLATED, WINDOW, MEMORY)
    return stream.compress(content) + stream.flush()


def zip_of(files: Iterable[tuple[str, Packed]]) -> bytes:
    """In this order. Less than 4 GB (ZIP64 is not written)."""
    parts: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for path, packed in files:
        name = path.encode()
        about = struct.pack("<5H", VERSION, UTF_8_NAMES, packed.method, 0, FIRST_DAY)
        about += struct.pack("<3L2H", packed.check, len(packed.body), packed.size, len(name), 0)
        parts += (b"PK\3\4" + about + name, packed.body)
        place = struct.pack("<3H2L", 0, 0, 0, READABLE, offset)
        directory.append(b"PK\1\2" + struct.pack("<H", UNIX | VERSION) + about + place + name)
        offset += len(parts[-2]) + len(packed.body)
    index = b"".join(directory)
    count = len(directory)
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count, count, len(index), offset, 0)
    return b"".join((*parts, index, end))
