"""SM3 of every report, and SM2 signatures that OpenSSL, which has no part in making them, finds valid."""

import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.signature import sm
from adapters.signature.key_file import FileKey
from adapters.signature.keys import KeyPart, KeyProblem
from adapters.signature.signer import ReportSigner
from adapters.signature.sm import Sm2Key, Sm2Missing, open_sm2_key, sm3, verify_detached
from adapters.signature.trusted import TrustedCertificates
from tests.adapters.signature.papers import a_pdf
from tests.adapters.signature.sites import NOW, secret_file

CONTENT = b"%PDF-1.7 a report"


@pytest.fixture(scope="module")
def sm2_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _new_key(tmp_path_factory.mktemp("sm2"))


@pytest.fixture(scope="module")
def sm2(sm2_file: Path) -> Sm2Key:
    return open_sm2_key(sm2_file)


@pytest.mark.parametrize(
    ("content", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_examples_of_its_standard(content: bytes, digest: str) -> None:
    assert sm3(content) == digest


@pytest.mark.clause("M 5.2 d")
def test_every_report_comes_with_the_sm3_of_the_signed_file(signer: ReportSigner) -> None:
    signed = signer.sign(a_pdf(), NOW)

    assert signed.sm3 == sm3(signed.content)
    assert signed.detached is None


@pytest.mark.clause("M 5.2 d")
def test_openssl_finds_the_signature_beside_the_file_valid(key: FileKey, sm2: Sm2Key, tmp_path: Path) -> None:
    """With the public key that stands in the same file."""
    signed = ReportSigner(key, TrustedCertificates(tmp_path / "trusted"), sm2).sign(a_pdf(), NOW)
    assert signed.detached
    (tmp_path / "report.pdf").write_bytes(signed.content)
    (tmp_path / "report.sm2").write_bytes(signed.detached)
    block = signed.detached.partition(b"-----END SM2")[0].splitlines()[1:]
    (tmp_path / "report.der").write_bytes(b64decode(b"".join(block)))

    said = [_openssl_verifies(tmp_path, user) for user in ("1234567812345678", "0000000000000000")]

    assert said == ["Verified OK\n", "Verification failure\n"]


def _openssl_verifies(folder: Path, user: str) -> str:
    key, signature = str(folder / "report.sm2"), str(folder / "report.der")
    options = ["-verify", key, "-signature", signature, "-sigopt", f"distid:{user}"]
    return _openssl("dgst", "-sm3", *options, str(folder / "report.pdf"))


@given(st.binary(max_size=200), st.integers(0, 10_000), st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_one_changed_byte_breaks_the_signature_beside_the_file(
    sm2: Sm2Key, content: bytes, somewhere: int, mask: int
) -> None:
    beside = sm2.sign(content)
    place = somewhere % len(beside)

    changed = beside[:place] + bytes((beside[place] ^ mask,)) + beside[place + 1 :]

    assert verify_detached(content, beside, sm2.public_pem)
    assert not verify_detached(content, changed, sm2.public_pem)
    assert not verify_detached(content + b"\n", beside, sm2.public_pem)


def test_a_signature_by_another_key_that_brings_its_own_is_refused(sm2: Sm2Key, tmp_path: Path) -> None:
    other = open_sm2_key(_new_key(tmp_path))

    assert verify_detached(CONTENT, other.sign(CONTENT), other.public_pem)
    assert not verify_detached(CONTENT, other.sign(CONTENT), sm2.public_pem)


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_beside_the_file_get_an_answer(sm2: Sm2Key, junk: bytes) -> None:
    assert not verify_detached(CONTENT, junk, sm2.public_pem)
    assert not verify_detached(CONTENT, junk + sm2.public_pem, sm2.public_pem)
    assert not verify_detached(CONTENT, sm2.sign(CONTENT), junk)


def test_a_key_as_other_programs_write_it_is_understood(tmp_path: Path) -> None:
    path = secret_file(tmp_path / "key.pem", _openssl("ecparam", "-name", "SM2", "-genkey").encode())

    sm2 = open_sm2_key(path)

    assert verify_detached(CONTENT, sm2.sign(CONTENT), sm2.public_pem)


@pytest.mark.parametrize(
    "content", [b"", b"junk", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = secret_file(tmp_path / "key.pem", content)

    _assert_refused(path, "is not an SM2 private key as PEM without a password")


@pytest.mark.parametrize(
    "arguments",
    [
        ("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
        ("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
        ("genpkey", "-algorithm", "SM2", "-aes256", "-pass", "pass:x"),
        ("genpkey", "-algorithm", "ED25519"),
    ],
    ids=["P-256", "RSA", "with a password", "Ed25519"],
)
def test_another_kind_of_key_is_refused(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    path = secret_file(tmp_path / "key.pem", _openssl(*arguments).encode())

    _assert_refused(path, "is not an SM2 private key as PEM without a password")


def test_a_key_that_is_not_there_is_refused(tmp_path: Path) -> None:
    _assert_refused(tmp_path / "nowhere", "cannot be read")


def test_without_the_package_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch, sm2_file: Path, sm2: Sm2Key
) -> None:
    monkeypatch.setattr(sm, "ec", None)

    _assert_refused(sm2_file, "needs the package tongsuopy: pip install 'hedui[sm2]'")
    with pytest.raises(Sm2Missing):
        verify_detached(CONTENT, b"", sm2.public_pem)


def test_the_secret_is_shown_nowhere(sm2: Sm2Key) -> None:
    assert b"PRIVATE" not in sm2.sign(CONTENT)
    assert "PRIVATE" not in repr(sm2)


def _assert_refused(path: Path, rule: str) -> None:
    with pytest.raises(KeyProblem) as caught:
        open_sm2_key(path)
    assert (caught.value.part, caught.value.rule) == (KeyPart.SM2_KEY, rule)


def _new_key(folder: Path) -> Path:
    return secret_file(folder / "key.pem", _openssl("genpkey", "-algorithm", "SM2").encode())


def _openssl(*arguments: str) -> str:
    return subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False).stdout
