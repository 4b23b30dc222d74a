"""What the sources answered, found by person and item; the facts of every answer are read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.domain.evaluation.fact import Fact, facts_of
from engine.domain.findings import Findings, ItemAnswer


@dataclass(frozen=True)
class Sources:
    """The findings, arranged."""

    findings: Findings

    @cached_property
    def items(self) -> frozenset[str]:
        return frozenset(answer.item for answer in self.findings.answers)

    @cached_property
    def _answers(self) -> Mapping[tuple[str, str], ItemAnswer]:
        return {(answer.person, answer.item): answer for answer in self.findings.answers}

    @cached_property
    def _facts(self) -> Mapping[tuple[str, str], tuple[Fact, ...]]:
        return {(a.person, a.item): tuple(facts_of(a)) for a in self.findings.answers if a.records}

    def answer(self, person: str, item: str) -> ItemAnswer | None:
        return self._answers.get((person, item))

    def facts(self, person: str, item: str) -> tuple[Fact, ...]:
        return self._facts.get((person, item), ())
