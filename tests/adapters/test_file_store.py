"""Files under the digest of their content."""

import fcntl
import hashlib
import os
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import pytest

from adapters.documents.files import FileStore
from adapters.vault.ciphers import CipherName
from adapters.vault.vault import KeyVault
from engine.ports import PermanentFailure, Resealing, TemporaryFailure, Vault
from tests.fakes.keys import MemoryKeys

CONTENT = b"%PDF-1.7 report"


def a_vault() -> Vault:
    return KeyVault(MemoryKeys(), CipherName.AES_256_GCM)


def test_what_is_put_can_be_got_by_its_digest(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())

    digest = store.put(CONTENT)

    assert digest == hashlib.sha256(CONTENT).hexdigest()
    assert store.get(digest) == CONTENT


def test_the_same_content_is_one_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())

    first, second = store.put(CONTENT), store.put(CONTENT)

    assert first == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_missing_file_is_a_permanent_failure(tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match="document_missing"):
        FileStore(tmp_path, a_vault()).get("0" * 64)


@pytest.mark.clause("M 5.2 d")
def test_a_file_somebody_changed_is_not_handed_out(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())
    digest = store.put(CONTENT)
    (tmp_path / "store" / digest[:2] / digest).write_bytes(b"forged")

    with pytest.raises(PermanentFailure, match="document_damaged"):
        store.get(digest)


@pytest.mark.parametrize("kept", [0, 2, 20])  # nothing; all but the key's id; the header
def test_a_damaged_file_is_whole_again_when_its_content_comes_again(tmp_path: Path, kept: int) -> None:
    store = FileStore(tmp_path, a_vault())
    digest = store.put(CONTENT)
    path = tmp_path / "store" / digest[:2] / digest
    path.write_bytes(path.read_bytes()[:kept] + bytes(60))

    store.put(CONTENT)

    assert store.get(digest) == CONTENT


def test_a_published_copy_has_a_speaking_name(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())

    name = store.publish(store.put(CONTENT), "第1号.pdf", 1)

    assert (tmp_path / "published" / name).read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden"])
def test_a_name_cannot_lead_elsewhere(tmp_path: Path, name: str) -> None:
    store = FileStore(tmp_path, a_vault())
    digest = store.put(CONTENT)

    with pytest.raises(PermanentFailure, match="document_name"):
        store.publish(digest, name, 1)


@pytest.mark.parametrize(("late", "published"), [(1, b"second"), (2, b"late"), (3, b"late")])
def test_a_copy_of_an_earlier_attempt_takes_the_place_of_none(
    tmp_path: Path, late: int, published: bytes
) -> None:
    store = FileStore(tmp_path, a_vault())
    for attempt, content in ((1, b"first"), (2, b"second")):
        store.publish(store.put(content), "case.zip", attempt)

    digest = store.put(b"late")
    with pytest.raises(TemporaryFailure, match="overtaken") if late < 2 else nullcontext():
        store.publish(digest, "case.zip", late)

    assert (tmp_path / "published" / "case.zip").read_bytes() == published


def test_who_stands_still_while_publishing_holds_up_its_own_copy_only(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())
    digest = store.put(CONTENT)
    store.publish(digest, "case.zip", 1)

    with (tmp_path / "attempts" / "case.zip").open() as frozen:
        fcntl.flock(frozen, fcntl.LOCK_EX)
        with pytest.raises(TemporaryFailure, match="busy"):
            store.publish(digest, "case.zip", 2)
        store.publish(digest, "other.zip", 1)
    store.publish(digest, "case.zip", 2)


def test_a_folder_that_cannot_be_written_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")

    with pytest.raises(TemporaryFailure, match="document_unwritable"):
        FileStore(tmp_path, a_vault()).put(CONTENT)


def test_nothing_half_written_is_left_under_the_final_name(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())
    store.put(CONTENT)

    names = [path.name for path in tmp_path.rglob("*") if path.is_file()]

    assert names == [hashlib.sha256(CONTENT).hexdigest()]


@pytest.mark.clause("M 5.1 c")
def test_a_stored_file_cannot_be_read_without_the_key(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())

    digest = store.put(CONTENT)

    assert CONTENT not in (tmp_path / "store" / digest[:2] / digest).read_bytes()


