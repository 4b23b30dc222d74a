"""What a department is asked about one person, and the shape of a record on the wire."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from web.sandbox.people import Resident, SandboxHousehold, months_between

Cell = str | int | bool | list[str] | None
Row = Mapping[str, Cell]


@dataclass(frozen=True)
class Question:
    """One person of one household, the period for income and the day for property."""

    household: SandboxHousehold
    person: Resident
    period_start: date
    period_end: date
    as_of: date
    asked_at: datetime

    @property
    def months(self) -> list[str]:
        return list(months_between(self.period_start, self.period_end))

    @property
    def is_head(self) -> bool:
        return self.person is self.household.head

    @property
    def asked_at_text(self) -> str:
        return self.asked_at.isoformat(timespec="seconds")


Answerer = Callable[[Question], list[Row]]
