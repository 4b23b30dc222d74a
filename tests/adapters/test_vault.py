"""Sealing: only the right key opens, only at the right place, and nothing of the content is ever told."""

import json
import os
import pickle
import stat
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from adapters.vault.ciphers import CipherName, Sm4Gcm
from adapters.vault.key_file import KeyFile, KeyFileError, KeyRing
from adapters.vault.vault import KeyVault
from engine.ports import Place, SealBroken
from tests.fakes.keys import MemoryKeys

PLACE = Place("answer", "body", (7, 1))
PLAIN = "赵甲 320402198506150010".encode()
ELSEWHERE = [
    Place("answer", "body", (7, 2)),
    Place("answer", "body", (71,)),
    Place("answer", "body", ("7", 1, "")),
    Place("answer", "understood", (7, 1)),
    Place("evaluation", "body", (7, 1)),
    Place("answerbody", "", (7, 1)),
]


@pytest.fixture(params=list(CipherName))
def vault(request: pytest.FixtureRequest) -> KeyVault:
    return KeyVault(MemoryKeys(), request.param)


def test_what_is_sealed_can_be_opened_and_not_be_read(vault: KeyVault) -> None:
    sealed = vault.seal(PLACE, PLAIN)

    assert vault.open(PLACE, sealed) == PLAIN
    assert PLAIN not in sealed
    assert len(sealed) == len(PLAIN) + 38


def test_nothing_can_be_sealed_too(vault: KeyVault) -> None:
    assert vault.open(PLACE, vault.seal(PLACE, b"")) == b""


@pytest.mark.parametrize("place", ELSEWHERE, ids=str)
def test_a_value_moved_elsewhere_is_refused(vault: KeyVault, place: Place) -> None:
    sealed = vault.seal(PLACE, PLAIN)

    with pytest.raises(SealBroken, match="damaged"):
        vault.open(place, sealed)


def test_every_single_changed_byte_is_noticed(vault: KeyVault) -> None:
    sealed = vault.seal(PLACE, PLAIN)

    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            vault.open(PLACE, bytes(changed))


def test_every_shortened_value_is_noticed(vault: KeyVault) -> None:
    sealed = vault.seal(PLACE, PLAIN)

    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            vault.open(PLACE, sealed[:length])


@pytest.mark.parametrize(
    "stored", [b"", PLAIN, b"\x00" + PLAIN, b"{}" * 40], ids=["", "plain", "marked", "json"]
)
def test_what_was_never_sealed_is_refused(vault: KeyVault, stored: bytes) -> None:
    with pytest.raises(SealBroken, match="not_sealed"):
        vault.open(PLACE, stored)


def test_a_value_of_another_house_is_refused(vault: KeyVault) -> None:
    foreign = KeyVault(MemoryKeys(), CipherName.AES_256_GCM).seal(PLACE, PLAIN)

    with pytest.raises(SealBroken, match="unknown_key"):
        vault.open(PLACE, foreign)


def test_an_error_says_where_and_nothing_of_what(vault: KeyVault) -> None:
    sealed = vault.seal(PLACE, PLAIN)

    with pytest.raises(SealBroken) as refusal:
        vault.open(Place("answer", "body", (8, 1)), sealed)

    assert str(refusal.value) == "damaged answer.body 8/1"
    assert refusal.value.__cause__ is None


def test_no_two_seals_are_alike(vault: KeyVault) -> None:
    nonces = {vault.seal(PLACE, PLAIN)[10:22] for _ in range(5_000)}

    assert len(nonces) == 5_000


