"""ZIP files of ours, read by somebody else's reader."""

import hashlib
import io
import os
import zipfile

from engine.domain.zip_file import pack, zip_of

FILES = {"办结报告.txt": "核对".encode() * 500, "empty": b"", "noise.bin": os.urandom(300_000)}


def written(files: dict[str, bytes]) -> bytes:
    return zip_of((path, pack(content)) for path, content in files.items())


def test_another_reader_finds_every_file_in_order_and_undamaged() -> None:
    with zipfile.ZipFile(io.BytesIO(written(FILES))) as archive:
        assert archive.testzip() is None
        assert {entry.filename: archive.read(entry) for entry in archive.infolist()} == FILES
        assert archive.namelist() == list(FILES)


def test_the_same_files_are_the_same_bytes_whenever_they_are_written() -> None:
    with zipfile.ZipFile(io.BytesIO(written(FILES))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert written(FILES) == written(FILES)


def test_who_unpacks_the_files_may_read_them() -> None:
    with zipfile.ZipFile(io.BytesIO(written(FILES))) as archive:
        assert {(entry.create_system, entry.external_attr >> 16) for entry in archive.infolist()} == {
            (3, 0o600)
        }


def test_a_zip_without_files_is_one() -> None:
    assert zipfile.ZipFile(io.BytesIO(zip_of([]))).namelist() == []


def test_a_packed_file_says_what_it_holds() -> None:
    packed = pack(b"content")

    assert (packed.size, packed.digest) == (7, hashlib.sha256(b"content").hexdigest())
    assert "body" not in repr(packed)


def test_only_what_gets_smaller_is_deflated() -> None:
    files = {"small": b"7" * 600, "report.pdf": b"%PDF-1.7" + b"7" * 1_000, "page.html": b"7" * 601}

    with zipfile.ZipFile(io.BytesIO(written(files))) as archive:
        methods = {entry.filename: entry.compress_type for entry in archive.infolist()}

        assert {name: archive.read(name) for name in files} == files
    stored = zipfile.ZIP_STORED
    assert methods == {"small": stored, "report.pdf": stored, "page.html": zipfile.ZIP_DEFLATED}
