"""/tasks/<id>: somebody works on a task: fills in its form, keeps a draft, sends it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.form_definitions import FieldProblem
from engine.handling.claiming import Seen, TaskChanged
from engine.handling.form_work.checking import FormNotInOrder, make_ready
from engine.handling.form_work.drafting import task_subject
from engine.handling.form_work.opening import OpenTask, Sheet, open_task, sheet_of
from engine.handling.form_work.opinions import Opinion
from engine.handling.form_work.sending import send_task
from web.errors import code_of
from web.forms.blocks import FormPage
from web.forms.drawing import Showing, draw_form
from web.hall import hall
from web.handling.form_desk import (
    HandedIn,
    allow_files,
    drawn_again,
    drawn_draft,
    hand_in,
    keep,
    kept_for_later,
)
from web.language import current_language, say
from web.policies import admits, person, with_right

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")
blueprint.url_value_preprocessor(allow_files)


@blueprint.get("/<int:task_id>")
@admits(with_right(Right.READ_CASES))
def show(task_id: int) -> ResponseReturnValue:
    work = _opened(task_id)
    return _page(work, drawn_draft(work.form, work.draft, _showing(work)))


@blueprint.post("/<int:task_id>")
@admits(with_right(Right.READ_CASES))
def send(task_id: int) -> ResponseReturnValue:
    sheet = _sheet(task_id)
    handed = hand_in(sheet.form, sheet.draft)
    if handed.is_edit or handed.problems:
        return _again(task_id, sheet, handed)
    try:
        _send(task_id, sheet, handed)
    except FormNotInOrder as refusal:
        return _again(task_id, sheet, handed, *refusal.problems)
    except TaskChanged as refusal:
        return _again(task_id, sheet, handed, FieldProblem(code_of(TaskChanged), "", say(refusal.message())))
    flash(say("已提交，流程进入下一环节"))
    return redirect(url_for("inbox.show"), 303)


@blueprint.post("/<int:task_id>/draft")
@admits(with_right(Right.READ_CASES))
def keep_draft(task_id: int) -> ResponseReturnValue:
    back = url_for(".show", task_id=task_id)
    return kept_for_later(task_subject(task_id), _sheet(task_id), lambda: _showing(_opened(task_id)), back)


def _send(task_id: int, sheet: Sheet, handed: HandedIn) -> None:
    platform = hall().platform
    ready = make_ready(platform, sheet.form, handed.filled, current_language())
    seen = Seen(task_id, request.form.get("_version", -1, int))
    with hall().database.transaction() as session:
        send_task(session, platform, seen, person().name, ready)
    platform.wake_up.wake()


def _again(task_id: int, sheet: Sheet, handed: HandedIn, *problems: FieldProblem) -> ResponseReturnValue:
    """The page with what was typed, which is a draft now."""
    keep(task_subject(task_id), sheet.form, handed.filled)
    work = _opened(task_id)
    page = drawn_again(work.form, handed, _showing(work), problems)
    return _page(work, page), 400 if page.errors else 200


def _sheet(task_id: int) -> Sheet:
    with hall().database.reading() as session:
        return sheet_of(session, hall().platform, task_id, person())


def _opened(task_id: int) -> OpenTask:
    with hall().database.reading() as session:
        return open_task(session, hall().platform, task_id, person())


def _showing(work: OpenTask) -> Showing:
    redraw_at = url_for(".keep_draft", task_id=work.line.task.id)
    return Showing(current_language(), facts=work.facts, redraw_at=redraw_at)


def _page(work: OpenTask, page: FormPage) -> str:
    opinions = [(opinion, _answers(opinion)) for opinion in work.opinions]
    done = None if work.done is None else _answers(work.done)
    service = hall().platform.catalogue.services[work.line.task.service]
    return render_template(
        "tasks/task.html", work=work, page=page, opinions=opinions, done=done, service=service
    )


def _answers(opinion: Opinion) -> FormPage | None:
    if opinion.form is None:
        return None
    return draw_form(opinion.form, opinion.answers, Showing(current_language(), is_result=True))
