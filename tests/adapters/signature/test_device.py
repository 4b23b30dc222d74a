"""Keys in a PKCS#11 device, tried with a real driver: they sign, and survive a fork and a restart."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pkcs11
import pytest

from adapters.signature import device as room
from adapters.signature.device import DevicePlace, open_device
from adapters.signature.keys import KeyPart, KeyProblem
from adapters.signature.signer import ReportSigner
from adapters.signature.trusted import TrustedCertificates
from engine.ports import Genuineness, TemporaryFailure
from tests.adapters.signature import witness
from tests.adapters.signature.device import PIN, SoftDevice, start_device
from tests.adapters.signature.papers import a_pdf
from tests.adapters.signature.sites import NOW, a_site

KINDS = {"p256": 21, "rsa2048": 22}


@pytest.fixture(scope="module")
def soft_device(tmp_path_factory: pytest.TempPathFactory) -> SoftDevice:
    device = start_device(tmp_path_factory.mktemp("device"))
    for kind, serial in KINDS.items():
        device.store(kind, a_site(kind, serial))
    device.store("other kind", a_site("p256", 24), key_of=a_site("rsa2048", 25))
    device.store("other key", a_site("rsa2048", 26), key_of=a_site("rsa3072", 27))
    device.store("certificate only", a_site("p256", 23), key_too=False)
    return device


@pytest.fixture
def place(soft_device: SoftDevice) -> DevicePlace:
    return DevicePlace(soft_device.driver, "house", "p256", PIN)


def _signer(place: DevicePlace, folder: Path) -> ReportSigner:
    return ReportSigner(open_device(place, NOW), TrustedCertificates(folder / "trusted"))


def _problem(place: DevicePlace) -> KeyProblem:
    with pytest.raises(KeyProblem) as caught:
        open_device(place, NOW)
    assert place.pin not in caught.value.rule
    return caught.value


@pytest.mark.clause("M 5.2 d")
@pytest.mark.parametrize("kind", KINDS)
def test_a_key_in_a_device_signs_reports(place: DevicePlace, tmp_path: Path, kind: str) -> None:
    signer = _signer(replace(place, label=kind), tmp_path)

    signed = signer.sign(a_pdf(), NOW)

    assert witness.validated(signed.content).bottom_line
    assert signer.examine(signed.content) is Genuineness.GENUINE
    assert signed.signer == "甲市居民家庭经济状况核对中心"


@pytest.mark.parametrize("kind", KINDS)
def test_the_certificate_above_is_found_in_the_device(place: DevicePlace, kind: str) -> None:
    site = a_site(kind, KINDS[kind])

    identity = open_device(replace(place, label=kind), NOW).identity

    assert (identity.certificate, identity.chain) == (site.certificate, (site.authority,))


def test_many_threads_may_use_the_device_at_once(place: DevicePlace, tmp_path: Path) -> None:
    signer = _signer(place, tmp_path)
    together = threading.Barrier(4)

    def sign(turn: int) -> Genuineness:
        together.wait(timeout=20)
        return signer.examine(signer.sign(a_pdf(1 + turn), NOW).content)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(sign, range(4))) == [Genuineness.GENUINE] * 4


def test_several_signers_of_a_process_share_the_device(place: DevicePlace, tmp_path: Path) -> None:
    signers = [_signer(place, tmp_path) for _ in range(3)]

    contents = [signer.sign(a_pdf(), NOW).content for signer in signers]

    assert {signers[0].examine(content) for content in contents} == {Genuineness.GENUINE}


def test_a_process_that_was_forked_off_signs_too(place: DevicePlace, tmp_path: Path) -> None:
    signer = _signer(place, tmp_path)
    signer.sign(a_pdf(), NOW)

    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if signer.sign(a_pdf(), NOW).content else 1)
        finally:
            os._exit(2)
    status = os.waitpid(child, 0)[1]

    assert os.waitstatus_to_exitcode(status) == 0
    assert signer.sign(a_pdf(), NOW)


def test_a_device_that_has_gone_is_asked_again_at_the_next_attempt(
    place: DevicePlace, tmp_path: Path
) -> None:
    signer = _signer(place, tmp_path)
    pkcs11.lib(str(place.module)).finalize()

    with pytest.raises(TemporaryFailure, match="signing_key_away"):
        signer.sign(a_pdf(), NOW)

    assert signer.sign(a_pdf(), NOW)


@pytest.mark.parametrize("module", ["/nowhere/driver.so", "/etc/hostname"])
def test_a_driver_that_is_none_is_refused(place: DevicePlace, module: str) -> None:
    problem = _problem(replace(place, module=Path(module)))

    assert (problem.part, problem.rule) == (KeyPart.MODULE, "is not a PKCS#11 driver that can be started")


def test_a_token_that_is_not_there_is_refused(place: DevicePlace) -> None:
    assert _problem(replace(place, token="other")).part is KeyPart.TOKEN


@pytest.mark.parametrize("label", ["other", "certificate only", "above p256"])
def test_a_label_without_a_key_is_refused(place: DevicePlace, label: str) -> None:
    problem = _problem(replace(place, label=label))

    assert problem.part is KeyPart.LABEL
    assert "exactly one private key" in problem.rule


@pytest.mark.parametrize("label", ["other kind", "other key"])
def test_a_key_that_does_not_match_its_certificate_is_refused(place: DevicePlace, label: str) -> None:
    problem = _problem(replace(place, label=label))

    assert problem.part is KeyPart.LABEL
    assert "do not belong together" in problem.rule


def test_a_wrong_pin_is_refused(place: DevicePlace) -> None:
    pkcs11.lib(str(place.module)).finalize()  # nobody is logged in any more

    assert _problem(replace(place, pin="135790")).part is KeyPart.PIN


def test_a_certificate_that_has_run_out_is_refused(place: DevicePlace) -> None:
    with pytest.raises(KeyProblem, match="valid from 2026-10-23 to 2027-11-22 only") as caught:
        open_device(place, NOW + timedelta(days=366))

    assert caught.value.part is KeyPart.LABEL


def test_without_the_package_it_is_said_what_to_install(
    place: DevicePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "pkcs11", None)

    assert _problem(place).rule == "needs the package python-pkcs11: pip install 'hedui[pkcs11]'"


def test_the_pin_is_shown_nowhere(place: DevicePlace) -> None:
    assert PIN not in repr(place)
