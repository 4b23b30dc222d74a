"""Anchors: signed with our key, appended to a file, found again after a torn write."""

import base64
from pathlib import Path

import pytest

from adapters.vault.key_file import KeyFile, Keys, public_key_of
from adapters.vault.notary import FILE, FileNotary
from engine.ports import TemporaryFailure
from tests.fakes.keys import MemoryKeys

STATEMENT = b"seq 1"


def a_notary(folder: Path, keys: Keys | None = None) -> FileNotary:
    return FileNotary(keys or MemoryKeys(), folder)


def line(seq: int) -> str:
    return f'{{"seq": {seq}}}'


def test_a_signature_is_genuine_for_its_statement_only(tmp_path: Path) -> None:
    notary = a_notary(tmp_path)

    key_id, signature = notary.sign(STATEMENT)

    assert notary.is_genuine(key_id, STATEMENT, signature)
    assert not notary.is_genuine(key_id, b"seq 2", signature)
    assert not notary.is_genuine(key_id, STATEMENT, bytes(64))
    assert not notary.is_genuine("0" * 16, STATEMENT, signature)
    assert not a_notary(tmp_path).is_genuine(key_id, STATEMENT, signature)


def test_copies_are_appended(tmp_path: Path) -> None:
    notary = a_notary(tmp_path / "mounted" / "anchors")
    assert (notary.last_copy(), notary.copies()) == (0, [])

    notary.keep_copies({2: line(2), 1: line(1)})
    notary.keep_copies({3: line(3)})

    assert notary.copies() == [line(1), line(2), line(3)]
    assert notary.last_copy() == 3


def test_after_a_torn_write_the_last_whole_copy_counts(tmp_path: Path) -> None:
    notary = a_notary(tmp_path)
    notary.keep_copies({1: line(1)})
    with (tmp_path / FILE).open("a") as file:
        file.write('{"seq": 2')

    assert notary.last_copy() == 1
    notary.keep_copies({2: line(2)})

    assert notary.last_copy() == 2
    assert notary.copies()[-1] == line(2)


def test_only_the_end_of_a_long_file_is_read(tmp_path: Path) -> None:
    notary = a_notary(tmp_path)

    notary.keep_copies({seq: line(seq) for seq in range(1, 2_001)})

    assert notary.last_copy() == 2_000


def test_a_folder_that_is_away_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "anchors").write_text("a file where the folder should be")
    notary = a_notary(tmp_path / "anchors")

    with pytest.raises(TemporaryFailure, match="anchors_unwritable"):
        notary.keep_copies({1: line(1)})
    with pytest.raises(TemporaryFailure, match="anchors_unreadable"):
        notary.last_copy()
    with pytest.raises(TemporaryFailure, match="anchors_unreadable"):
        notary.copies()


def test_after_a_rotation_a_running_notary_signs_with_the_new_key_and_knows_the_old(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    running = a_notary(tmp_path, file)
    old_id, old_signature = running.sign(STATEMENT)

    ring = file.rotate_signing()
    new_id, new_signature = running.sign(STATEMENT)

    assert new_id == ring.signing_current != old_id
    for notary in (running, a_notary(tmp_path, KeyFile(tmp_path / "keys.json"))):
        assert notary.is_genuine(old_id, STATEMENT, old_signature)
        assert notary.is_genuine(new_id, STATEMENT, new_signature)
        assert not notary.is_genuine(new_id, STATEMENT, old_signature)


def test_of_a_signing_key_that_is_replaced_only_the_public_half_is_kept(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    before = file.read()
    secret = before.signing[before.signing_current]

    file.rotate_signing()
    after = file.rotate_signing()

    assert after.signing.keys() == {after.signing_current}
    assert after.verifying[before.signing_current] == public_key_of(secret)
    assert len(after.verifying) == 2
    assert file.read() == after
    assert base64.b64encode(secret).decode() not in file.path.read_text()


def test_a_notary_goes_on_while_its_key_file_is_away(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    notary = a_notary(tmp_path, file)

    file.path.unlink()

    assert notary.is_genuine(*_signed(notary))


def _signed(notary: FileNotary) -> tuple[str, bytes, bytes]:
    key_id, signature = notary.sign(STATEMENT)
    return key_id, STATEMENT, signature
