"""The five sections of 附：查询反馈情况 (MZ/T 072-2016 附录D): whose tables stand where, for which time."""

from dataclasses import replace
from datetime import date

from engine.domain.catalogue import LayoutSection, LayoutTable
from engine.domain.commission import CommissionLetter
from engine.domain.findings import Record
from engine.domain.household import Household, Person, Role
from engine.domain.identity import RESIDENT_ID, parse_resident_id
from engine.domain.report import PrintedMember, PrintedPerson, PrintedSection, PrintedTable
from engine.domain.report_table import Enquiry, field_under, join_notes, print_table
from engine.domain.report_text import NOTHING, print_day, print_value

REGISTRATION = "GA01"
MEMBERS_TABLE = "家庭成员基本信息"
SUPPORTERS_TABLE = "法定赡养、抚养、扶养义务人基本信息"
COVER = "0"  # 首页 and 核对结果概述 are fields of the content, not sections


def print_sections(
    enquiry: Enquiry, household: Household, letter: CommissionLetter, today: date
) -> tuple[PrintedSection, ...]:
    """Sections 一 to 五 with every table of the layout, empty ones too."""
    return tuple(
        PrintedSection(
            section.number,
            section.title,
            _period(enquiry, section, letter),
            _persons(enquiry, section, household, today),
        )
        for section in enquiry.catalogue.layout
        if section.number != COVER
    )


def _period(enquiry: Enquiry, section: LayoutSection, letter: CommissionLetter) -> str:
    """Income and expenditure have a period, property a day; a section with both says both if they differ."""
    items = [item for table in section.tables for item in enquiry.items_of(table.name)]
    kinds = {item.temporal for item in items}
    period = f"{print_day(letter.period.start)}—{print_day(letter.period.end)}"
    as_of = f"截至{print_day(letter.property_as_of)}"
    if kinds == {"as_of"}:
        return as_of
    is_one = "as_of" not in kinds or letter.property_as_of == letter.period.end
    return period if is_one else f"{period}，时点信息{as_of}"


def _persons(
    enquiry: Enquiry, section: LayoutSection, household: Household, today: date
) -> tuple[PrintedPerson, ...]:
    if not section.per_person:
        tables = tuple(_household_table(enquiry, table, household, today) for table in section.tables)
        return (PrintedPerson("", tables),)
    return tuple(
        PrintedPerson(
            _heading(person), tuple(print_table(enquiry, table, (person,)) for table in section.tables)
        )
        for person in household.persons
        if person.role is Role.MEMBER or _is_asked_here(enquiry, section, person)
    )


def _is_asked_here(enquiry: Enquiry, section: LayoutSection, person: Person) -> bool:
    """Those who owe support are no members; they appear where something was asked about them."""
    return any(
        enquiry.is_asked(person, item) for table in section.tables for item in enquiry.items_of(table.name)
    )


def _heading(person: Person) -> str:
    return person.name if person.role is Role.MEMBER else f"{person.name}（法定赡养、抚养、扶养义务人）"


def _household_table(enquiry: Enquiry, table: LayoutTable, household: Household, today: date) -> PrintedTable:
    if table.name == MEMBERS_TABLE:
        return _roll(enquiry, table, household.members, today)
    if table.name != SUPPORTERS_TABLE:
        return print_table(enquiry, table, household.members)
    if household.supporters:
        return _roll(enquiry, table, household.supporters, today)
    none_named = "委托材料中未列法定赡养、抚养、扶养义务人"
    return PrintedTable(table.name, table.group, table.labels, (), none_named)


def _roll(enquiry: Enquiry, table: LayoutTable, persons: tuple[Person, ...], today: date) -> PrintedTable:
    """One row for each of these persons, whatever the register of households said about them."""
    item = enquiry.catalogue.items[REGISTRATION]
    notes: dict[str, list[str]] = {}
    for person in persons:
        note = enquiry.explain(person, item, has_rows=True)
        if note:
            notes.setdefault(note, []).append(person.name)
    rows = tuple(
        tuple(_cell(enquiry, registered(enquiry, person, today), label) for label in table.labels)
        for person in persons
    )
    return PrintedTable(
        table.name, table.group, table.labels, rows, join_notes(notes, len(persons), names_all=False)
    )


def print_member(enquiry: Enquiry, person: Person, today: date) -> PrintedMember:
    """A row of the member table of the overview sheet."""
    record = registered(enquiry, person, today)
    labels = ("姓名", "性别", "民族", "证件类型", "证件号", "与户主关系")
    return PrintedMember(*(_cell(enquiry, record, label) for label in labels))


def registered(enquiry: Enquiry, person: Person, today: date) -> Record:
    """What the register of households (GA01) says, under what the commission says.

    Name, number and relation are those of the commission: they tell who was asked about, and the register
    relates somebody who is registered elsewhere to the head of another household.
    """
    records = enquiry.records(person, enquiry.catalogue.items[REGISTRATION])
    found = records[0] if records else Record({"sex": _sex(person, today)})
    commissioned = {
        "name": person.name,
        "id_type": person.id_type,
        "id_no": person.id_no,
        "resident_id_no": person.id_no,
        "relation_to_head": person.relation,
        "relation_to_applicant": person.relation,
    }
    return replace(found, values={**found.values, **commissioned})


def _sex(person: Person, today: date) -> str | None:
    if person.id_type != RESIDENT_ID:
        return None
    resident = parse_resident_id(person.id_no, today)
    return resident.sex if resident else None


def _cell(enquiry: Enquiry, record: Record, label: str) -> str:
    field = field_under(enquiry.catalogue.items[REGISTRATION], label)
    return print_value(record.values.get(field.name), field, enquiry.catalogue) if field else NOTHING
