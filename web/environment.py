"""Environment variables read one by one, and the error that names the one that is wrong."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class SettingError(Exception):
    """A setting is missing or cannot be understood; the text names the variable and what it must be."""

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"{name}: {rule}")
        self.name = name


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

    def maybe(self, name: str, parse: Callable[[str], T], rule: str) -> T | None:
        return None if self.optional(name) is None else self.parsed(name, None, parse, rule)

    def parsed(self, name: str, default: str | None, parse: Callable[[str], T], rule: str) -> T:
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
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(f"{name}_FILE", "cannot be read") from error
