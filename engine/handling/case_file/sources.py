"""Who was asked about whom, and what came: the grid of departments and members, and one cell of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from engine.domain.catalogue import Field
from engine.domain.errors import NotFound
from engine.domain.findings import ItemAnswer, Record, Value
from engine.domain.identity import mask_id
from engine.domain.report_text import MONEY_UNITS, NOTHING, print_value
from engine.handling.case_file.reading import CaseFile
from engine.store.queries import KnownQuery, QueryState

STARS = "****"
NUMBERS = ("id_no", "account", "bank_card")
REQUERY = "contact_source"  # the task of 信息交换岗 in which a query is ordered again (6.2 c)
LONG_NUMBER = re.compile(r"[0-9Xx]{8,}")


class Coming(StrEnum):
    """How far an answer has come. The order is that of concern: a cell is as bad as its worst item."""

    NOT_ASKED = "not_asked"
    ANSWERED = "answered"
    WAITING = "waiting"
    WRONG = "wrong"


WORDS: Mapping[Coming, str] = {
    Coming.NOT_ASKED: "未查询",
    Coming.ANSWERED: "已返回",
    Coming.WAITING: "未返回",
    Coming.WRONG: "异常",
}
CONCERN = tuple(Coming)


@dataclass(frozen=True)
class Cell:
    """One member at one department. `remarks` say what is wrong, when something is."""

    person: str
    department: str
    coming: Coming
    items: int
    found: int
    round: int
    at: datetime | None
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    department: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    ref: str
    name: str = field(repr=False)


@dataclass(frozen=True)
class Grid:
    """`tasks`: where an open task lets the exchange post ask again. `counts`: cells by how far they are."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    counts: Mapping[Coming, int]
    tasks: tuple[int, ...]

    @property
    def is_moving(self) -> bool:
        return self.counts[Coming.WAITING] > 0


@dataclass(frozen=True)
class ShownValue:
    label: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class ShownItem:
    """What came about one item. `subject` names its amounts for unmasking."""

    code: str
    name: str
    coming: Coming
    status: str
    round: int
    at: datetime | None
    remark: str
    records: tuple[tuple[ShownValue, ...], ...] = field(repr=False)
    has_amounts: bool
    is_shown: bool
    subject: str


@dataclass(frozen=True)
class OpenedCell:
    person: str = field(repr=False)
    department: str
    items: tuple[ShownItem, ...]


@dataclass(frozen=True)
class _Asked:
    """The latest round in which an item of a person was asked."""

    query: KnownQuery
    answer: ItemAnswer | None

    @property
    def coming(self) -> Coming:
        if self.answer is not None and self.answer.status.is_complete:
            return Coming.ANSWERED
        if self.query.state == QueryState.PLANNED:
            return Coming.WAITING
        return Coming.WRONG

    @property
    def at(self) -> datetime | None:
        if self.coming is Coming.WAITING or self.answer is None:
            return self.query.answered_at
        return self.answer.answered_at


def grid_of(file: CaseFile) -> Grid:
    """Columns are the persons of the commission, rows the departments in the order of the catalogue."""
    asked = _asked(file)
    persons = file.commission.household.persons
    refs, departments = {ref for ref, _ in asked}, {department for _, department in asked}
    columns = tuple(Column(person.ref, person.name) for person in persons if person.ref in refs)
    rows = tuple(
        Row(
            code,
            file.department_name(code),
            tuple(_cell(file, column.ref, code, asked.get((column.ref, code), {})) for column in columns),
        )
        for code in file.platform.catalogue.departments
        if code in departments
    )
    counts = dict.fromkeys(Coming, 0)
    for row in rows:
        for cell in row.cells:
            counts[cell.coming] += 1
    return Grid(columns, rows, counts, tuple(t.id for t in file.open_tasks if t.element_id == REQUERY))


def cell_of(file: CaseFile, person: str, department: str, shown: str | None = None) -> OpenedCell:
    """`shown` is the subject whose amounts are written in full. Raises NotFound when nothing was asked."""
    asked = _asked(file).get((person, department), {})
    items = [
        _item(file, person, code, found, f"{person}.{code}" == shown) for code, found in sorted(asked.items())
    ]
    if not items:
        raise NotFound(person=person, department=department)
    return OpenedCell(file.person_name(person), file.department_name(department), tuple(items))


def _asked(file: CaseFile) -> dict[tuple[str, str], dict[str, _Asked]]:
    """By person and department the items, each as it was asked last."""
    asked: dict[tuple[str, str], dict[str, _Asked]] = defaultdict(dict)
    for query in sorted(file.queries, key=lambda query: query.round):
        for person, item, _ in query.rows:
            asked[person, query.source][item] = _Asked(query, file.findings.answer(person, item))
    return asked


def _cell(file: CaseFile, person: str, department: str, asked: Mapping[str, _Asked]) -> Cell:
    mine = [(found, found.coming) for found in asked.values()]
    wrong = [found for found, coming in mine if coming is Coming.WRONG]
    return Cell(
        person=person,
        department=department,
        coming=max((coming for _, coming in mine), key=CONCERN.index, default=Coming.NOT_ASKED),
        items=len(mine),
        found=sum(found.answer is not None and bool(found.answer.records) for found, _ in mine),
        round=max((found.query.round for found, _ in mine), default=0),
        at=max((found.at for found, _ in mine if found.at is not None), default=None),
        remarks=tuple(dict.fromkeys(_status(file, found) for found in wrong)),
    )


def _status(file: CaseFile, found: _Asked) -> str:
    if found.coming is Coming.WAITING or found.answer is None:
        return WORDS[found.coming]
    return file.platform.catalogue.decode("match_status", found.answer.status.value)


def _item(file: CaseFile, person: str, code: str, found: _Asked, is_shown: bool) -> ShownItem:
    item = file.platform.catalogue.items.get(code)
    fields = item.fields if item is not None else ()
    answer = found.answer if found.coming is not Coming.WAITING else None
    records = answer.records if answer is not None else ()
    return ShownItem(
        code=code,
        name=file.item_name(code),
        coming=found.coming,
        status=_status(file, found),
        round=found.query.round,
        at=found.at,
        remark=answer.remark if answer is not None else "",
        records=tuple(tuple(_values(file, fields, record, is_shown)) for record in records),
        has_amounts=any(_is_amount(one, record.values.get(one.name)) for one in fields for record in records),
        is_shown=is_shown,
        subject=f"{person}.{code}",
    )


def _values(file: CaseFile, fields: Iterable[Field], record: Record, is_shown: bool) -> Iterator[ShownValue]:
    for one in fields:
        value = record.values.get(one.name)
        text = print_value(value, one, file.platform.catalogue)
        if text == NOTHING:
            continue
        if _is_amount(one, value) and not is_shown:
            text = STARS
        elif one.type in NUMBERS:
            text = mask_id(text)
        elif one.type == "string":
            text = LONG_NUMBER.sub(lambda number: mask_id(number[0]), text)
        yield ShownValue(one.label, text)


def _is_amount(one: Field, value: Value) -> bool:
    return one.unit in MONEY_UNITS and isinstance(value, Decimal | int)
