"""A table of Annex D: which items feed it, which records belong in it, and what it says when nothing came."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from engine.domain.catalogue import Catalogue, Field, Item, LayoutTable
from engine.domain.findings import Findings, ItemAnswer, MatchStatus, Record
from engine.domain.household import Person
from engine.domain.report import PrintedTable
from engine.domain.report_months import join_months
from engine.domain.report_text import NOTHING, print_moment, print_value

PRINTABLE = (MatchStatus.FOUND, MatchStatus.PARTIAL)  # a record of a doubtful identity may be somebody else's
NOT_ASKED = "未查询（不在本次核对内容内）"
EMPLOYEES_OF_OFFICES = "代表机构雇员"
# Annex D has one table for dwellings, with the fields of the housing department (GT01). Where the register
# of real estate (GT02) has the same thing under another name it is printed in the same column.
REGISTER_FIELDS = {
    "时间": "registration_date",
    "房屋地址": "location",
    "房屋面积": "building_area",
    "拥有类型": "co_ownership",
}
# Rows of a month need the month; the standard leaves room for it with ……
MONTHLY = {"工资性收入": "所属年月", "社会保险费缴纳情况": "所属年月"}


@dataclass(frozen=True)
class Enquiry:
    """What was asked and what was said, in the words the report prints."""

    catalogue: Catalogue
    findings: Findings
    asked: Set[tuple[str, str]]  # person ref and item code

    def is_asked(self, person: Person, item: Item) -> bool:
        return (person.ref, item.code) in self.asked or self.answer(person, item) is not None

    def answer(self, person: Person, item: Item) -> ItemAnswer | None:
        return self.findings.answer(person.ref, item.code)

    def records(self, person: Person, item: Item) -> tuple[Record, ...]:
        answer = self.answer(person, item)
        return answer.records if answer and answer.status in PRINTABLE else ()

    def items_of(self, table: str) -> tuple[Item, ...]:
        return self.catalogue.items_of_table.get(table, ())

    def explain(self, person: Person, item: Item, has_rows: bool) -> str:
        """Why there is nothing from this item: empty when its rows are printed and complete."""
        if not self.is_asked(person, item):
            return NOT_ASKED
        source = self.catalogue.departments[item.department].name
        answer = self.answer(person, item)
        if answer is None:
            return f"未返回（{source}，截至出具时未反馈）"
        at = print_moment(answer.answered_at)
        if not answer.status.is_complete:
            came = "未完整返回" if answer.status is MatchStatus.PARTIAL else "未返回"
            return f"{came}（{source}，{at}，{self._reason(answer)}）"
        if answer.status is MatchStatus.NOT_FOUND:
            return f"查无（{source}，{at} 反馈）"
        return "" if has_rows else f"无本表所列信息（{source}，{at} 反馈）"

    def _reason(self, answer: ItemAnswer) -> str:
        word = self.catalogue.decode("match_status", answer.status.value)
        return f"{word}：{answer.remark}" if answer.remark else word


def print_table(enquiry: Enquiry, table: LayoutTable, persons: tuple[Person, ...]) -> PrintedTable:
    """The table for these persons.

    What two persons have alike is printed once: a marriage is on file for both. Two deposits of one person
    that look alike are two.
    """
    labels = table.labels + ((MONTHLY[table.name],) if table.name in MONTHLY else ())
    rows: list[tuple[str, ...]] = []
    notes: dict[str, list[str]] = {}
    for person in persons:
        for item, found in _rows_by_item(enquiry, table.name, labels, person):
            rows.extend(join_months(found) if table.name in MONTHLY else found)
            note = enquiry.explain(person, item, bool(found))
            if note:
                notes.setdefault(_about(enquiry, table.name, item) + note, []).append(person.name)
    unique = tuple(dict.fromkeys(rows) if len(persons) > 1 else rows)
    return PrintedTable(
        table.name, table.group, labels, unique, join_notes(notes, len(persons), names_all=bool(unique))
    )


def join_notes(notes: dict[str, list[str]], persons: int, names_all: bool) -> str:
    """Persons with the same note share a sentence; names are left out where it holds for everybody."""
    return "；".join(
        note if len(names) == persons and not (names_all and persons > 1) else f"{'、'.join(names)}：{note}"
        for note, names in notes.items()
    )


def _about(enquiry: Enquiry, table: str, item: Item) -> str:
    """Where several items feed one table, the note says which one it speaks of."""
    return f"{item.name}：" if len(enquiry.items_of(table)) > 1 else ""


def _rows_by_item(
    enquiry: Enquiry, table: str, labels: tuple[str, ...], person: Person
) -> Iterator[tuple[Item, list[tuple[str, ...]]]]:
    seen: set[str] = set()
    for item in enquiry.items_of(table):
        records = enquiry.records(person, item)
        fields = tuple(field_under(item, label) for label in labels) if records else ()
        kept = [
            record
            for record in records
            if _belongs(record, item, table, fields, enquiry.catalogue) and not _is_known(record, item, seen)
        ]
        yield item, [_row(record, fields, enquiry.catalogue) for record in kept]


def field_under(item: Item, label: str) -> Field | None:
    """The field of an item that stands under a printed label."""
    stand_in = REGISTER_FIELDS.get(label)
    return next((f for f in item.fields if f.label == label or f.name == stand_in), None)


def _row(record: Record, fields: Iterable[Field | None], catalogue: Catalogue) -> tuple[str, ...]:
    cells = (print_value(record.values.get(f.name), f, catalogue) if f else NOTHING for f in fields)
    transferred = record.values.get("transfer_date")
    if transferred is None:
        return tuple(cells)
    return (
        *tuple(cells)[:-1],
        f"已转移登记（{transferred}）",
    )  # no longer owned: 拥有类型 is the last column


def _belongs(
    record: Record, item: Item, table: str, fields: Iterable[Field | None], catalogue: Catalogue
) -> bool:
    """One query may feed several tables: a record goes where it has something to say."""
    if item.code == "SC03":
        category = catalogue.decode("officer_category", str(record.values.get("person_category")))
        return (category == EMPLOYEES_OF_OFFICES) == (table == EMPLOYEES_OF_OFFICES)
    named = (f for f in fields if f is not None and f.label not in MONTHLY.values())
    return any(record.values.get(f.name) is not None for f in named)


def _is_known(record: Record, item: Item, seen: set[str]) -> bool:
    """A dwelling in both registers is one dwelling (the address tells), or the table would show two."""
    if "房产信息" not in item.annex_d_tables:
        return False
    address = "".join(str(record.values.get("address") or record.values.get("location") or "").split())
    is_known = bool(address) and address in seen and item.code == "GT02"
    seen.add(address)
    return is_known
