"""/public/report: whether a report is one of ours and still holds, for anybody who has it in hand.

Nothing is changed for a visitor and nobody is known here, so there is no session, no cookie and no secret in
the form. What was typed is answered at once and not sent on to an address: there it would stay in the history
of the browser. The code in a QR code is in an address all the same; nothing of ours logs addresses.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.errors import RuleViolation
from engine.domain.report_check import code_typed
from engine.domain.sign_in import TooManyAttempts
from engine.handling.report_check import (
    CheckedReport,
    ReportNotFound,
    TooManyChecks,
    TooManyFiles,
    check_by_code,
    check_file,
    count_file,
)
from engine.ports import Genuineness
from web.accounts import cookies
from web.accounts.cookies import Cookie, attempt
from web.errors import status_of
from web.hall import hall
from web.language import say
from web.navigation import own_path
from web.public.upload import (
    MULTIPART,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    one_at_a_time,
    read_upload,
)
from web.security import Guard, guarded

blueprint = Blueprint("public", __name__, url_prefix="/public")
LONGEST_TYPED = 80
# Shown again when it may be a number: an address must not make our page say what somebody else wants.
LIKE_A_NUMBER = re.compile(r"[0-9A-Za-z第号 ]{1,40}")


class NumberMissing(RuleViolation):
    """请填写核对报告编号"""


class CodeMissing(RuleViolation):
    """请填写验真码"""


@dataclass(frozen=True)
class Problem:
    """What is wrong with which field."""

    field: str
    message: str


# Which field it is told at: first what is wrong with the form itself (400), then the rest.
PROBLEMS: Mapping[type[RuleViolation], str] = {
    NumberMissing: "number",
    CodeMissing: "code",
    FileMissing: "file",
    FileTooLarge: "file",
    FileUnreadable: "file",
}
REFUSALS: Mapping[type[RuleViolation], str] = {
    ReportNotFound: "number",
    TooManyChecks: "number",
    TooManyFiles: "file",
}
TOLD = (*PROBLEMS, *REFUSALS)


@blueprint.after_request
def _keep_out_of_indexes(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get("/report")
@guarded(Guard.PUBLIC)
def show_report() -> ResponseReturnValue:
    """The empty page, or at once the answer to what a QR code says."""
    number, code = request.args.get("number", ""), request.args.get("code", "")
    return _answer(number, code) if number or code else _page("form", problems=(), number="")


@blueprint.post("/report")
@guarded(Guard.PUBLIC)
def take_report() -> ResponseReturnValue:
    if request.mimetype == MULTIPART:
        return _answer_to_file()
    return _answer(request.form.get("number", ""), request.form.get("code", ""))


@blueprint.post("/language/<any('zh-CN', 'en'):code>")
@guarded(Guard.PUBLIC)
def choose_language(code: str) -> ResponseReturnValue:
    """The one cookie here, because somebody wants it. Nothing is lost when another site sends this."""
    wanted, check_page = own_path(request.form.get("next", "")) or "", url_for(".show_report")
    is_of_here = wanted.startswith(f"{check_page}?")
    response = make_response(redirect(wanted if is_of_here else check_page, 303))
    cookies.write(response, Cookie.LANGUAGE, code)
    return response


def _answer(number: str, code: str) -> ResponseReturnValue:
    try:
        report = _checked(number, code)
    except TOLD as refusal:
        return _refused(refusal, number)
    return _page("answer", report=report, code=code_typed(code))


def _answer_to_file() -> ResponseReturnValue:
    """By itself, or held against the report of the answer the form stood under."""
    number, report = "", None
    try:
        with one_at_a_time():
            count_file(hall().database.transaction, hall().platform, attempt().address)
            upload = read_upload()
            number = upload.number
            if number or upload.code:
                report = _checked(number, upload.code)
            checked = check_file(
                hall().database.transaction, hall().platform, upload.content, attempt().address
            )
        if checked.genuineness is Genuineness.UNREADABLE:
            raise FileUnreadable
    except TOLD as refusal:
        return _refused(refusal, number)
    return _page("file_answer", checked=checked, expected=report)


def _checked(number: str, code: str) -> CheckedReport:
    """What is left empty is no attempt."""
    if not number.strip():
        raise NumberMissing
    if not code.strip():
        raise CodeMissing
    platform, transaction = hall().platform, hall().database.transaction
    return check_by_code(
        transaction, platform, number[:LONGEST_TYPED], code[:LONGEST_TYPED], attempt().address
    )


def _refused(refusal: RuleViolation, number: str) -> Response:
    """The form again. The same answer for whatever did not fit, but for the number the visitor has typed."""
    kind, message = type(refusal), say(refusal.message())
    field = PROBLEMS.get(kind) or REFUSALS[kind]
    if isinstance(refusal, TooManyAttempts):
        message += say("（{seconds} 秒后）", seconds=refusal.facts["seconds"])
    shown = number if LIKE_A_NUMBER.fullmatch(number) else ""
    response = make_response(_page("form", problems=(Problem(field, message),), number=shown))
    response.status_code = 400 if kind in PROBLEMS else status_of(kind)
    if isinstance(refusal, TooManyAttempts):
        response.headers["Retry-After"] = str(refusal.facts["seconds"])
    return response


def _page(name: str, **values: object) -> str:
    platform = hall().platform
    return render_template(
        f"public/{name}.html", centre=platform.organisation.name, now=platform.clock.now(), **values
    )
