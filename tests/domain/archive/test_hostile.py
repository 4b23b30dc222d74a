"""Packages somebody has made up or damaged: a clear answer, no harm, whatever the bytes are."""

import hashlib
import io
import json
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.archive import (
    Fault,
    PackageUnreadable,
    data_files_of,
    examine,
    file_of_digest,
    find_damage,
)
from engine.domain.archive.package import build_package
from engine.domain.zip_file import pack, zip_of
from tests.domain.archive.test_archive import CLOSING, FILES, rewritten

PACKAGE = build_package(CLOSING, FILES)
CONTENT = {
    name: zipfile.ZipFile(io.BytesIO(PACKAGE)).read(name)
    for name in zipfile.ZipFile(io.BytesIO(PACKAGE)).namelist()
}


def faults(package: bytes) -> set[tuple[str, Fault]]:
    return {(damage.path, damage.fault) for damage in examine(io.BytesIO(package)).damage}


def with_entry(name: str, content: bytes = b"x", attributes: int = 0o600 << 16) -> bytes:
    """The package with one more entry, as another program writes it."""
    target = io.BytesIO(PACKAGE)
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = attributes
        archive.writestr(entry, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "name",
    ["../outside.txt", "/etc/passwd", "a/../../b", "C:\\windows\\x", "a\\b", "bell\a", "folder/", "a//b"],
)
def test_a_path_that_leaves_its_folder_is_named(name: str) -> None:
    assert (name, Fault.UNSAFE_PATH) in faults(with_entry(name))


def test_a_link_is_named() -> None:
    assert faults(with_entry("link", b"/etc/passwd", 0o120777 << 16)) == {("link", Fault.UNSAFE_PATH)}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_there_twice_is_named_whichever_of_the_two_is_the_right_one() -> None:
    assert faults(with_entry("report/r.pdf", b"%PDF+")) == {("report/r.pdf", Fault.TWICE)}


def test_an_encrypted_file_is_named() -> None:
    place = PACKAGE.index(b"PK\1\2")
    encrypted = bytearray(PACKAGE)
    encrypted[place + 8] |= 1

    (fault,) = {fault for _, fault in faults(bytes(encrypted))}

    assert fault is Fault.ENCRYPTED


def test_a_bomb_is_not_unpacked() -> None:
    """A directory entry may claim any size: the claim is enough to refuse."""
    place = PACKAGE.index(b"PK\1\2")
    bomb = bytearray(PACKAGE)
    bomb[place + 24 : place + 28] = struct.pack("<L", 0xFFFFFFF0)

    assert faults(bytes(bomb)) == {("", Fault.NOT_A_PACKAGE)}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_as_we_never_do_is_no_package(method: int) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in CONTENT.items():
            archive.writestr(name, content)

    assert faults(target.getvalue()) == {("", Fault.NOT_A_PACKAGE)}


def test_a_manifest_that_says_less_than_there_is_opens_no_bomb() -> None:
    half = bytes(129 * 1024 * 1024)
    rows = [{"path": f"{name}.json", "size": 0, "sha256": "0" * 64} for name in "ab"]
    manifest = pack(json.dumps({"files": rows}).encode())
    packed = pack(half)
    bomb = zip_of([("a.json", packed), ("b.json", packed), ("manifest.json", manifest)])

    with pytest.raises(PackageUnreadable, match="too large"):
        data_files_of(bomb)


def test_many_small_entries_of_the_same_bytes_are_refused() -> None:
    """Overlapping entries make terabytes out of kilobytes; they must all be in the directory."""
    packed = pack(bytes(1024 * 1024))
    bomb = zip_of((f"{number}", packed) for number in range(4_200))

    assert faults(bomb) == {("", Fault.NOT_A_PACKAGE)}


@pytest.mark.parametrize("package", [PACKAGE + b"behind", b"before" + PACKAGE])
def test_what_hides_before_or_behind_the_package_is_found(package: bytes) -> None:
    assert ("", Fault.WRAPPED) in faults(package)


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"[" * 100_000,
        b"\xff\xfe",
        b'{"files": 7}',
        b'{"files": [{"path": "a"}]}',
        b'{"files": [{"path": "manifest.json", "size": 1, "sha256": "' + b"0" * 64 + b'"}]}',
        b'{"files": [{"path": "a", "size": true, "sha256": "' + b"0" * 64 + b'"}]}',
        b'{"files": [{"path": "a", "size": 1, "sha256": "../../x"}]}',
    ],
)
def test_a_manifest_that_is_none_is_named(manifest: bytes) -> None:
    assert ("manifest.json", Fault.MANIFEST) in faults(rewritten(PACKAGE, "manifest.json", manifest))


@pytest.mark.parametrize("content", [None, b"x"])
def test_the_sums_belong_to_the_package(content: bytes | None) -> None:
    assert {path for path, _ in faults(rewritten(PACKAGE, "SHA256SUMS", content))} == {"SHA256SUMS"}


@given(place=st.integers(0, len(PACKAGE) - 1), change=st.integers(1, 255))
def test_any_byte_changed_is_found_or_changes_nothing_of_the_content(place: int, change: int) -> None:
    flipped = bytearray(PACKAGE)
    flipped[place] ^= change

    if not find_damage(bytes(flipped)):
        with zipfile.ZipFile(io.BytesIO(bytes(flipped))) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == CONTENT


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_nothing_is_raised(package: bytes) -> None:
    assert find_damage(package) == ("manifest.json",)
    assert file_of_digest(package, "0" * 64) is None
    with pytest.raises(PackageUnreadable):
        data_files_of(package)


@given(cut=st.integers(0, len(PACKAGE) - 1))
def test_a_package_cut_off_is_not_whole(cut: int) -> None:
    assert find_damage(PACKAGE[:cut])


def test_a_file_is_found_by_its_digest_and_never_another_one() -> None:
    digest = hashlib.sha256(b"%PDF-").hexdigest()

    assert file_of_digest(PACKAGE, digest) == b"%PDF-"
    assert file_of_digest(rewritten(PACKAGE, "report/r.pdf", b"%PDF+"), digest) is None


@pytest.mark.clause("M 6.4 c")
def test_anybody_checks_an_unpacked_package_with_sha256sum(tmp_path: Path) -> None:
    program = shutil.which("sha256sum")
    assert program is not None
    with zipfile.ZipFile(io.BytesIO(PACKAGE)) as archive:
        archive.extractall(tmp_path)

    whole = subprocess.run([program, "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False)
    (tmp_path / "report" / "r.pdf").write_bytes(b"%PDF+")
    changed = subprocess.run([program, "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False)

    assert (whole.returncode, changed.returncode) == (0, 1)
    assert len(whole.stdout.splitlines()) == len(CONTENT) - 1


def test_the_manifest_is_json_that_says_path_size_and_digest() -> None:
    rows = json.loads(CONTENT["manifest.json"])["files"]

    assert {"path": "report/r.pdf", "size": 5, "sha256": hashlib.sha256(b"%PDF-").hexdigest()} in rows
