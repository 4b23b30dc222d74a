"""Reports stay checkable when the key changes or its certificate runs out; no other certificate helps."""

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.signature.container import compose, signed_attributes
from adapters.signature.key_file import FileKey, open_key_file
from adapters.signature.keys import Identity
from adapters.signature.signer import ReportSigner
from adapters.signature.trial import make_trial_key
from adapters.signature.trusted import TrustedCertificates
from engine.ports import Genuineness
from tests.adapters.signature import tampering, witness
from tests.adapters.signature.papers import a_pdf
from tests.adapters.signature.sites import NOW, PASSWORD, a_site

LATER = NOW + timedelta(days=400)


@pytest.fixture
def trusted(tmp_path: Path) -> TrustedCertificates:
    return TrustedCertificates(tmp_path / "signing" / "trusted")


def _signer(trusted: TrustedCertificates, folder: Path, kind: str, serial: int) -> ReportSigner:
    site = a_site(kind, serial)
    key = open_key_file(site.bundle(folder), PASSWORD, NOW)
    trusted.remember(key.identity)
    return ReportSigner(key, trusted)


@pytest.mark.clause("M 5.2 d")
def test_a_report_stays_genuine_after_a_change_of_keys(trusted: TrustedCertificates, tmp_path: Path) -> None:
    old = _signer(trusted, tmp_path, "p256", 1).sign(a_pdf(), NOW).content

    new = _signer(trusted, tmp_path, "rsa2048", 2)

    assert new.examine(old) is Genuineness.GENUINE
    assert new.examine(old + b" ") is Genuineness.ALTERED


def test_a_certificate_renewed_for_the_same_key_changes_nothing(
    trusted: TrustedCertificates, tmp_path: Path
) -> None:
    old = _signer(trusted, tmp_path, "p256", 1).sign(a_pdf(), NOW).content

    renewed = _signer(trusted, tmp_path, "p256", 3)

    assert renewed.examine(old) is Genuineness.GENUINE


def test_a_process_that_was_running_learns_of_the_new_key(
    trusted: TrustedCertificates, tmp_path: Path
) -> None:
    running = _signer(trusted, tmp_path, "p256", 1)
    assert running.examine(a_pdf()) is Genuineness.FOREIGN

    beside = TrustedCertificates(tmp_path / "signing" / "trusted")
    new = _signer(beside, tmp_path, "rsa2048", 2).sign(a_pdf(), NOW).content

    assert running.examine(new) is Genuineness.GENUINE


@pytest.mark.clause("M 5.2 d")
def test_a_report_stays_genuine_after_its_certificate_has_run_out(
    trusted: TrustedCertificates, tmp_path: Path
) -> None:
    old = _signer(trusted, tmp_path, "p256", 1).sign(a_pdf(), NOW).content
    later = a_site("p256", 9, NOW, LATER + timedelta(days=100))

    new = ReportSigner(open_key_file(later.bundle(tmp_path), PASSWORD, LATER), trusted)

    assert new.examine(old) is Genuineness.GENUINE


def test_a_signature_that_states_a_time_after_its_certificate_is_none_of_ours(
    trusted: TrustedCertificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We never sign then; only who has stolen the key of an old certificate does."""
    signer = _signer(trusted, tmp_path, "p256", 1)
    key = open_key_file(a_site("p256", 1).bundle(tmp_path), PASSWORD, NOW)
    monkeypatch.setattr(tampering, "NOW", LATER)

    late = tampering.with_signature(
        a_pdf(),
        lambda digest: compose(key.identity, digest, key.sign(signed_attributes(key.identity, digest))),
        certified=True,
    )

    assert witness.embedded(late)[0].self_reported_timestamp == LATER
    assert signer.examine(late) is Genuineness.ALTERED


def test_a_report_of_another_house_is_foreign(
    trusted: TrustedCertificates, tmp_path: Path, signed: bytes
) -> None:
    ours = _signer(trusted, tmp_path, "p256", 1)

    assert ours.examine(signed) is Genuineness.FOREIGN


def test_the_same_names_and_number_with_another_key_are_foreign(
    trusted: TrustedCertificates, tmp_path: Path
) -> None:
    ours = _signer(trusted, tmp_path, "p256", 1)
    (tmp_path / "elsewhere").mkdir()
    impostor = _signer(TrustedCertificates(tmp_path / "other"), tmp_path / "elsewhere", "rsa2048", 1)

    assert ours.examine(impostor.sign(a_pdf(), NOW).content) is Genuineness.FOREIGN


def test_our_certificate_over_the_signature_of_another_key_is_seen(
    trusted: TrustedCertificates, tmp_path: Path
) -> None:
    ours = _signer(trusted, tmp_path, "rsa2048", 1)
    identity = Identity(a_site("rsa2048", 1).certificate, (a_site("rsa2048", 1).authority,))
    other = open_key_file(a_site("rsa3072", 8).bundle(tmp_path), PASSWORD, NOW)

    forged = tampering.with_signature(
        a_pdf(),
        lambda digest: compose(identity, digest, other.sign(signed_attributes(identity, digest))[:256]),
        certified=True,
    )

    assert ours.examine(forged) is Genuineness.ALTERED


def test_what_the_test_authority_signed_is_worth_nothing_once_there_is_a_certificate(
    trusted: TrustedCertificates, tmp_path: Path
) -> None:
    trial: FileKey = open_key_file(make_trial_key(tmp_path / "signing", NOW), "", NOW)
    practice = ReportSigner(trial, trusted).sign(a_pdf(), NOW).content

    real = _signer(trusted, tmp_path, "p256", 1)

    assert real.examine(practice) is Genuineness.FOREIGN


def test_a_strange_file_among_the_certificates_does_not_stop_the_checking(
    trusted: TrustedCertificates, tmp_path: Path
) -> None:
    signer = _signer(trusted, tmp_path, "p256", 1)
    report = signer.sign(a_pdf(), NOW).content
    folder = tmp_path / "signing" / "trusted"
    (folder / "empty.crt").write_bytes(b"")
    (folder / "notes.txt").write_text("from the authority")
    (folder / "torn.crt").write_bytes(next(folder.glob("*.crt")).read_bytes()[:200])

    new = _signer(trusted, tmp_path, "rsa2048", 2)

    assert new.examine(report) is Genuineness.GENUINE


def test_a_certificate_is_remembered_once(trusted: TrustedCertificates, tmp_path: Path) -> None:
    for _ in range(3):
        _signer(trusted, tmp_path, "p256", 1)

    assert len(trusted.identities()) == 1
