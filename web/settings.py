"""HEDUI_* environment variables, read once into a frozen value; a wrong one stops the start by its name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from web.environment import Reader
from web.report_settings import ReportSettings, read_report_settings

CIPHERS = ("aes-256-gcm", "sm4-gcm")
LOOPBACK = frozenset(("127.0.0.1", "::1"))


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str | None
    data_dir: Path
    keys_file: Path | None  # None: one of our own in the data folder
    cipher: str
    anchor_dir: Path
    anchor_every: timedelta
    organisation_name: str
    region_code: str
    handler: str
    report_title: str
    legal_basis: str
    sources_url: str | None
    sources_token: str
    source_attempts: int
    retry_first: timedelta
    retry_longest: timedelta
    callback_timeout: float
    lease: timedelta
    worker_threads: int
    proxies: frozenset[str]  # addresses that are believed who asked
    otel: bool
    font_dir: Path
    site_face: Path | None
    reports: ReportSettings


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raises SettingError."""
    reader = Reader(environment)
    data_dir = Path(reader.text("HEDUI_DATA_DIR", "var/data")).absolute()
    face = reader.optional("HEDUI_SITE_FACE")
    sources_url = reader.maybe("HEDUI_SOURCES_URL", _web_url, "http or https")
    keys_file = reader.optional("HEDUI_KEYS_FILE")
    settings = Settings(
        database_url=reader.parsed(
            "HEDUI_DATABASE_URL", f"sqlite:///{data_dir / 'hedui.db'}", _database_url, "sqlite or postgresql"
        ),
        redis_url=reader.maybe("HEDUI_REDIS_URL", _redis_url, "redis://host:port/0"),
        data_dir=data_dir,
        keys_file=Path(keys_file) if keys_file else None,
        cipher=reader.parsed("HEDUI_CIPHER", CIPHERS[0], _cipher, f"one of {', '.join(CIPHERS)}"),
        anchor_dir=Path(reader.text("HEDUI_ANCHOR_DIR", str(data_dir / "anchors"))).absolute(),
        anchor_every=reader.parsed("HEDUI_ANCHOR_MINUTES", "60", _minutes, "minutes, more than 0"),
        organisation_name=reader.text("HEDUI_ORGANISATION_NAME", "示例市居民家庭经济状况核对中心"),
        region_code=reader.parsed("HEDUI_REGION_CODE", "320400", _region, "six digits, GB/T 2260"),
        handler=reader.parsed("HEDUI_HANDLER", "核对信息系统", _short, "at most 80 characters"),
        report_title=reader.text("HEDUI_REPORT_TITLE", "示例市居民家庭经济状况核对结果报告"),
        legal_basis=reader.text("HEDUI_LEGAL_BASIS", "《社会救助暂行办法》"),
        sources_url=sources_url,
        sources_token=reader.parsed(
            "HEDUI_SOURCES_TOKEN", None if sources_url else "none", _token, "one line of ASCII"
        ),
        source_attempts=reader.parsed("HEDUI_SOURCE_ATTEMPTS", "5", _positive, "a whole number from 1"),
        retry_first=reader.parsed("HEDUI_RETRY_FIRST_SECONDS", "5", _seconds, "seconds, more than 0"),
        retry_longest=reader.parsed("HEDUI_RETRY_LONGEST_SECONDS", "3600", _seconds, "seconds, more than 0"),
        callback_timeout=reader.parsed("HEDUI_CALLBACK_TIMEOUT_SECONDS", "10", _seconds_float, "seconds"),
        lease=reader.parsed("HEDUI_LEASE_SECONDS", "60", _lease, "seconds, from 5"),
        worker_threads=reader.parsed("HEDUI_WORKER_THREADS", "64", _threads, "a whole number from 1 to 256"),
        proxies=LOOPBACK
        | reader.parsed("HEDUI_PROXIES", "::1", _addresses, "addresses, with commas between"),
        otel=reader.parsed("HEDUI_OTEL", "no", _yes, "yes or no"),
        font_dir=Path(reader.text("HEDUI_FONT_DIR", "var/fonts/source")).absolute(),
        site_face=Path(face) if face else None,
        reports=read_report_settings(reader),
    )
    reader.refuse_unknown()
    return settings


def _database_url(text: str) -> str:
    """SQLite needs a file, given from the root: elsewhere it would be another one for every folder."""
    if text.startswith("sqlite:///"):
        path = text.removeprefix("sqlite:///")
        if not path or path == ":memory:":
            raise ValueError(text)
        return f"sqlite:///{Path(path).absolute()}"
    url = "postgresql+psycopg://" + text.removeprefix("postgresql://") if _is_postgres(text) else text
    parts = urlsplit(url)
    if parts.scheme != "postgresql+psycopg" or not parts.hostname or (parts.port or 1) < 1:
        raise ValueError(text)
    return url


def _is_postgres(text: str) -> bool:
    return text.startswith("postgresql://")


def _redis_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("redis", "rediss", "unix") or (parts.port or 1) < 1:
        raise ValueError(text)
    return text


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or (parts.port or 1) < 1:
        raise ValueError(text)
    return text


def _short(text: str) -> str:
    """What is stored in a column of eighty characters, or sent in one header line."""
    if len(text) > 80 or not text.isprintable():
        raise ValueError(text)
    return text


def _token(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError(text)
    return text


def _addresses(text: str) -> frozenset[str]:
    return frozenset(str(ip_address(address.strip())) for address in text.split(","))


def _threads(text: str) -> int:
    if _positive(text) > 256:
        raise ValueError(text)
    return int(text)


def _lease(text: str) -> timedelta:
    """Long enough to be renewed three times by a worker that looks every second."""
    if _seconds_float(text) < 5:
        raise ValueError(text)
    return _seconds(text)


def _cipher(text: str) -> str:
    if text not in CIPHERS:
        raise ValueError(text)
    return text


def _region(text: str) -> str:
    if not (len(text) == 6 and text.isascii() and text.isdigit() and text[0] != "0"):
        raise ValueError(text)
    return text


def _positive(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"


def _minutes(text: str) -> timedelta:
    return timedelta(minutes=_seconds_float(text))


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=_seconds_float(text))


def _seconds_float(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1_000_000:
        raise ValueError(text)
    return seconds
