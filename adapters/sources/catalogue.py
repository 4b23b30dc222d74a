"""Reads catalogue.yaml into the typed source catalogue; a fault in it stops the start with its place."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml
from marshmallow import Schema, ValidationError, fields, post_load, validate

from engine.domain.catalogue import Catalogue, Department, Field, Item, LayoutSection, LayoutTable, Service

FIELD_TYPES = (
    *("string", "code", "boolean", "integer", "decimal", "date", "datetime", "year", "year_month"),
    *("id_no", "uscc", "bank_card", "account", "list"),
)
UNITS = ("yuan", "10k_yuan", "m2", "mu", "ratio", "person", "gt")
SECTIONS = ("basic", "income", "property", "expenditure", "other")
SERVICE_LEVELS = ("explicit", "implied", "derived", "policy")
NOT_EMPTY = validate.Length(min=1)


class CatalogueError(Exception):
    """The catalogue file cannot be used; the text names every fault and its place."""


@dataclass(frozen=True)
class SourceTerms:
    """What was agreed with a department about being asked."""

    limit: int  # calls at the same time
    timeout_seconds: int  # of one call
    full_coverage: bool  # 查无 means zero (D5)


class ServiceSchema(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"[a-z]{2}$"))
    name = fields.String(required=True, validate=NOT_EMPTY)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Service:
        return Service(**data)


class DepartmentSchema(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"[A-Z_]+$"))
    name = fields.String(required=True, validate=NOT_EMPTY)
    annex_a = fields.Boolean(required=True)
    limit = fields.Integer(required=True, strict=True, validate=validate.Range(1, 64))
    timeout_seconds = fields.Integer(required=True, strict=True, validate=validate.Range(1, 120))
    full_coverage = fields.Boolean(required=True)


class FieldSchema(Schema):
    label = fields.String(required=True, validate=NOT_EMPTY)
    name = fields.String(required=True, validate=validate.Regexp(r"[a-z][a-z0-9_]*$"))
    type = fields.String(required=True, validate=validate.OneOf(FIELD_TYPES))
    unit = fields.String(load_default=None, validate=validate.OneOf(UNITS))
    code_list = fields.String(load_default=None)
    src = fields.String(required=True, validate=validate.OneOf(("D", "reg", "added")))

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Field:
        return Field(in_annex_d=data.pop("src") == "D", **data)


class ItemSchema(Schema):
    code = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{2,3}\d\d$"))
    department = fields.String(required=True)
    name = fields.String(required=True, validate=NOT_EMPTY)
    annex_a = fields.Boolean(required=True)
    section = fields.String(required=True, validate=validate.OneOf(SECTIONS))
    annex_d_tables = fields.List(fields.String(), required=True)
    temporal = fields.String(required=True, validate=validate.OneOf(("as_of", "period")))
    services = fields.Dict(
        fields.String(), fields.String(validate=validate.OneOf(SERVICE_LEVELS)), required=True
    )
    fields_ = fields.List(fields.Nested(FieldSchema), required=True, data_key="fields", validate=NOT_EMPTY)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Item:
        own_fields, in_annex_a = tuple(data.pop("fields_")), data.pop("annex_a")
        tables = tuple(data.pop("annex_d_tables"))
        return Item(**data, annex_d_tables=tables, fields=own_fields, in_annex_a=in_annex_a)


class TableSchema(Schema):
    name = fields.String(required=True, validate=NOT_EMPTY)
    group = fields.String(load_default=None)
    labels = fields.List(fields.String(validate=NOT_EMPTY), required=True, validate=NOT_EMPTY)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> LayoutTable:
        return LayoutTable(data["name"], data["group"], tuple(data["labels"]))


class SectionSchema(Schema):
    number = fields.String(required=True, validate=NOT_EMPTY)
    title = fields.String(required=True, validate=NOT_EMPTY)
    per_person = fields.Boolean(required=True)
    tables = fields.List(fields.Nested(TableSchema), required=True, validate=NOT_EMPTY)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> LayoutSection:
        return LayoutSection(data["number"], data["title"], data["per_person"], tuple(data["tables"]))


class CatalogueSchema(Schema):
    services = fields.List(fields.Nested(ServiceSchema), required=True, validate=NOT_EMPTY)
    departments = fields.List(fields.Nested(DepartmentSchema), required=True, validate=NOT_EMPTY)
    items = fields.List(fields.Nested(ItemSchema), required=True, validate=NOT_EMPTY)
    layout = fields.List(fields.Nested(SectionSchema), required=True, validate=NOT_EMPTY)
    code_lists = fields.Dict(
        fields.String(), fields.Dict(fields.String(), fields.String(validate=NOT_EMPTY)), required=True
    )


def packaged_catalogue() -> bytes:
    """The catalogue that comes with the platform; a unit may keep its own file."""
    return resources.files(__package__).joinpath("catalogue.yaml").read_bytes()


def load_catalogue(content: bytes | None = None) -> Catalogue:
    """Raises CatalogueError."""
    content = packaged_catalogue() if content is None else content
    data = _read(content)
    catalogue = Catalogue(
        departments={d["code"]: Department(d["code"], d["name"], d["annex_a"]) for d in data["departments"]},
        items={item.code: item for item in data["items"]},
        services={service.code: service for service in data["services"]},
        layout=tuple(data["layout"]),
        code_lists=data["code_lists"],
        digest=hashlib.sha256(content).hexdigest(),
    )
    _refuse([*_repeated(data), *_dangling(catalogue)])
    return catalogue


def load_terms(content: bytes | None = None) -> Mapping[str, SourceTerms]:
    """What was agreed with each department, by department code. Raises CatalogueError."""
    data = _read(packaged_catalogue() if content is None else content)
    return {
        d["code"]: SourceTerms(d["limit"], d["timeout_seconds"], d["full_coverage"])
        for d in data["departments"]
    }


def _read(content: bytes) -> dict[str, Any]:
    try:
        raw = yaml.load(content, Loader=yaml.CSafeLoader)
        loaded: dict[str, Any] = CatalogueSchema().load(raw)
    except yaml.YAMLError as error:
        raise CatalogueError(f"not YAML: {error}") from error
    except ValidationError as error:
        raise CatalogueError("; ".join(_places(error.messages))) from error
    return loaded


def _places(messages: object, place: str = "") -> Iterator[str]:
    """items.3.fields.0.type: Must be one of ..."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _places(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(messages, list):
        yield f"{place}: {' '.join(str(message) for message in messages)}"


