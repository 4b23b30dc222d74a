"""The checked values of a form, read by their types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from engine.domain.household import Period
from engine.domain.report_number import SHANGHAI


@dataclass(frozen=True)
class Answers:
    """What was hidden or left open reads as empty; dates are there because the form requires them."""

    values: Mapping[str, object] = field(repr=False)

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def optional(self, key: str) -> str | None:
        return self.text(key) or None

    def flag(self, key: str) -> bool:
        return self.values.get(key) is True

    def whole(self, key: str) -> int | None:
        """A number, or money in fen."""
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def day(self, key: str) -> date:
        return date.fromisoformat(self.text(key))

    def period(self, name: str) -> Period:
        return Period(self.day(f"{name}_start"), self.day(f"{name}_end"))

    def texts(self, key: str) -> tuple[str, ...]:
        """Several choices, or the digests of files."""
        value = self.values.get(key)
        return tuple(str(one) for one in value) if isinstance(value, list) else ()

    def rows(self, key: str) -> list["Answers"]:
        value = self.values.get(key)
        return [Answers(row) for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []

    def moment(self, key: str, now: datetime) -> datetime:
        """When something came on that day: now, or the noon of an earlier day."""
        day = self.day(key)
        is_today = day == now.astimezone(SHANGHAI).date()
        return now if is_today else datetime.combine(day, time(12), SHANGHAI)