def test_a_stored_file_put_in_the_place_of_another_is_not_handed_out(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())
    one, other = store.put(CONTENT), store.put(b"another")
    (tmp_path / "store" / one[:2] / one).write_bytes((tmp_path / "store" / other[:2] / other).read_bytes())

    with pytest.raises(PermanentFailure, match="document_damaged"):
        store.get(one)


def test_a_file_whose_key_is_not_here_yet_is_worth_another_try(tmp_path: Path) -> None:
    digest = FileStore(tmp_path, a_vault()).put(CONTENT)

    with pytest.raises(TemporaryFailure, match="document_key_unknown"):
        FileStore(tmp_path, a_vault()).get(digest)


def test_files_are_brought_under_the_current_key_and_damaged_ones_are_told(tmp_path: Path) -> None:
    keys = MemoryKeys()
    store = FileStore(tmp_path, KeyVault(keys, CipherName.AES_256_GCM))
    old, damaged = store.put(CONTENT), store.put(b"damaged")
    (tmp_path / "store" / damaged[:2] / damaged).write_bytes(b"x" * 60)
    keys.rotate()
    store.put(b"current")

    first, second = (Counter(store.reseal(plain_too=False)) for _ in range(2))

    assert first == {Resealing.RENEWED: 1, Resealing.CURRENT: 1, Resealing.BROKEN: 1}
    assert second == {Resealing.CURRENT: 2, Resealing.BROKEN: 1}
    assert store.get(old) == CONTENT


def test_a_file_from_before_there_were_keys_is_sealed_only_when_asked_for(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())
    digest = hashlib.sha256(CONTENT).hexdigest()
    path = tmp_path / "store" / digest[:2] / digest
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)

    assert list(store.reseal(plain_too=False)) == [Resealing.BROKEN]
    assert list(store.reseal(plain_too=True)) == [Resealing.RENEWED]

    assert store.get(digest) == CONTENT
    assert path.read_bytes() != CONTENT


def grown_old(store: FileStore, digest: str) -> Path:
    path = store.contents / digest[:2] / digest
    os.utime(path, (1_000_000_000, 1_000_000_000))
    return path


def test_a_file_that_was_removed_is_gone_and_may_be_removed_again(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())
    digest = store.put(CONTENT)
    grown_old(store, digest)

    assert [store.remove(digest), store.remove(digest)] == [True, True]

    with pytest.raises(PermanentFailure, match="document_missing"):
        store.get(digest)


def test_a_file_put_again_just_now_is_not_removed(tmp_path: Path) -> None:
    """Whoever uploads the same scan finds it there and has not yet said which case it belongs to."""
    store = FileStore(tmp_path, a_vault())
    digest = store.put(CONTENT)
    grown_old(store, digest)
    store.put(CONTENT)

    assert store.remove(digest) is False

    assert store.get(digest) == CONTENT


def test_looking_at_a_file_and_removing_it_lets_no_other_process_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both who removes a file and who puts it again have its folder to themselves at that moment."""
    store, alone, unlink, utime = FileStore(tmp_path, a_vault()), [], Path.unlink, os.utime
    digest = store.put(CONTENT)
    grown_old(store, digest)

    def noting_unlink(path: Path) -> None:
        alone.append(is_held(path.parent))
        unlink(path)

    def noting_utime(path: Path) -> None:
        alone.append(is_held(path.parent))
        utime(path)

    monkeypatch.setattr(Path, "unlink", noting_unlink)
    monkeypatch.setattr(os, "utime", noting_utime)
    store.remove(digest)
    store.put(CONTENT)
    store.put(CONTENT)

    assert alone == [True, True, True]  # removed; looked for; there again
    assert store.get(digest) == CONTENT


def is_held(folder: Path) -> bool:
    other = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(other)
    return False


def test_a_file_that_cannot_be_removed_now_is_a_temporary_failure(tmp_path: Path) -> None:
    store = FileStore(tmp_path, a_vault())
    (tmp_path / "store" / "ab").mkdir(parents=True)
    (tmp_path / "store" / "ab" / ("ab" * 32)).mkdir()
    os.utime(tmp_path / "store" / "ab" / ("ab" * 32), (1_000_000_000, 1_000_000_000))

    with pytest.raises(TemporaryFailure, match="document_unremovable"):
        store.remove("ab" * 32)
