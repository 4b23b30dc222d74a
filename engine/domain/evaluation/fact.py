"""One record of one source, read by type. A value of another type than agreed counts as absent."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from engine.domain.evaluation.ledger import Grade, Line
from engine.domain.evaluation.span import ZERO
from engine.domain.evaluation.window import month_of
from engine.domain.findings import ItemAnswer, MatchStatus, Value
from engine.domain.identity import normalise_resident_id
from engine.domain.report_number import SHANGHAI

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
USABLE = (MatchStatus.FOUND, MatchStatus.PARTIAL)  # only these say anything about the person asked for


@dataclass(frozen=True)
class Fact:
    person: str
    item: str
    source: str
    at: datetime
    values: Mapping[str, Value]

    @property
    def last_year(self) -> str:
        """The year 上年度 means: before the one the source answered in."""
        return str(self.at.astimezone(SHANGHAI).year - 1)

    def money(self, name: str) -> Decimal | None:
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return None
        return Decimal(value) if Decimal(value).is_finite() else None

    def number(self, name: str) -> int | None:
        amount = self.money(name)
        return None if amount is None else int(amount)

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def id_no(self, name: str = "id_no") -> str:
        """A number of before 2000 has 15 digits and is the same person's."""
        return normalise_resident_id(self.text(name))

    def words(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        return value if isinstance(value, tuple) else ()

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        return value if isinstance(value, bool) else None

    def month(self, name: str) -> str:
        """ "2026-03", or empty."""
        day, text = self.day(name), self.text(name)
        if day:
            return month_of(day)
        return text if MONTH.fullmatch(text) else ""

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        if isinstance(value, datetime):
            return value.astimezone(SHANGHAI).date()
        return value if isinstance(value, date) else None

    def line(
        self,
        label: str,
        amount: Decimal | None,
        grade: Grade = Grade.RECORDED,
        reason: str = "",
        exempt: Decimal = ZERO,
    ) -> Line:
        return Line(
            label, amount, self.person, self.item, self.source, self.at, grade, reason=reason, exempt=exempt
        )


def facts_of(answer: ItemAnswer) -> Iterator[Fact]:
    if answer.status in USABLE:
        for record in answer.records:
            yield Fact(answer.person, answer.item, answer.source, answer.answered_at, record.values)


def mark_repeats(
    facts: Iterable[Fact], key: Callable[[Fact], Hashable | None]
) -> Iterator[tuple[Fact, bool]]:
    """Every fact, and whether one of the same key came before it (D2). Facts without a key never repeat."""
    seen: set[Hashable] = set()
    for fact in facts:
        found = key(fact)
        yield fact, found is not None and found in seen
        seen.add(found)


def without_repeats(facts: Iterable[Fact], key: Callable[[Fact], Hashable | None]) -> list[Fact]:
    return [fact for fact, is_repeat in mark_repeats(facts, key) if not is_repeat]


def merge_by_keys(
    facts: Iterable[Fact], keys: Callable[[Fact], Iterable[str]]
) -> tuple[tuple[Fact, ...], ...]:
    """Facts that share a key, directly or through a third fact, are about one thing (D2)."""
    groups: list[tuple[set[str], list[Fact]]] = []
    for fact in facts:
        names = {key for key in keys(fact) if key}
        apart = [group for group in groups if not group[0] & names]
        joined = [group for group in groups if group[0] & names]
        members = [member for group in joined for member in group[1]]
        all_names = names.union(*(group[0] for group in joined))
        groups = [*apart, (all_names, [*members, fact])]
    return tuple(tuple(members) for _, members in groups)
