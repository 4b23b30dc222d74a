"""Keys from PKCS#12 files, and what is said when something is wrong with one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

from adapters.signature.key_file import open_key_file
from adapters.signature.keys import KeyPart, KeyProblem
from tests.adapters.signature.sites import NOW, PASSWORD, a_key, a_site, secret_file


def _problem(path: Path, password: str, now: datetime = NOW) -> KeyProblem:
    with pytest.raises(KeyProblem) as caught:
        open_key_file(path, password, now)
    assert PASSWORD not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("kind", ["p256", "rsa2048", "rsa3072"])
@pytest.mark.parametrize("password", [PASSWORD, ""], ids=["password", "none"])
def test_a_key_comes_with_its_certificate_and_the_one_above(tmp_path: Path, kind: str, password: str) -> None:
    site = a_site(kind)

    key = open_key_file(site.bundle(tmp_path, password), password, NOW)

    assert key.identity.certificate == site.certificate
    assert key.identity.chain == (site.authority,)
    assert "private" not in repr(key).lower()


def test_a_wrong_password_is_told_from_a_wrong_file(tmp_path: Path) -> None:
    assert _problem(a_site().bundle(tmp_path), "wrong").part is KeyPart.PASSWORD
    assert _problem(a_site().bundle(tmp_path), "").part is KeyPart.PASSWORD


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----", b"0\x82\xff\xff" + bytes(50)])
def test_what_is_no_pkcs12_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = secret_file(tmp_path / "key.p12", content)

    problem = _problem(path, PASSWORD)

    assert (problem.part, problem.rule) == (KeyPart.FILE, "is not a PKCS#12 file")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert _problem(tmp_path / "nowhere", "").rule == "cannot be read"


def test_a_file_without_a_key_is_refused(tmp_path: Path) -> None:
    path = secret_file(
        tmp_path / "key.p12",
        pkcs12.serialize_java_truststore(
            [pkcs12.PKCS12Certificate(a_site().certificate, None)], NoEncryption()
        ),
    )

    assert "must hold a private key" in _problem(path, "").rule


def test_a_key_that_does_not_match_its_certificate_is_refused(tmp_path: Path) -> None:
    site = a_site()
    path = secret_file(
        tmp_path / "key.p12",
        pkcs12.serialize_key_and_certificates(
            b"x", a_key("rsa2048"), None, [site.certificate], NoEncryption()
        ),
    )

    assert "certificate that belongs to it" in _problem(path, "").rule


@pytest.mark.parametrize("kind", ["p384", "rsa1024"])
def test_a_kind_of_key_that_is_not_signed_with_is_refused(tmp_path: Path, kind: str) -> None:
    problem = _problem(a_site(kind).bundle(tmp_path), PASSWORD)

    assert problem.rule == "must hold a key of RSA with at least 2048 bits or EC P-256"


@pytest.mark.parametrize(
    "now", [NOW + timedelta(days=366), NOW - timedelta(days=31)], ids=["after", "before"]
)
def test_a_certificate_is_refused_outside_of_its_days(tmp_path: Path, now: datetime) -> None:
    problem = _problem(a_site().bundle(tmp_path), PASSWORD, now)

    assert problem.part is KeyPart.FILE
    assert problem.rule == "holds a certificate that is valid from 2026-10-23 to 2027-11-22 only"


def test_a_certificate_is_accepted_on_its_last_second(tmp_path: Path) -> None:
    last = datetime(2027, 11, 22, 10, 30, tzinfo=UTC)

    assert open_key_file(a_site().bundle(tmp_path), PASSWORD, last)


def test_a_file_that_everybody_may_read_is_refused(tmp_path: Path) -> None:
    path = a_site().bundle(tmp_path)
    path.chmod(0o644)

    assert _problem(path, PASSWORD).rule == "names a file that everybody may read or write"


def test_a_file_that_the_group_may_read_is_accepted(tmp_path: Path) -> None:
    path = a_site().bundle(tmp_path)
    path.chmod(0o640)

    assert open_key_file(path, PASSWORD, NOW)
