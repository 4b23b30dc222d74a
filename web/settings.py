"""HEDUI_* environment variables, read once into a frozen value; a wrong one stops the start by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class SettingError(Exception):
    """A setting is missing or cannot be understood; the text names the variable and what it must be."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"{name}: {rule}")
        self.name = name


@dataclass(frozen=True)
class Settings:
    database_url: str
    redis_url: str | None
    data_dir: Path
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
    font_dir: Path
    site_face: Path | None


class Reader:
    """Reads one variable after the other and remembers which were asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._asked: set[str] = set()

    def text(self, name: str, default: str | None = None) -> str:
        """The value of NAME, or the content of the file NAME_FILE names."""
        self._asked |= {name, f"{name}_FILE"}
        if path := self._environment.get(f"{name}_FILE"):
            return self._content(name, path)
        value = self._environment.get(name, default)
        if value is None or not value.strip():
            raise SettingError(name, "must be set")
        return value.strip()

    def optional(self, name: str) -> str | None:
        present = name in self._environment or f"{name}_FILE" in self._environment
        self._asked |= {name, f"{name}_FILE"}
        return self.text(name) if present else None

    def parsed(self, name: str, default: str, parse: Callable[[str], T], rule: str) -> T:
        try:
            return parse(self.text(name, default))
        except ValueError as error:
            raise SettingError(name, rule) from error

    def refuse_unknown(self) -> None:
        for name in sorted(self._environment):
            if name.startswith("HEDUI_") and name not in self._asked:
                raise SettingError(name, "is not a setting of hedui")

    @staticmethod
    def _content(name: str, path: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"{name}_FILE", "cannot be read") from error


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Raises SettingError."""
    reader = Reader(environment)
    data_dir = Path(reader.text("HEDUI_DATA_DIR", "var/data")).absolute()
    face = reader.optional("HEDUI_SITE_FACE")
    sources_url = reader.optional("HEDUI_SOURCES_URL")
    settings = Settings(
        database_url=reader.parsed(
            "HEDUI_DATABASE_URL", f"sqlite:///{data_dir / 'hedui.db'}", _database_url, "sqlite or postgresql"
        ),
        redis_url=reader.optional("HEDUI_REDIS_URL"),
        data_dir=data_dir,
        organisation_name=reader.text("HEDUI_ORGANISATION_NAME", "示例市居民家庭经济状况核对中心"),
        region_code=reader.parsed("HEDUI_REGION_CODE", "320400", _region, "six digits, GB/T 2260"),
        handler=reader.text("HEDUI_HANDLER", "核对信息系统"),
        report_title=reader.text("HEDUI_REPORT_TITLE", "示例市居民家庭经济状况核对结果报告"),
        legal_basis=reader.text("HEDUI_LEGAL_BASIS", "《社会救助暂行办法》"),
        sources_url=sources_url,
        sources_token=reader.text("HEDUI_SOURCES_TOKEN", None if sources_url else "none"),
        source_attempts=reader.parsed("HEDUI_SOURCE_ATTEMPTS", "5", _positive, "a whole number from 1"),
        retry_first=reader.parsed("HEDUI_RETRY_FIRST_SECONDS", "5", _seconds, "seconds, more than 0"),
        retry_longest=reader.parsed("HEDUI_RETRY_LONGEST_SECONDS", "3600", _seconds, "seconds, more than 0"),
        callback_timeout=reader.parsed("HEDUI_CALLBACK_TIMEOUT_SECONDS", "10", _seconds_float, "seconds"),
        lease=reader.parsed("HEDUI_LEASE_SECONDS", "60", _seconds, "seconds, more than 0"),
        worker_threads=reader.parsed("HEDUI_WORKER_THREADS", "16", _positive, "a whole number from 1"),
        font_dir=Path(reader.text("HEDUI_FONT_DIR", "var/fonts/source")).absolute(),
        site_face=Path(face) if face else None,
    )
    reader.refuse_unknown()
    return settings


def _database_url(text: str) -> str:
    if text.startswith("postgresql://"):
        return "postgresql+psycopg://" + text.removeprefix("postgresql://")
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
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


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=_seconds_float(text))


def _seconds_float(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 1_000_000:
        raise ValueError(text)
    return seconds
