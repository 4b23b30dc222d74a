"""Errors to answers: one table from error class to status, one body for units, one page for staff."""

import logging
import re

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from engine.configuration import attempts, signing_in
from engine.domain import authority, errors, sign_in
from engine.handling.report_care import handing_out
from web.hall import hall

log = logging.getLogger(__name__)


class NotAuthenticated(errors.RuleViolation):
    """身份令牌缺失、无效或者已过期"""


class Forbidden(errors.RuleViolation):
    """无权访问"""


class MalformedRequest(errors.RuleViolation):
    """请求不是有效的 JSON 对象"""


class RequestInvalid(errors.RuleViolation):
    """请求内容不符合接口要求"""


STATUS: dict[type[errors.RuleViolation], int] = {
    NotAuthenticated: 401,
    Forbidden: 403,
    attempts.SignInRefused: 401,
    signing_in.SessionOver: 401,
    authority.NotAuthorised: 403,
    sign_in.TooManyAttempts: 429,
    errors.NotFound: 404,
    MalformedRequest: 400,
    RequestInvalid: 400,
    errors.MaterialsIncomplete: 422,
    handing_out.DownloadEnded: 410,
    errors.RuleViolation: 409,
}
HTTP_MESSAGES = {
    404: "没有这个地址",
    405: "该地址不支持这种请求方法",
    413: "请求内容过大",
    415: "请求的内容类型应当是 application/json",
}


def init_app(app: Flask) -> None:
    app.register_error_handler(errors.RuleViolation, _rule_violation)
    app.register_error_handler(HTTPException, _http_error)
    for away in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(away, _database_away)
    app.register_error_handler(Exception, _unexpected)


def status_of(kind: type[errors.RuleViolation]) -> int:
    return next(STATUS[base] for base in kind.__mro__ if base in STATUS)


def code_of(kind: type[errors.RuleViolation]) -> str:
    """ReviewerMustDiffer -> reviewer_must_differ; part of the API, never reused."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _rule_violation(error: errors.RuleViolation) -> tuple[Response | str, int]:
    listed = error.facts.get("problems") or error.facts.get("defects")
    if isinstance(listed, tuple):
        problems = [
            {"code": p.code, "field": p.field, "clause": getattr(p, "clause", None), "message": p.reason}
            for p in listed
        ]
    else:
        problems = [_problem(code_of(type(error)), error.message())]
    return _answer(problems, status_of(type(error)))


def _http_error(error: HTTPException) -> tuple[Response | str, int]:
    status = error.code or 500
    message = HTTP_MESSAGES.get(status, "请求不能处理")
    return _answer([_problem(f"http_{status}", message)], status)


def _database_away(error: SQLAlchemyError) -> tuple[Response | str, int]:
    log.error("database_unavailable error=%s", type(error).__name__)
    return _answer([_problem("unavailable", "系统暂时不可用，请稍后重试")], 503)


def _unexpected(error: Exception) -> tuple[Response | str, int]:
    """The outer door: the class and the place go to the log, never the message, which may hold anything."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last is not None else "?"
    log.error("unexpected_error error=%s endpoint=%s place=%s", type(error).__name__, request.endpoint, place)
    return _answer([_problem("internal", "系统内部错误，已经记录")], 500)


def _problem(code: str, message: str) -> dict[str, object]:
    return {"code": code, "message": message, "field": None, "clause": None}


def _answer(problems: list[dict[str, object]], status: int) -> tuple[Response | str, int]:
    if request.path.startswith("/v1/"):
        return jsonify({"errors": problems}), status
    if request.path.startswith("/public/"):
        centre = hall().platform.organisation.name
        return render_template("public/error.html", problems=problems, status=status, centre=centre), status
    return render_template("error.html", problems=problems, status=status), status
