"""Read a package without harm, whoever made it: bounded, nothing is unpacked to a disk."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from engine.domain.archive.manifest import (
    LARGEST_MANIFEST,
    MANIFEST,
    Listed,
    ManifestInvalid,
    read_manifest,
)

MOST_FILES = 20_000
MOST_BYTES = 4 * 1024**3  # of all files together, unpacked
CHUNK = 1024 * 1024
MOST_DATA = 256 * CHUNK
DATA = (".json", ".received", ".bpmn", ".dmn", ".html", ".form")
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # ours; readers of others raise errors of their own
# Whatever the reader of the standard library raises over bytes somebody has made up.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OverflowError,
    ValueError,
    IndexError,
)


class PackageUnreadable(Exception):  # noqa: N818 - says what is the matter
    """Not a package, or so damaged that nothing can be said of its files."""


@contextmanager
def opened_zip(package: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Raises PackageUnreadable, also for more than a package of ours can hold."""
    try:
        archive = zipfile.ZipFile(package)
    except BROKEN as error:
        raise PackageUnreadable("not a zip") from error
    with archive:
        entries = archive.infolist()
        if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise PackageUnreadable("too large")
        if any(entry.compress_type not in METHODS for entry in entries):
            raise PackageUnreadable("method")
        yield archive


def digest_and_size(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[str, int] | None:
    """None when it cannot be read. The reader stops at the size the entry says."""
    digest, size = hashlib.sha256(), 0
    try:
        with archive.open(entry) as file:
            while part := file.read(CHUNK):
                digest.update(part)
                size += len(part)
    except BROKEN:
        return None
    return digest.hexdigest(), size


def content_of(archive: zipfile.ZipFile, path: str, most: int) -> bytes:
    """Raises PackageUnreadable."""
    try:
        entry = archive.getinfo(path)
        if entry.file_size > most or entry.flag_bits & ENCRYPTED:
            raise PackageUnreadable(path)
        return archive.read(entry)
    except (KeyError, *BROKEN) as error:
        raise PackageUnreadable(path) from error


def listed_files(archive: zipfile.ZipFile) -> tuple[Listed, ...]:
    """Raises PackageUnreadable."""
    try:
        return read_manifest(content_of(archive, MANIFEST, LARGEST_MANIFEST))
    except ManifestInvalid as error:
        raise PackageUnreadable(MANIFEST) from error


def data_files_of(package: bytes) -> dict[str, bytes]:
    """The files programs read, by path, also those that are no longer what the manifest says: whoever uses
    them holds them against digests of his own. Raises PackageUnreadable."""
    with opened_zip(io.BytesIO(package)) as archive:
        listed = [file for file in listed_files(archive) if file.path.endswith(DATA)]
        paths = {file.path for file in listed}  # a manifest may say less than there is
        if sum(entry.file_size for entry in archive.infolist() if entry.filename in paths) > MOST_DATA:
            raise PackageUnreadable("too large")
        contents = {file.path: _any(archive, file) for file in listed}
    return {path: content for path, content in contents.items() if content is not None}


def _any(archive: zipfile.ZipFile, file: Listed) -> bytes | None:
    try:
        return content_of(archive, file.path, MOST_DATA)
    except PackageUnreadable:
        return None


def file_of_digest(package: bytes, digest: str) -> bytes | None:
    """The content with this digest; None when there is none or it is no longer that. Never raises."""
    try:
        with opened_zip(io.BytesIO(package)) as archive:
            found = (file for file in listed_files(archive) if file.digest == digest)
            contents = (_sound(archive, file) for file in found)
            return next((content for content in contents if content is not None), None)
    except PackageUnreadable:
        return None


def _sound(archive: zipfile.ZipFile, file: Listed) -> bytes | None:
    try:
        content = content_of(archive, file.path, file.size)
    except PackageUnreadable:
        return None
    return content if hashlib.sha256(content).hexdigest() == file.digest else None
