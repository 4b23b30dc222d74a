"""The answer of a simulated department to a request: one row for every row asked, 查无 included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from engine.domain.catalogue import Catalogue
from web.sandbox.behaviour import Conduct
from web.sandbox.people import Quirk
from web.sandbox.records import Question, Row, records_of
from web.sandbox.world import World

LONGEST_PERIOD_DAYS = 5 * 366
SOMEBODY_ELSE = {"name": "许旁人", "id_no": "320402199001011239"}
UNRELIABLE = "JR"  # the department that fails or keeps silent about households marked so
FLAKY_CALLS = 2


@dataclass(frozen=True)
class AskedRow:
    row_no: int
    name: str
    id_type: str
    id_no: str
    item_code: str
    authorisation_no: str


@dataclass(frozen=True)
class Asked:
    """A request as it came over the wire."""

    batch_no: str
    case_no: str
    period_start: date
    period_end: date
    as_of: date
    rows: tuple[AskedRow, ...]


class AskedRowSchema(Schema):
    row_no = fields.Integer(required=True, strict=True)
    name = fields.String(required=True, validate=validate.Length(1, 100))
    id_type = fields.String(required=True)
    id_no = fields.String(required=True, validate=validate.Length(1, 40))
    item_code = fields.String(required=True)
    authorisation_no = fields.String(required=True, validate=validate.Length(1, 100))

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> AskedRow:
        return AskedRow(**data)


class AskedSchema(Schema):
    batch_no = fields.String(required=True, validate=validate.Length(1, 100))
    case_no = fields.String(required=True, validate=validate.Length(1, 100))
    period_start = fields.Date(required=True)
    period_end = fields.Date(required=True)
    as_of = fields.Date(required=True)
    rows = fields.List(fields.Nested(AskedRowSchema), required=True, validate=validate.Length(1, 2_000))

    @validates_schema
    def check_period(self, data: Mapping[str, Any], **_: object) -> None:
        if not 0 <= (data["period_end"] - data["period_start"]).days <= LONGEST_PERIOD_DAYS:
            raise ValidationError("a period of up to five years", "period_end")

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Asked:
        return Asked(**(data | {"rows": tuple(data["rows"])}))


@dataclass(frozen=True)
class Desk:
    """A department at work."""

    catalogue: Catalogue
    world: World
    department: str

    def calls_lost(self, asked: Asked) -> int:
        """How many calls fail before the first answer because of whom they are about."""
        found = self.world.find(asked.rows[0].id_no) if self.department == UNRELIABLE else None
        return FLAKY_CALLS if found and found[0].quirk is Quirk.FLAKY_SOURCE else 0

    def answer(self, asked: Asked, conduct: Conduct, now: datetime) -> dict[str, object]:
        answered = asked.rows[: max(len(asked.rows) - conduct.missing_rows, 0)]
        return {
            "batch_no": asked.batch_no,
            "source": self.department,
            "answered_at": now.isoformat(timespec="seconds"),
            "rows": [_spoilt(self._row(asked, row, now), conduct) for row in answered],
        }

    def _row(self, asked: Asked, row: AskedRow, now: datetime) -> dict[str, object]:
        status, records = self._look_up(asked, row, now)
        return {
            "row_no": row.row_no,
            "match_status": status,
            "data_as_of": now.isoformat(timespec="seconds"),
            "remark": "",
            "name": row.name,
            "id_no": row.id_no,
            "records": records,
        }

    def _look_up(self, asked: Asked, row: AskedRow, now: datetime) -> tuple[str, list[Row]]:
        item = self.catalogue.items.get(row.item_code)
        if item is None or item.department != self.department:
            return "refused", []
        found = self.world.find(row.id_no)
        if found is None:
            return "not_found", []
        household, person = found
        if self.department == UNRELIABLE and household.quirk is Quirk.SILENT_SOURCE:
            return "timeout", []
        if person.name != row.name:
            return "identity_mismatch", []
        question = Question(household, person, asked.period_start, asked.period_end, asked.as_of, now)
        records = records_of(item.code, question)
        return ("found" if records else "not_found"), records


def _spoilt(row: dict[str, object], conduct: Conduct) -> dict[str, object]:
    """The row with what the department was told to get wrong."""
    if conduct.wrong_person:
        row = row | SOMEBODY_ELSE
    records = row["records"]
    if conduct.wrong_values and isinstance(records, list):
        row = row | {"records": [{name: ["?"] for name in record} for record in records]}
    return row
