"""A real PKCS#11 driver (SoftHSM) with tokens of its own."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11.util.x509 import decode_x509_certificate

from tests.adapters.signature.sites import Site

DRIVERS = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)
PIN = "246810"


@dataclass(frozen=True)
class SoftDevice:
    driver: Path
    folder: Path

    def store(self, label: str, site: Site, key_too: bool = True, key_of: Site | None = None) -> None:
        """Both under the same label, and the certificate of the authority under another."""
        if key_too:
            self._program(
                "--import",
                str((key_of or site).pkcs8(self.folder)),
                "--token",
                "house",
                "--label",
                label,
                "--id",
                label.encode().hex(),
                "--pin",
                PIN,
            )
        with (
            pkcs11.lib(str(self.driver)).get_token(token_label="house").open(rw=True, user_pin=PIN) as session
        ):
            for name, certificate in ((label, site.certificate), (f"above {label}", site.authority)):
                content = decode_x509_certificate(certificate.public_bytes(Encoding.DER))
                session.create_object({**content, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: name})

    def make_token(self, label: str) -> None:
        self._program("--init-token", "--free", "--label", label, "--so-pin", PIN, "--pin", PIN)

    def _program(self, *arguments: str) -> None:
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


def start_device(folder: Path) -> SoftDevice:
    """Missing software fails the tests: a device that was never asked is not tested."""
    driver = next((Path(path) for path in DRIVERS if Path(path).is_file()), None)
    if driver is None or shutil.which("softhsm2-util") is None:
        pytest.fail("SoftHSM is missing: apt-get install softhsm2 (it stands in .ci/packages)")
    (folder / "tokens").mkdir()
    settings = f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    (folder / "softhsm2.conf").write_text(settings)
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")  # read when the driver starts
    device = SoftDevice(driver, folder)
    device.make_token("house")
    pkcs11.lib(str(driver)).reinitialize()  # another test may have started it with other tokens
    return device
