"""Is a package whole? Every file against the manifest, nothing missing, nothing extra, no trap in it."""

import hashlib
import io
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from engine.domain.archive.guide import GUIDE_FILE
from engine.domain.archive.manifest import LARGEST_MANIFEST, MANIFEST, SUMS, Listed, write_sums
from engine.domain.archive.reading import (
    ENCRYPTED,
    PackageUnreadable,
    content_of,
    digest_and_size,
    listed_files,
    opened_zip,
)

FIRST_ENTRY, EMPTY_END = b"PK\3\4", 22  # bytes of an end record without a comment


class Fault(StrEnum):
    NOT_A_PACKAGE = "not_a_package"
    WRAPPED = "wrapped"  # bytes before the first file or behind the directory
    UNSAFE_PATH = "unsafe_path"
    TWICE = "twice"
    ENCRYPTED = "encrypted"
    MANIFEST = "manifest"
    MISSING = "missing"
    EXTRA = "extra"
    CHANGED = "changed"


@dataclass(frozen=True)
class Damage:
    """`path` is empty where it is about the package as a whole."""

    path: str
    fault: Fault


@dataclass(frozen=True)
class Examined:
    """What was found; `files` are those of the manifest that are whole."""

    damage: tuple[Damage, ...]
    files: tuple[Listed, ...]

    @property
    def is_whole(self) -> bool:
        return not self.damage


def examine(package: IO[bytes]) -> Examined:
    """Never raises for whatever the bytes are, and writes nothing anywhere."""
    try:
        with opened_zip(package) as archive:
            return _examined(package, archive)
    except PackageUnreadable:
        return Examined((Damage("", Fault.NOT_A_PACKAGE),), ())


def find_damage(package: bytes) -> tuple[str, ...]:
    """The damaged paths; the manifest's when nothing can be said of the others."""
    found = examine(io.BytesIO(package)).damage
    return tuple(sorted({damage.path or MANIFEST for damage in found}))


def _examined(package: IO[bytes], archive: zipfile.ZipFile) -> Examined:
    damage = [*_wrapping(package, archive), *_traps(archive.infolist())]
    try:
        listed = listed_files(archive)
    except PackageUnreadable:
        return Examined((*damage, Damage(MANIFEST, Fault.MANIFEST)), ())
    sound, trapped = [], {one.path for one in damage}
    by_name = {entry.filename: entry for entry in archive.infolist()}
    for file in listed:
        fault = None if file.path in trapped else _fault_of(archive, by_name.get(file.path), file)
        if fault is not None:
            damage.append(Damage(file.path, fault))
        elif file.path not in trapped:
            sound.append(file)
    damage += _strangers(by_name.keys() - trapped, listed)
    if SUMS not in trapped:
        damage += _sums(archive, listed)
    return Examined(tuple(damage), tuple(sound))


def _wrapping(package: IO[bytes], archive: zipfile.ZipFile) -> Iterator[Damage]:
    """Nothing may hide before or behind what the directory lists."""
    package.seek(0)
    begins = package.read(len(FIRST_ENTRY)) == FIRST_ENTRY
    package.seek(-min(EMPTY_END, package.seek(0, io.SEEK_END)), io.SEEK_END)
    ends = package.read(4) == b"PK\5\6"
    if not (begins and ends) or archive.comment:
        yield Damage("", Fault.WRAPPED)


def _traps(entries: list[zipfile.ZipInfo]) -> Iterator[Damage]:
    times = Counter(entry.filename for entry in entries)
    for name in sorted(name for name, count in times.items() if count > 1):
        yield Damage(name, Fault.TWICE)
    for entry in entries:
        if not is_safe(entry.orig_filename) or stat.S_ISLNK(entry.external_attr >> 16):
            yield Damage(entry.orig_filename, Fault.UNSAFE_PATH)
        elif entry.flag_bits & ENCRYPTED:
            yield Damage(entry.filename, Fault.ENCRYPTED)


def is_safe(path: str) -> bool:
    """Unpacked it stays in its folder, on every system."""
    parts = path.split("/")
    plain = path.isprintable() and not any(sign in path for sign in '\\:*?"<>|')
    return plain and all(part not in ("", ".", "..") for part in parts)


def _fault_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo | None, file: Listed) -> Fault | None:
    if entry is None:
        return Fault.MISSING
    if entry.file_size != file.size:
        return Fault.CHANGED
    return None if digest_and_size(archive, entry) == (file.digest, file.size) else Fault.CHANGED


def _strangers(names: set[str], listed: tuple[Listed, ...]) -> Iterator[Damage]:
    for name in sorted(names - {file.path for file in listed} - {MANIFEST, SUMS}):
        yield Damage(name, Fault.EXTRA)


def _sums(archive: zipfile.ZipFile, listed: tuple[Listed, ...]) -> Iterator[Damage]:
    """They follow from the manifest. Packages of earlier releases have none, and no guide that names them."""
    if SUMS not in archive.namelist():
        if any(file.path == GUIDE_FILE for file in listed):
            yield Damage(SUMS, Fault.MISSING)
        return
    manifest = hashlib.sha256(content_of(archive, MANIFEST, LARGEST_MANIFEST)).hexdigest()
    wanted = write_sums([*((file.path, file.digest) for file in listed), (MANIFEST, manifest)])
    try:
        if content_of(archive, SUMS, len(wanted)) == wanted:
            return
    except PackageUnreadable:
        pass
    yield Damage(SUMS, Fault.CHANGED)
