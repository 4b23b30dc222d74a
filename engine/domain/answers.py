"""A source's answer as received into typed item answers, held against the questions (MZ/T 072-2016 6.2 c).

Every question is answered exactly once, by the right source, about the right person, or it is incomplete.
Nothing here raises on what a source sends, and nothing a source sends gets into a remark or a problem.
"""

import json
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from engine.domain.answer_problems import MISMATCHES, REMARKS, Problem, ProblemCode
from engine.domain.answer_values import NotThisType, read_moment, read_text, read_value
from engine.domain.catalogue import Catalogue, Item
from engine.domain.findings import ItemAnswer, MatchStatus, Record, Value
from engine.domain.identity import normalise_resident_id

LARGEST_BODY = 2 * 1024 * 1024
MOST_RECORDS = 1_000  # of one person and item
WITH_RECORDS = (MatchStatus.FOUND, MatchStatus.PARTIAL)
WITH_IDENTITY = (MatchStatus.FOUND, MatchStatus.NOT_FOUND, MatchStatus.PARTIAL)
MIDDLE_DOTS = str.maketrans("•‧∙・･", "·····")
HOUSEHOLD_REGISTER = "GA01"  # others of the household may stand in it as well
# Items whose records name whom they are about.
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "MZ02": ("husband_id_no", "wife_id_no"),
    "MZ03": ("id_no",),
    "SC03": ("id_no",),
}


