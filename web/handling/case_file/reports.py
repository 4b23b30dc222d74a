"""/cases/<id>/reports: the reports of a case, printed, copied and voided by those who may."""

import io
from collections.abc import Callable, Mapping

from flask import flash, request, send_file
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.domain.errors import RuleViolation
from engine.domain.report_care import (
    CHOSEN,
    MOST_PRINTED,
    CareReasonMissing,
    PrintsNotCounted,
    VoidReasonUnknown,
    checked_count,
    checked_words,
    voiding_of,
)
from engine.handling.case_file.reading import CaseFile
from engine.handling.report_care.copying import request_copy
from engine.handling.report_care.handing_out import file_to_print, read_held, register_printing
from engine.handling.report_care.register import reports_page
from engine.handling.report_care.standing import find_report
from engine.handling.report_care.voiding import propose_voiding
from web.accounts.pages import go
from web.hall import hall
from web.handling.case_file.room import Page, blueprint, opened
from web.language import say
from web.policies import admits, person, with_right

FORM_FAULTS = (CareReasonMissing, VoidReasonUnknown, PrintsNotCounted)
ONE = "/<int:case_id>/reports/<int:report_id>"


@blueprint.get("/<int:case_id>/reports")
@admits(with_right(Right.READ_CASES))
def show_reports(case_id: int) -> ResponseReturnValue:
    return opened(case_id, Page.REPORTS, _content)


@blueprint.post(f"{ONE}/print")
@admits(with_right(Right.PRINT_REPORT))
def print_report(case_id: int, report_id: int) -> ResponseReturnValue:
    """In the register first, then handed out."""
    with hall().database.reading() as session:
        file = file_to_print(session, person(), case_id, report_id)
    try:
        count, words = checked_count(_typed("count")), checked_words(_typed("words"))
    except FORM_FAULTS as fault:
        return _again(case_id, report_id, "print", fault)
    content = read_held(hall().platform, file)
    with hall().database.transaction() as session:
        register_printing(session, hall().platform, person(), case_id, report_id, count, words)
    return send_file(io.BytesIO(content), "application/pdf", download_name=file.name)


@blueprint.post(f"{ONE}/copy")
@admits(with_right(Right.COPY_REPORT))
def copy_report(case_id: int, report_id: int) -> ResponseReturnValue:
    def act() -> None:
        words = checked_words(_typed("words"))
        with hall().database.transaction() as session:
            request_copy(session, hall().platform, person(), case_id, report_id, words)

    return _acted(case_id, report_id, "copy", act, "已提出加开一份，正在制作")


@blueprint.post(f"{ONE}/void")
@admits(with_right(Right.VOID_REPORT))
def void_report(case_id: int, report_id: int) -> ResponseReturnValue:
    def act() -> None:
        reissue = _typed("reissue") == "yes"
        voiding = voiding_of(_typed("reason"), _typed("words"), reissue=reissue)
        with hall().database.transaction() as session:
            propose_voiding(session, hall().platform, person(), case_id, report_id, voiding)

    return _acted(case_id, report_id, "void", act, "已提出作废，等待督查主任审定")


def _acted(
    case_id: int, report_id: int, form: str, act: Callable[[], None], done: str
) -> ResponseReturnValue:
    """What is not there is not found, however it was asked for."""
    with hall().database.reading() as session:
        find_report(session, case_id, report_id)
    try:
        act()
    except FORM_FAULTS as fault:
        return _again(case_id, report_id, form, fault)
    hall().platform.wake_up.wake()
    flash(say(done))
    return go(".show_reports", case_id=case_id)


def _content(file: CaseFile) -> Mapping[str, object]:
    page = reports_page(file, person())
    return {"page": page, "void_reasons": CHOSEN, "most": MOST_PRINTED, "wrong": None}


def _again(case_id: int, report_id: int, form: str, fault: RuleViolation) -> ResponseReturnValue:
    """The page with the form that was refused, open and as it was filled in."""
    said = {"wrong": (report_id, form), "problem": fault.message(), "typed": request.form}
    return opened(case_id, Page.REPORTS, lambda file: {**_content(file), **said}), 400


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()
