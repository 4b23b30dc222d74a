"""What the sources said: one answer per person and item, with its records, source and time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

Value = str | int | bool | Decimal | date | datetime | tuple[str, ...] | None


class MatchStatus(StrEnum):
    """查询状态. Only FOUND and NOT_FOUND are complete answers; nothing else may ever count as zero (D5)."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    IDENTITY_MISMATCH = "identity_mismatch"
    MULTIPLE = "multiple"
    PARTIAL = "partial"
    ERROR = "error"
    REFUSED = "refused"
    TIMEOUT = "timeout"

    @property
    def is_complete(self) -> bool:
        return self in COMPLETE


COMPLETE = (MatchStatus.FOUND, MatchStatus.NOT_FOUND)


@dataclass(frozen=True)
class Record:
    """One row a source returned; keys are the English field names of the item, values typed by the catalogue.

    Money is Decimal in the unit of the field (yuan, or 10k_yuan where Annex D prints 万元).
    A month ("2026-03", type year_month) stays a string.
    """

    values: Mapping[str, Value]


@dataclass(frozen=True)
class ItemAnswer:
    """The answer of one source about one person and one item."""

    person: str  # ref
    item: str  # code, e.g. RS01
    source: str  # department code
    status: MatchStatus
    answered_at: datetime
    data_as_of: datetime | None = None
    records: tuple[Record, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Findings:
    """All answers of a case: at most one per person and item, the latest complete one first in mind."""

    answers: tuple[ItemAnswer, ...]

    def answer(self, person: str, item: str) -> ItemAnswer | None:
        return self._answers_by_question.get((person, item))

    @cached_property
    def _answers_by_question(self) -> dict[tuple[str, str], ItemAnswer]:
        return {(answer.person, answer.item): answer for answer in reversed(self.answers)}

    def of_item(self, item: str) -> tuple[ItemAnswer, ...]:
        return tuple(answer for answer in self.answers if answer.item == item)

    def incomplete(self) -> tuple[ItemAnswer, ...]:
        return tuple(answer for answer in self.answers if answer.status not in COMPLETE)


def latest(answers: Iterable[ItemAnswer]) -> Findings:
    """Keep one answer per person and item: a complete one before an incomplete one, then the newest."""
    kept: dict[tuple[str, str], ItemAnswer] = {}
    for answer in sorted(answers, key=lambda a: (a.status in COMPLETE, a.answered_at)):
        kept[answer.person, answer.item] = answer
    return Findings(tuple(sorted(kept.values(), key=lambda a: (a.item, a.person))))