def test_sm4_gcm_is_that_of_the_standard() -> None:
    """The vector of RFC 8998 A.1."""
    cipher = Sm4Gcm(SM4(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")))
    sealed = bytes.fromhex(
        "00001234567800000000ABCD"
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
        "83DE3541E4C2B58177E065A9BF7B62EC"
    )
    about = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")

    plain = cipher.decrypt(sealed, about)

    assert plain.hex().upper() == "".join(letter * 16 for letter in "ABCDEFEA")


def test_both_ciphers_open_each_others_values_and_only_ones_own_are_current() -> None:
    keys = MemoryKeys()
    aes, sm4 = KeyVault(keys, CipherName.AES_256_GCM), KeyVault(keys, CipherName.SM4_GCM)

    sealed = aes.seal(PLACE, PLAIN)

    assert sm4.open(PLACE, sealed) == PLAIN
    assert (aes.is_current(sealed), sm4.is_current(sealed)) == (True, False)


def test_a_new_key_is_used_at_once_and_the_old_one_still_opens(vault: KeyVault) -> None:
    keys = MemoryKeys()
    vault = KeyVault(keys, CipherName.AES_256_GCM)
    old = vault.seal(PLACE, PLAIN)

    keys.rotate()

    assert not vault.is_current(old)
    assert vault.open(PLACE, old) == PLAIN
    assert vault.is_current(vault.seal(PLACE, PLAIN))


def test_the_index_is_the_same_for_the_same_text_whatever_the_current_key() -> None:
    keys = MemoryKeys()
    vault = KeyVault(keys, CipherName.AES_256_GCM)
    before = vault.index("id_number", "320402198506150010")

    keys.rotate()

    assert vault.index("id_number", "320402198506150010") == before
    assert vault.index("id_number", "320402198506150011") != before
    assert vault.index("account", "320402198506150010") != before
    assert KeyVault(MemoryKeys(), CipherName.AES_256_GCM).index("id_number", "320402198506150010") != before


@pytest.mark.parametrize("name", ["sha-256", "sm3"])
def test_the_index_is_a_keyed_digest_of_the_file_s_choice(name: str) -> None:
    vault = KeyVault(MemoryKeys(KeyRing.fresh(name)), CipherName.SM4_GCM)

    assert len(vault.index("id_number", "x")) == 32


def test_after_a_new_index_key_the_earlier_indexes_are_known_until_they_are_forgotten(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    running = KeyVault(file, CipherName.AES_256_GCM)
    first = running.index("id_number", "x")

    file.rotate_index()
    second = running.index("id_number", "x")
    file.rotate_index()
    known = running.indexes("id_number", "x")
    file.forget_index()

    assert known[1:] == (second, first)
    assert len({*known}) == 3
    assert running.indexes("id_number", "x") == known[:1]


def test_a_key_file_of_before_there_were_earlier_keys_is_read(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sm3")
    plain = json.loads(file.path.read_bytes())
    del plain["index_earlier"], plain["verifying"]
    file.path.write_text(json.dumps(plain))

    ring = file.read()

    assert (ring.index_earlier, ring.verifying) == ((), {})
    assert file.rotate_index().index_earlier == (ring.index,)


def test_the_key_file_is_made_once_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "keys.json"
    rings = []

    def start() -> None:
        file = KeyFile(path)
        file.make_if_missing("sha-256")
        rings.append(file.read())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({ring.current for ring in rings}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]


def test_a_rotation_replaces_the_file_as_a_whole_and_keeps_the_old_keys(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    before = file.read()
    other_process = KeyVault(KeyFile(tmp_path / "keys.json"), CipherName.AES_256_GCM)
    sealed_before = other_process.seal(PLACE, PLAIN)

    after = file.rotate()

    assert after.sealing.keys() == {before.current, after.current}
    assert other_process.seal(PLACE, PLAIN)[2:10].hex() == after.current
    assert other_process.open(PLACE, sealed_before) == PLAIN
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_a_key_file_that_goes_away_does_not_stop_a_running_process(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    vault = KeyVault(file, CipherName.AES_256_GCM)

    file.path.unlink()

    assert vault.open(PLACE, vault.seal(PLACE, PLAIN)) == PLAIN


@pytest.mark.parametrize(
    "change", ["missing", "open to all", "not json", "half", "other format", "short key"]
)
def test_a_key_file_that_cannot_be_used_is_refused_without_telling_a_key(tmp_path: Path, change: str) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    text = file.path.read_text()
    secret = text.split('"index": "')[1][:20]
    if change == "missing":
        file.path.unlink()
    elif change == "open to all":
        file.path.chmod(0o604)
    else:
        ring = file.read()
        changed = {
            "not json": text.replace("{", "", 1),
            "half": text[: len(text) // 2],
            "other format": text.replace('"format": 1', '"format": 2'),
            "short key": text.replace(secret, ""),
        }
        file.path.write_text(changed[change])
        assert secret not in repr(ring)

    with pytest.raises(KeyFileError) as refusal:
        file.read()

    assert secret not in str(refusal.value)
    assert refusal.value.__cause__ is None or isinstance(refusal.value.__cause__, OSError)


def test_a_vault_shows_no_key_when_it_is_printed(vault: KeyVault) -> None:
    ring = KeyRing.fresh("sha-256").with_new_index_key()

    shown = repr(ring) + repr(vault)

    for secret in (*ring.sealing.values(), ring.index, *ring.index_earlier, *ring.signing.values()):
        assert repr(secret) not in shown
    with pytest.raises(TypeError):
        pickle.dumps(vault)


def test_many_threads_may_seal_while_the_key_changes(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    vault = KeyVault(file, CipherName.AES_256_GCM)
    failures: list[Exception] = []

    def work() -> None:
        try:
            for number in range(200):
                place = Place("answer", "body", (number,))
                assert vault.open(place, vault.seal(place, PLAIN)) == PLAIN
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        file.rotate()
    for thread in threads:
        thread.join()

    assert failures == []
    assert not os.path.exists(tmp_path / ".keys-")