def _repeated(data: Mapping[str, Any]) -> Iterator[str]:
    yield from _twice("departments", (d["code"] for d in data["departments"]))
    yield from _twice("services", (service.code for service in data["services"]))
    yield from _twice("items", (item.code for item in data["items"]))
    yield from _twice("layout", (table.name for section in data["layout"] for table in section.tables))
    for item in data["items"]:
        yield from _twice(f"items.{item.code}.fields", (field.name for field in item.fields))


def _twice(place: str, names: Iterable[str]) -> Iterator[str]:
    return (f"{place}: {name} is there {count} times" for name, count in Counter(names).items() if count > 1)


def _dangling(catalogue: Catalogue) -> Iterator[str]:
    tables = {table.name for section in catalogue.layout for table in section.tables}
    for item in catalogue.items.values():
        place = f"items.{item.code}"
        if item.department not in catalogue.departments:
            yield f"{place}.department: unknown department {item.department}"
        yield from _unknown(f"{place}.services", item.services, catalogue.services)
        yield from _unknown(f"{place}.annex_d_tables", item.annex_d_tables, tables)
        for field in item.fields:
            yield from _code_list(f"{place}.fields.{field.name}", field, catalogue)


def _unknown(place: str, names: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    return (f"{place}: unknown {name}" for name in names if name not in known)


def _code_list(place: str, field: Field, catalogue: Catalogue) -> Iterator[str]:
    if (field.type == "code") != (field.code_list is not None):
        yield f"{place}: a field has a code list if and only if it is of type code"
    elif field.code_list is not None and field.code_list not in catalogue.code_lists:
        yield f"{place}: unknown code list {field.code_list}"


def _refuse(faults: list[str]) -> None:
    if faults:
        raise CatalogueError("; ".join(faults))
