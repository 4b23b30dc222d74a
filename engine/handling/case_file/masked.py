"""The fields of a case file that are masked, by the names under which they are asked for."""

from engine.domain.errors import NotFound
from engine.domain.unmasking import FieldKind, MaskedField
from engine.handling.case_file.calculation import SUBJECT
from engine.handling.case_file.reading import CaseFile


def masked_field(file: CaseFile, kind: str, subject: str) -> MaskedField:
    """A person's document number, the amounts of an item of a person, or those of the calculation.

    Raises NotFound for anything that is no field of this case: nothing made up gets on record.
    """
    if kind not in set(FieldKind):
        raise NotFound(kind=kind)
    field = MaskedField(FieldKind(kind), subject)
    if not _is_there(file, field):
        raise NotFound(case=file.case.id)
    return field


def place_of(file: CaseFile, field: MaskedField) -> tuple[str, str]:
    """Person and department of an item's amounts."""
    ref, _, code = field.subject.partition(".")
    item = file.platform.catalogue.items[code]
    return ref, item.department


def _is_there(file: CaseFile, field: MaskedField) -> bool:
    if field.kind is FieldKind.ID_NUMBER:
        return any(person.ref == field.subject for person in file.commission.household.persons)
    ref, _, item = field.subject.partition(".")
    is_asked = any([ref, item] == row[:2] for query in file.queries for row in query.rows)
    return field.subject == SUBJECT or is_asked
