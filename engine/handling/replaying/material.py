"""Commission, answers and queries as they were when an evaluation was made, each held against its digest."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.domain.answers import read_answer
from engine.domain.catalogue import Catalogue
from engine.domain.commission import Commission
from engine.domain.findings import Findings, ItemAnswer
from engine.domain.plain import digest_of, from_plain
from engine.handling.replaying.basis import Part, Strange
from engine.ports import SourceRequest, SourceRow
from engine.store.queries import KnownQuery, OpenedAnswer, QueryState, findings_from


@dataclass(frozen=True)
class Material:
    """Everything a case has, of all times; `moment` is when the evaluation was made."""

    catalogue: Catalogue
    commission: Commission
    queries: Sequence[KnownQuery]
    answers: Sequence[OpenedAnswer] = field(repr=False)
    moment: datetime

    def findings(self) -> Findings:
        """What had been said by then; a query that failed later had not failed yet."""
        known = [query for query in self.queries if query.planned_at <= self.moment]
        said = [from_plain(ItemAnswer, plain) for one in self._then() for plain in _listed(one.understood)]
        return findings_from(said, [query for query in known if self._had_failed(query)])

    def strange(self) -> Iterator[Strange]:
        """Answers that are not what was received, or do not say what was read out of them."""
        queries = {query.id: query for query in self.queries}
        for one in self._then():
            what = f"{self._department(one.source)} 第 {one.attempt} 次答复"
            if digest_of(one.body) != one.digest:
                yield Strange(Part.ANSWER, what, one.digest, digest_of(one.body))
            if one.query_id in queries and self._read_again(queries[one.query_id], one) != _read(one):
                yield Strange(Part.READING, what)

    def _then(self) -> Iterable[OpenedAnswer]:
        return (one for one in self.answers if one.received_at <= self.moment)

    def _had_failed(self, query: KnownQuery) -> bool:
        at = query.answered_at or query.planned_at
        return query.state == QueryState.FAILED and at <= self.moment

    def _department(self, code: str) -> str:
        known = self.catalogue.departments.get(code)
        return known.name if known is not None else code

    def _read_again(self, query: KnownQuery, one: OpenedAnswer) -> tuple[ItemAnswer, ...]:
        """Held against the questions that were asked: those something was read about."""
        asked = {(answer.person, answer.item) for answer in _read(one)}
        persons = {person.ref: person for person in self.commission.household.persons}
        rows = tuple(
            SourceRow(number, ref, persons[ref].name, persons[ref].id_type, persons[ref].id_no, item, "")
            for number, (ref, item, _) in enumerate(query.rows, start=1)
            if (ref, item) in asked and ref in persons
        )
        day = date.min  # of no concern to the reader
        request = SourceRequest(query.batch_no, "", query.source, day, day, day, rows)
        return read_answer(self.catalogue, request, one.body, one.received_at).answers


def _read(one: OpenedAnswer) -> tuple[ItemAnswer, ...]:
    return tuple(from_plain(ItemAnswer, plain) for plain in _listed(one.understood))


def _listed(plain: object) -> list[object]:
    return plain if isinstance(plain, list) else []


def checked_commission(body: bytes, digest: str) -> Iterator[Strange]:
    if digest_of(body) != digest:
        yield Strange(Part.COMMISSION, "核对申请", digest, digest_of(body))