class AskedRow(Protocol):
    """One question, as engine.ports.SourceRow has it."""

    @property
    def row_no(self) -> int: ...
    @property
    def person(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def id_no(self) -> str: ...
    @property
    def item(self) -> str: ...


class Asked(Protocol):
    """All questions of one call, as engine.ports.SourceRequest has them."""

    @property
    def batch_no(self) -> str: ...
    @property
    def department(self) -> str: ...
    @property
    def rows(self) -> tuple[AskedRow, ...]: ...


@dataclass(frozen=True)
class AnswerRead:
    """One item answer per question, in the order asked, and everything found wrong."""

    answers: tuple[ItemAnswer, ...]
    problems: tuple[Problem, ...]


class _Malformed(Exception):  # noqa: N818 - a verdict between two functions, nobody else sees it
    def __init__(self, code: ProblemCode, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.field = field


def read_answer(catalogue: Catalogue, request: Asked, body: bytes, received_at: datetime) -> AnswerRead:
    """Never raises on the content of `body`."""
    try:
        envelope = _envelope(body)
        answered_at = _answered_at(envelope, request, received_at)
        given = _rows(envelope)
    except _Malformed as fault:
        return _all_wrong(request, fault.code, received_at)
    reader = _Reader(catalogue, request.department, answered_at)
    return reader.read(request.rows, given)


def _all_wrong(request: Asked, code: ProblemCode, at: datetime) -> AnswerRead:
    answers = tuple(_incomplete(row, request.department, code, at) for row in request.rows)
    return AnswerRead(answers, (Problem(code),))


def _incomplete(row: AskedRow, source: str, code: ProblemCode, at: datetime) -> ItemAnswer:
    status = MatchStatus.IDENTITY_MISMATCH if code in MISMATCHES else MatchStatus.ERROR
    return ItemAnswer(row.person, row.item, source, status, at, remark=REMARKS[code])


def _envelope(body: bytes) -> Mapping[str, object]:
    if len(body) > LARGEST_BODY:
        raise _Malformed(ProblemCode.BODY_TOO_LARGE)
    try:
        loaded: object = json.loads(
            body.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise _Malformed(ProblemCode.BODY_MALFORMED) from error
    if not isinstance(loaded, dict):
        raise _Malformed(ProblemCode.BODY_MALFORMED)
    return loaded


def _refuse_constant(text: str) -> None:
    """NaN and Infinity are no JSON and no amounts."""
    raise ValueError


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A key given twice has two meanings, and readers differ in which one they take."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _answered_at(envelope: Mapping[str, object], request: Asked, received_at: datetime) -> datetime:
    """The source's own time, but never later than we received it: clocks of sources differ."""
    if envelope.get("batch_no") != request.batch_no:
        raise _Malformed(ProblemCode.BATCH_DIFFERS)
    if envelope.get("source") != request.department:
        raise _Malformed(ProblemCode.SOURCE_DIFFERS)
    try:
        return min(read_moment(envelope.get("answered_at")), received_at)
    except NotThisType as error:
        raise _Malformed(ProblemCode.TIME_MALFORMED) from error


def _rows(envelope: Mapping[str, object]) -> list[object]:
    rows = envelope.get("rows")
    if not isinstance(rows, list):
        raise _Malformed(ProblemCode.BODY_MALFORMED)
    return rows


def _row_no(given: object) -> int | None:
    number = given.get("row_no") if isinstance(given, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


class _Reader:
    """Reads the rows of one answer and gathers its problems."""

    def __init__(self, catalogue: Catalogue, source: str, answered_at: datetime) -> None:
        self.catalogue = catalogue
        self.source = source
        self.answered_at = answered_at
        self.problems: list[Problem] = []

    def read(self, asked: tuple[AskedRow, ...], given: list[object]) -> AnswerRead:
        numbers = [_row_no(row) for row in given]
        counts, by_number = Counter(numbers), dict(zip(numbers, given, strict=True))
        known = {row.row_no for row in asked}
        self.problems += [Problem(ProblemCode.ROW_UNKNOWN) for number in counts if number not in known]
        answers = tuple(self._answer(row, counts[row.row_no], by_number.get(row.row_no)) for row in asked)
        return AnswerRead(answers, tuple(self.problems))

    def _answer(self, row: AskedRow, count: int, given: object) -> ItemAnswer:
        try:
            if count != 1:
                raise _Malformed(ProblemCode.ROW_REPEATED if count else ProblemCode.ROW_MISSING)
            return self._read_row(row, given)
        except _Malformed as fault:
            self.problems.append(Problem(fault.code, row.row_no, fault.field))
            return _incomplete(row, self.source, fault.code, self.answered_at)

    def _read_row(self, row: AskedRow, given: object) -> ItemAnswer:
        item = self.catalogue.items.get(row.item)
        if not isinstance(given, dict) or item is None or item.department != self.source:
            raise _Malformed(ProblemCode.ROW_MALFORMED)
        status = _status(given)
        if status in WITH_IDENTITY:
            _check_identity(row, given)
        data_as_of = _data_as_of(given)
        records = self._records(row, item, status, given.get("records"))
        status, remark = self._completeness(row, item, status, records)
        return ItemAnswer(
            row.person, row.item, self.source, status, self.answered_at, data_as_of, records, remark
        )

    def _records(self, row: AskedRow, item: Item, status: MatchStatus, given: object) -> tuple[Record, ...]:
        rows = [] if given is None else given
        if not isinstance(rows, list):
            raise _Malformed(ProblemCode.ROW_MALFORMED)
        if len(rows) > MOST_RECORDS:
            raise _Malformed(ProblemCode.RECORDS_TOO_MANY)
        if status is MatchStatus.NOT_FOUND and rows:
            raise _Malformed(ProblemCode.RECORDS_UNEXPECTED)
        if status is MatchStatus.FOUND and not rows:
            raise _Malformed(ProblemCode.RECORDS_MISSING)
        if status not in WITH_RECORDS:
            return ()
        records = tuple(self._record(row, item, record) for record in rows)
        _check_subjects(row, records)
        return records

    def _record(self, row: AskedRow, item: Item, given: object) -> Record:
        if not isinstance(given, dict):
            raise _Malformed(ProblemCode.ROW_MALFORMED)
        values: dict[str, Value] = {}
        for field in item.fields:
            try:
                if field.name in given:
                    values[field.name] = read_value(self.catalogue, field, given[field.name])
            except NotThisType as error:
                raise _Malformed(ProblemCode.VALUE_MALFORMED, field.name) from error
        if len(values) < len(given):
            self.problems.append(Problem(ProblemCode.FIELD_UNKNOWN, row.row_no))
        return Record(values)

    def _completeness(
        self, row: AskedRow, item: Item, status: MatchStatus, records: tuple[Record, ...]
    ) -> tuple[MatchStatus, str]:
        """A field left out is an omission (6.2 c); null says that the source has nothing there."""
        if not records:
            return status, ""
        left_out = next((f.name for f in item.fields if any(f.name not in r.values for r in records)), None)
        if left_out is None:
            return status, ""
        self.problems.append(Problem(ProblemCode.FIELD_LEFT_OUT, row.row_no, left_out))
        return MatchStatus.PARTIAL, REMARKS[ProblemCode.FIELD_LEFT_OUT]


def _status(given: Mapping[str, object]) -> MatchStatus:
    try:
        return MatchStatus(read_text(given.get("match_status")))
    except (NotThisType, ValueError) as error:
        raise _Malformed(ProblemCode.STATUS_UNKNOWN) from error


def _data_as_of(given: Mapping[str, object]) -> datetime | None:
    raw = given.get("data_as_of")
    try:
        return None if raw is None else read_moment(raw)
    except NotThisType as error:
        raise _Malformed(ProblemCode.VALUE_MALFORMED, "data_as_of") from error


def _check_identity(row: AskedRow, given: Mapping[str, object]) -> None:
    name, id_no = given.get("name"), given.get("id_no")
    if not isinstance(name, str) or not isinstance(id_no, str):
        raise _Malformed(ProblemCode.IDENTITY_NOT_ECHOED)
    if (name, id_no) == (row.name, row.id_no):
        return
    same_name = _comparable_name(name) == _comparable_name(row.name)
    if not same_name or normalise_resident_id(id_no) != normalise_resident_id(row.id_no):
        raise _Malformed(ProblemCode.IDENTITY_DIFFERS)


def _check_subjects(row: AskedRow, records: tuple[Record, ...]) -> None:
    own = normalise_resident_id(row.id_no)
    for record in records:
        named = [record.values.get(field) for field in SUBJECTS.get(row.item, ())]
        numbers = [normalise_resident_id(number) for number in named if isinstance(number, str)]
        if numbers and own not in numbers:
            raise _Malformed(ProblemCode.IDENTITY_DIFFERS)
    registered = [record.values.get("id_no") for record in records if row.item == HOUSEHOLD_REGISTER]
    if registered and all(not isinstance(n, str) or normalise_resident_id(n) != own for n in registered):
        raise _Malformed(ProblemCode.IDENTITY_DIFFERS)


def _comparable_name(name: str) -> str:
    """The same name in another form of Unicode, with another middle dot, is the same name."""
    return unicodedata.normalize("NFC", name).translate(MIDDLE_DOTS).strip()
