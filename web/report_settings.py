"""HEDUI_* variables about reports and papers: seal, signature, check page, how long things are kept."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from web.environment import Reader, SettingError

# What is wrong with a signing key -> the variable that gave it.
KEY_SETTINGS = {
    "file": "HEDUI_SIGNING_FILE",
    "password": "HEDUI_SIGNING_PASSWORD",
    "module": "HEDUI_PKCS11_MODULE",
    "token": "HEDUI_PKCS11_TOKEN",
    "label": "HEDUI_PKCS11_LABEL",
    "pin": "HEDUI_PKCS11_PIN",
    "sm2_key": "HEDUI_SM2_KEY",
}
DEVICE_SETTINGS = ("HEDUI_PKCS11_TOKEN", "HEDUI_PKCS11_LABEL", "HEDUI_PKCS11_PIN")


@dataclass(frozen=True)
class ReportSettings:
    """None: the drawn sample seal, no picture of a signature, the test authority of the data folder."""

    public_url: str  # under which everybody reaches the check page; no slash at the end
    seal_image: Path | None  # PNG with a transparent ground
    handler_image: Path | None  # the handler's signature, the same
    signing_file: Path | None  # PKCS#12 with key and certificates
    signing_password: str = field(repr=False)
    pkcs11_module: Path | None  # instead of a file: the driver of a device
    pkcs11_token: str
    pkcs11_label: str  # of key and certificate
    pkcs11_pin: str = field(repr=False)
    sm2_key: Path | None  # PEM, for a second signature beside the file
    download_life: timedelta
    cleaning_after: timedelta


def read_report_settings(reader: Reader) -> ReportSettings:
    """Raises SettingError."""
    _refuse_half_a_key(reader)
    return ReportSettings(
        public_url=reader.parsed("HEDUI_PUBLIC_URL", "http://127.0.0.1:8000", _address, "http or https"),
        seal_image=_file(reader, "HEDUI_SEAL_IMAGE"),
        handler_image=_file(reader, "HEDUI_HANDLER_IMAGE"),
        signing_file=_file(reader, "HEDUI_SIGNING_FILE"),
        signing_password=reader.optional("HEDUI_SIGNING_PASSWORD") or "",
        pkcs11_module=_file(reader, "HEDUI_PKCS11_MODULE"),
        pkcs11_token=reader.optional("HEDUI_PKCS11_TOKEN") or "",
        pkcs11_label=reader.optional("HEDUI_PKCS11_LABEL") or "",
        pkcs11_pin=reader.optional("HEDUI_PKCS11_PIN") or "",
        sm2_key=_file(reader, "HEDUI_SM2_KEY"),
        download_life=reader.parsed("HEDUI_DOWNLOAD_DAYS", "30", _days, "whole days, from 1 to 3650"),
        cleaning_after=reader.parsed("HEDUI_CLEANING_DAYS", "180", _days, "whole days, from 1 to 3650"),
    )


def _refuse_half_a_key(reader: Reader) -> None:
    """Else a misspelt setting would let the test authority sign without anybody noticing."""
    has_file = reader.optional("HEDUI_SIGNING_FILE") is not None
    has_device = reader.optional("HEDUI_PKCS11_MODULE") is not None
    if has_file and has_device:
        raise SettingError("HEDUI_PKCS11_MODULE", "must not be set beside HEDUI_SIGNING_FILE")
    if reader.optional("HEDUI_SIGNING_PASSWORD") is not None and not has_file:
        raise SettingError("HEDUI_SIGNING_FILE", "must be set, for there is a password for it")
    for name in DEVICE_SETTINGS:
        if (reader.optional(name) is not None) != has_device:
            rule = "must be set" if has_device else "must not be set without HEDUI_PKCS11_MODULE"
            raise SettingError(name, rule)


def _file(reader: Reader, name: str) -> Path | None:
    return reader.maybe(name, _existing, "a file that is there")


def _existing(text: str) -> Path:
    path = Path(text).absolute()
    if not path.is_file():
        raise ValueError(text)
    return path


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(text)
    return text.rstrip("/")


def _days(text: str) -> timedelta:
    if not 1 <= int(text) <= 3650:
        raise ValueError(text)
    return timedelta(days=int(text))
