"""A masked value in full: the reason is recorded first, and the page with the value is this one answer."""

from collections.abc import Mapping
from functools import partial

from flask import request
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.domain.unmasking import FieldKind, MaskedField, Reason, ReasonCode, ReasonMissingForUnmasking
from engine.handling.case_file.calculation import calculation_of
from engine.handling.case_file.masked import masked_field, place_of
from engine.handling.case_file.overview import overview_of
from engine.handling.case_file.reading import CaseFile, read_case_file
from engine.handling.unmasking import unmask as record_unmasking
from web.hall import hall
from web.handling.case_file.pages import sources
from web.handling.case_file.room import Page, blueprint, opened
from web.policies import admits, person, with_right


@blueprint.post("/<int:case_id>/unmask")
@admits(with_right(Right.READ_CASES))
def unmask(case_id: int) -> ResponseReturnValue:
    field = _field(case_id)
    try:
        _record(case_id, field, _reason())
    except ReasonMissingForUnmasking as refusal:
        content = partial(_content, field=field, is_shown=False)
        problem = {"problem": refusal.message(), "problem_field": field, "typed": request.form}
        return opened(case_id, _page(field), lambda file: {**content(file), **problem}), 400
    return opened(case_id, _page(field), partial(_content, field=field, is_shown=True))


def _field(case_id: int) -> MaskedField:
    with hall().database.reading() as session:
        file = read_case_file(session, hall().platform, case_id)
        return masked_field(file, request.form.get("kind", ""), request.form.get("subject", ""))


def _reason() -> Reason:
    """Raises ReasonMissingForUnmasking."""
    code = request.form.get("reason", "")
    if code not in set(ReasonCode):
        raise ReasonMissingForUnmasking
    return Reason(ReasonCode(code), request.form.get("words", ""))


def _record(case_id: int, field: MaskedField, reason: Reason) -> None:
    now, vault = hall().platform.clock.now(), hall().platform.vault
    with hall().database.transaction() as session:
        record_unmasking(session, vault, person(), case_id, field, reason, now)


def _page(field: MaskedField) -> Page:
    if field.kind is FieldKind.ID_NUMBER:
        return Page.OVERVIEW
    return Page.SOURCES if "." in field.subject else Page.CALCULATION


def _content(file: CaseFile, field: MaskedField, is_shown: bool) -> Mapping[str, object]:
    shown = field.subject if is_shown else None
    if field.kind is FieldKind.ID_NUMBER:
        return {"overview": overview_of(file, shown)}
    if "." in field.subject:
        ref, department = place_of(file, field)
        return sources(file, ref, department, shown)
    return {"calculation": calculation_of(file, is_shown=is_shown)}
