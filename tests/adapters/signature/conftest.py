"""Signers with real keys, and a file one of them has signed."""

from pathlib import Path

import pytest

from adapters.signature.key_file import FileKey, open_key_file
from adapters.signature.signer import ReportSigner
from adapters.signature.trial import make_trial_key
from adapters.signature.trusted import TrustedCertificates
from tests.adapters.signature.papers import a_pdf
from tests.adapters.signature.sites import NOW, PASSWORD, a_site


@pytest.fixture(scope="session")
def signing_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signing")


@pytest.fixture(scope="session")
def key(signing_folder: Path) -> FileKey:
    """Of the test authority."""
    return open_key_file(make_trial_key(signing_folder, NOW), "", NOW)


@pytest.fixture(scope="session")
def signer(signing_folder: Path, key: FileKey) -> ReportSigner:
    return ReportSigner(key, TrustedCertificates(signing_folder / "trusted"))


@pytest.fixture(scope="session")
def rsa_signer(tmp_path_factory: pytest.TempPathFactory) -> ReportSigner:
    folder = tmp_path_factory.mktemp("rsa")
    key = open_key_file(a_site("rsa2048").bundle(folder), PASSWORD, NOW)
    return ReportSigner(key, TrustedCertificates(folder / "trusted"))


@pytest.fixture(scope="session", params=["signer", "rsa_signer"], ids=["P-256", "RSA"])
def any_signer(request: pytest.FixtureRequest) -> ReportSigner:
    found: ReportSigner = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def signed(signer: ReportSigner) -> bytes:
    return signer.sign(a_pdf(), NOW).content


@pytest.fixture(scope="session")
def any_signer_and_file(any_signer: ReportSigner) -> tuple[ReportSigner, bytes]:
    return any_signer, any_signer.sign(a_pdf(), NOW).content
