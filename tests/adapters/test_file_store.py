"""Files under the digest of their content."""

import hashlib
from pathlib import Path

import pytest

from adapters.documents.files import FileStore
from engine.ports import PermanentFailure, TemporaryFailure

CONTENT = b"%PDF-1.7 report"


def test_what_is_put_can_be_got_by_its_digest(tmp_path: Path) -> None:
    store = FileStore(tmp_path)

    digest = store.put(CONTENT)

    assert digest == hashlib.sha256(CONTENT).hexdigest()
    assert store.get(digest) == CONTENT


def test_the_same_content_is_one_file(tmp_path: Path) -> None:
    store = FileStore(tmp_path)

    first, second = store.put(CONTENT), store.put(CONTENT)

    assert first == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_missing_file_is_a_permanent_failure(tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure, match="document_missing"):
        FileStore(tmp_path).get("0" * 64)


@pytest.mark.clause("M 5.2 d")
def test_a_file_somebody_changed_is_not_handed_out(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    digest = store.put(CONTENT)
    (tmp_path / "store" / digest[:2] / digest).write_bytes(b"forged")

    with pytest.raises(PermanentFailure, match="document_damaged"):
        store.get(digest)


def test_a_published_copy_has_a_speaking_name(tmp_path: Path) -> None:
    store = FileStore(tmp_path)

    name = store.publish(store.put(CONTENT), "第1号.pdf")

    assert (tmp_path / "published" / name).read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden"])
def test_a_name_cannot_lead_elsewhere(tmp_path: Path, name: str) -> None:
    store = FileStore(tmp_path)
    digest = store.put(CONTENT)

    with pytest.raises(PermanentFailure, match="document_name"):
        store.publish(digest, name)


def test_a_folder_that_cannot_be_written_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")

    with pytest.raises(TemporaryFailure, match="document_unwritable"):
        FileStore(tmp_path).put(CONTENT)


def test_nothing_half_written_is_left_under_the_final_name(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.put(CONTENT)

    names = [path.name for path in tmp_path.rglob("*") if path.is_file()]

    assert names == [hashlib.sha256(CONTENT).hexdigest()]
