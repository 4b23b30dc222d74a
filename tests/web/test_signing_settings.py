"""A wrong signing key is named at the start by its variable; without a key the test authority signs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.signature.keys import KeyPart
from engine.ports import Genuineness
from tests.adapters.signature.device import PIN, SoftDevice, start_device
from tests.adapters.signature.papers import a_pdf
from tests.adapters.signature.sites import PASSWORD, a_site, secret_file
from web.environment import SettingError
from web.report_settings import KEY_SETTINGS
from web.settings import Settings, read_settings
from web.wiring import open_signer

NOW = datetime.now(UTC).replace(microsecond=0)
VALID = (NOW - timedelta(days=2), NOW + timedelta(days=100))


@pytest.fixture
def bundle(tmp_path: Path) -> str:
    return str(a_site("p256", 31, *VALID).bundle(tmp_path))


@pytest.fixture(scope="module")
def soft_device(tmp_path_factory: pytest.TempPathFactory) -> SoftDevice:
    device = start_device(tmp_path_factory.mktemp("device"))
    device.store("report", a_site("p256", 32, *VALID))
    return device


def _settings(folder: Path, **variables: str) -> Settings:
    return read_settings({"HEDUI_DATA_DIR": str(folder / "data"), **variables})


def _refusal(folder: Path, **variables: str) -> SettingError:
    with pytest.raises(SettingError) as caught:
        open_signer(_settings(folder, **variables))
    assert PASSWORD not in str(caught.value)
    return caught.value


def test_every_part_of_a_key_has_its_variable() -> None:
    assert set(KEY_SETTINGS) == {part.value for part in KeyPart}


def test_without_a_key_the_test_authority_signs(tmp_path: Path) -> None:
    signer = open_signer(_settings(tmp_path))

    signed = signer.sign(a_pdf(), NOW)

    assert signed.signer == "核对平台测试签名 TEST"
    assert open_signer(_settings(tmp_path)).examine(signed.content) is Genuineness.GENUINE


def test_a_key_file_signs_and_its_reports_stay_genuine_under_the_next(tmp_path: Path, bundle: str) -> None:
    first = open_signer(_settings(tmp_path, HEDUI_SIGNING_FILE=bundle, HEDUI_SIGNING_PASSWORD=PASSWORD))
    report = first.sign(a_pdf(), NOW).content

    other = str(a_site("rsa2048", 33, *VALID).bundle(tmp_path))
    second = open_signer(_settings(tmp_path, HEDUI_SIGNING_FILE=other, HEDUI_SIGNING_PASSWORD=PASSWORD))

    assert second.examine(report) is Genuineness.GENUINE


def test_the_first_real_key_ends_the_worth_of_the_test_authority(tmp_path: Path, bundle: str) -> None:
    practice = open_signer(_settings(tmp_path)).sign(a_pdf(), NOW).content

    real = open_signer(_settings(tmp_path, HEDUI_SIGNING_FILE=bundle, HEDUI_SIGNING_PASSWORD=PASSWORD))

    assert real.examine(practice) is Genuineness.FOREIGN


def test_a_device_signs(tmp_path: Path, soft_device: SoftDevice) -> None:
    signer = open_signer(
        _settings(
            tmp_path,
            HEDUI_PKCS11_MODULE=str(soft_device.driver),
            HEDUI_PKCS11_TOKEN="house",
            HEDUI_PKCS11_LABEL="report",
            HEDUI_PKCS11_PIN=PIN,
        )
    )

    assert signer.sign(a_pdf(), NOW).signer == "甲市居民家庭经济状况核对中心"


def test_the_parts_of_a_device_are_named(tmp_path: Path, soft_device: SoftDevice) -> None:
    right = {
        "HEDUI_PKCS11_MODULE": str(soft_device.driver),
        "HEDUI_PKCS11_TOKEN": "house",
        "HEDUI_PKCS11_LABEL": "report",
        "HEDUI_PKCS11_PIN": PIN,
    }

    for name, wrong in (("TOKEN", "other"), ("LABEL", "other"), ("MODULE", "/etc/hostname")):
        variable = f"HEDUI_PKCS11_{name}"
        assert _refusal(tmp_path, **{**right, variable: wrong}).name == variable


@pytest.mark.parametrize("missing", ["TOKEN", "LABEL", "PIN"])
def test_half_a_device_is_refused(tmp_path: Path, missing: str) -> None:
    parts = {f"HEDUI_PKCS11_{part}": "x" for part in ("TOKEN", "LABEL", "PIN") if part != missing}

    refusal = _refusal(tmp_path, HEDUI_PKCS11_MODULE="/etc/hostname", **parts)

    assert str(refusal) == f"HEDUI_PKCS11_{missing}: must be set"


def test_a_part_of_a_device_without_its_driver_is_refused(tmp_path: Path) -> None:
    refusal = _refusal(tmp_path, HEDUI_PKCS11_LABEL="report")

    assert str(refusal) == "HEDUI_PKCS11_LABEL: must not be set without HEDUI_PKCS11_MODULE"


def test_a_file_and_a_device_together_are_refused(tmp_path: Path, bundle: str) -> None:
    refusal = _refusal(tmp_path, HEDUI_SIGNING_FILE=bundle, HEDUI_PKCS11_MODULE="/etc/hostname")

    assert refusal.name == "HEDUI_PKCS11_MODULE"


def test_a_password_without_its_file_is_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path, HEDUI_SIGNING_PASSWORD="x").name == "HEDUI_SIGNING_FILE"


def test_a_wrong_password_is_named(tmp_path: Path, bundle: str) -> None:
    refusal = _refusal(tmp_path, HEDUI_SIGNING_FILE=bundle, HEDUI_SIGNING_PASSWORD="wrong")

    assert str(refusal) == "HEDUI_SIGNING_PASSWORD: does not open the file of the signing key"


def test_a_certificate_that_has_run_out_is_named(tmp_path: Path) -> None:
    old = a_site("p256", 34, NOW - timedelta(days=9), NOW - timedelta(days=1)).bundle(tmp_path)

    refusal = _refusal(tmp_path, HEDUI_SIGNING_FILE=str(old), HEDUI_SIGNING_PASSWORD=PASSWORD)

    assert refusal.name == "HEDUI_SIGNING_FILE"
    assert "holds a certificate that is valid from" in str(refusal)


@pytest.mark.parametrize("name", ["HEDUI_SIGNING_FILE", "HEDUI_SM2_KEY"])
def test_a_file_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    assert _refusal(tmp_path, **{name: str(tmp_path / "nowhere")}).name == name


def test_an_sm2_key_that_is_none_is_named(tmp_path: Path) -> None:
    path = secret_file(tmp_path / "key.pem", b"none")

    assert _refusal(tmp_path, HEDUI_SM2_KEY=str(path)).name == "HEDUI_SM2_KEY"
