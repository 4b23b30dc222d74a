"""The typed view of the source catalogue: departments, data items, fields, code lists, report layout."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Department:
    """An information-sharing unit (信息共享单位), DB32/T 3319-2017 附录A."""

    code: str
    name: str
    in_annex_a: bool


@dataclass(frozen=True)
class Field:
    """One field of an item. `type` is one of the catalogue's type list, `unit` e.g. yuan, 10k_yuan, m2."""

    label: str  # Chinese, as Annex D prints it
    name: str  # English identifier, the key on the wire
    type: str
    unit: str | None
    code_list: str | None
    in_annex_d: bool


@dataclass(frozen=True)
class Item:
    """A data item (数据信息) a department shares."""

    code: str
    department: str
    name: str
    section: str  # basic | income | property | expenditure | other
    annex_d_tables: tuple[str, ...]
    temporal: str  # as_of | period
    services: Mapping[str, str]  # service code -> explicit | implied | derived | policy
    fields: tuple[Field, ...]
    in_annex_a: bool

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


@dataclass(frozen=True)
class Service:
    """A kind of assistance, MZ/T 072-2016 附录B e) and DB32/T 3319-2017 表1."""

    code: str
    name: str


@dataclass(frozen=True)
class LayoutTable:
    """One printed table of MZ/T 072-2016 附录D."""

    name: str
    group: str | None
    labels: tuple[str, ...]


@dataclass(frozen=True)
class LayoutSection:
    number: str
    title: str
    per_person: bool
    tables: tuple[LayoutTable, ...]


@dataclass(frozen=True)
class Catalogue:
    departments: Mapping[str, Department]
    items: Mapping[str, Item]
    services: Mapping[str, Service]
    layout: tuple[LayoutSection, ...]
    code_lists: Mapping[str, Mapping[str, str]]
    digest: str  # of the file it was read from

    @cached_property
    def items_of_table(self) -> Mapping[str, tuple[Item, ...]]:
        """Table of Annex D -> the items that feed it."""
        feeding: dict[str, tuple[Item, ...]] = {}
        for item in self.items.values():
            for table in dict.fromkeys(item.annex_d_tables):
                feeding[table] = (*feeding.get(table, ()), item)
        return feeding

    def items_of(self, department: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items.values() if item.department == department)

    def decode(self, code_list: str | None, code: str) -> str:
        """The Chinese word of a code; an unknown code is shown as it came."""
        return self.code_lists.get(code_list or "", {}).get(code, code)
