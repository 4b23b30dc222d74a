"""/registrations: papers brought to the desk are filled in, looked over, registered, acknowledged."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.domain.materials import Defect
from engine.form_definitions import FieldProblem
from engine.handling.form_work.acknowledgement import CHANNELS, acknowledgement_of
from engine.handling.form_work.checking import FormNotInOrder, Ready, make_ready
from engine.handling.form_work.drafting import Draft, Filled, drop_draft, new_subject
from engine.handling.form_work.opening import Sheet
from engine.handling.form_work.registrations import REGISTRATIONS, examine, open_registration, register
from web.forms.blocks import FormPage
from web.forms.drawing import Showing
from web.hall import hall
from web.handling.form_desk import (
    HandedIn,
    allow_files,
    drawn_again,
    drawn_draft,
    hand_in,
    keep,
    kept_for_later,
    said,
)
from web.language import current_language, say
from web.navigation import me
from web.policies import admits, person, with_right

blueprint = Blueprint("registrations", __name__, url_prefix="/registrations")
blueprint.url_value_preprocessor(allow_files)
PAPER = f"<any({', '.join(REGISTRATIONS)}):paper>"


@blueprint.context_processor
def papers() -> dict[str, object]:
    """Those this person may register; errors are shown to anybody."""
    someone = me()
    lanes = frozenset() if someone is None else someone.lanes
    return {"papers": [name for name, paper in REGISTRATIONS.items() if paper.post in lanes]}


@blueprint.get("/submission")
@admits(with_right(Right.READ_CASES))
def show_submission() -> ResponseReturnValue:
    return _show("submission")


@blueprint.post("/submission")
@admits(with_right(Right.READ_CASES))
def send_submission() -> ResponseReturnValue:
    return _send("submission")


@blueprint.get("/recheck")
@admits(with_right(Right.READ_CASES))
def show_recheck() -> ResponseReturnValue:
    return _show("recheck")


@blueprint.post("/recheck")
@admits(with_right(Right.READ_CASES))
def send_recheck() -> ResponseReturnValue:
    return _send("recheck")


@blueprint.get("/peer")
@admits(with_right(Right.READ_CASES))
def show_peer() -> ResponseReturnValue:
    return _show("peer")


@blueprint.post("/peer")
@admits(with_right(Right.READ_CASES))
def send_peer() -> ResponseReturnValue:
    return _send("peer")


@blueprint.post(f"/{PAPER}/draft")
@admits(with_right(Right.READ_CASES))
def keep_draft(paper: str) -> ResponseReturnValue:
    back = url_for(f".show_{paper}")
    return kept_for_later(_subject(paper), _sheet(paper), lambda: _showing(paper), back)


@blueprint.post(f"/{PAPER}/clear")
@admits(with_right(Right.READ_CASES))
def clear(paper: str) -> ResponseReturnValue:
    _sheet(paper)
    with hall().database.transaction() as session:
        drop_draft(session, person().name, _subject(paper))
    flash(say("草稿已清除"))
    return redirect(url_for(f".show_{paper}"), 303)


@blueprint.get(f"/{PAPER}/check")
@admits(with_right(Right.READ_CASES))
def show_check(paper: str) -> ResponseReturnValue:
    sheet = _sheet(paper)
    if sheet.draft is None:
        return redirect(url_for(f".show_{paper}"), 303)
    try:
        ready, defects = _examined(paper, sheet, _filled(sheet.draft))
    except FormNotInOrder as refusal:
        return _refused(paper, sheet, refusal)
    page = drawn_draft(
        sheet.form,
        replace(sheet.draft, values=ready.values),
        replace(_showing(paper), is_result=True, leaves_out=True),
    )
    return render_template(
        "registrations/check.html", paper=paper, page=page, draft=sheet.draft, defects=defects
    )


@blueprint.post(f"/{PAPER}/check")
@admits(with_right(Right.READ_CASES))
def confirm(paper: str) -> ResponseReturnValue:
    """What was looked over is registered: the draft, as it was then."""
    sheet = _sheet(paper)
    if sheet.draft is None:
        flash(say("没有等待登记的内容，可能已经登记"))
        return redirect(url_for("inbox.show"), 303)
    if request.form.get("seen") != sheet.draft.saved_at.isoformat():
        flash(say("草稿刚刚有变动，请再次核对"))
        return redirect(url_for(".show_check", paper=paper), 303)
    try:
        case_id = _register(paper, sheet, _filled(sheet.draft))
    except FormNotInOrder as refusal:
        return _refused(paper, sheet, refusal)
    return _after(paper, case_id)


@blueprint.get("/acknowledgements/<int:case_id>")
@admits(with_right(Right.READ_CASES))
def show_acknowledgement(case_id: int) -> ResponseReturnValue:
    with hall().database.reading() as session:
        acknowledgement = acknowledgement_of(session, hall().platform, case_id)
    organisation = hall().platform.organisation
    return render_template(
        "registrations/acknowledgement.html", paper=acknowledgement, organisation=organisation
    )


def _show(paper: str) -> ResponseReturnValue:
    sheet = _sheet(paper)
    return _page(paper, sheet, drawn_draft(sheet.form, sheet.draft, _showing(paper)))


def _send(paper: str) -> ResponseReturnValue:
    """In order: on to the page where it is looked over once more."""
    sheet = _sheet(paper)
    handed = hand_in(sheet.form, sheet.draft)
    keep(_subject(paper), sheet.form, handed.filled)
    if handed.is_edit or handed.problems:
        return _again(paper, sheet, handed)
    try:
        _examined(paper, sheet, handed.filled)
    except FormNotInOrder as refusal:
        return _again(paper, sheet, handed, *refusal.problems)
    return redirect(url_for(".show_check", paper=paper), 303)


def _sheet(paper: str) -> Sheet:
    with hall().database.reading() as session:
        return open_registration(session, hall().platform, paper, person())


def _examined(paper: str, sheet: Sheet, filled: Filled) -> tuple[Ready, tuple[Defect, ...]]:
    """Raises FormNotInOrder."""
    platform = hall().platform
    ready = make_ready(platform, sheet.form, filled, current_language())
    with hall().database.reading() as session:
        return ready, examine(session, platform, paper, person().name, ready)


def _register(paper: str, sheet: Sheet, filled: Filled) -> int:
    platform = hall().platform
    ready = make_ready(platform, sheet.form, filled, current_language())
    with hall().database.transaction() as session:
        case_id = register(session, platform, paper, person().name, ready).id
    platform.wake_up.wake()
    return case_id


def _after(paper: str, case_id: int) -> ResponseReturnValue:
    """A re-check stays in its case; the others are new ones, of which the courier gets an acknowledgement."""
    if paper in CHANNELS.values():
        return redirect(url_for(".show_acknowledgement", case_id=case_id), 303)
    flash(say("复核申请已登记"))
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _subject(paper: str) -> str:
    return new_subject(REGISTRATIONS[paper].form)


def _filled(draft: Draft) -> Filled:
    return Filled(draft.values, draft.file_names)


def _showing(paper: str) -> Showing:
    return Showing(current_language(), redraw_at=url_for(".keep_draft", paper=paper))


def _again(paper: str, sheet: Sheet, handed: HandedIn, *problems: FieldProblem) -> ResponseReturnValue:
    page = drawn_again(sheet.form, handed, _showing(paper), problems)
    return _page(paper, sheet, page), 400 if page.errors else 200


def _refused(paper: str, sheet: Sheet, refusal: FormNotInOrder) -> ResponseReturnValue:
    """The draft with what is wrong with it, which may have become wrong since it was looked over."""
    page = drawn_draft(sheet.form, sheet.draft, replace(_showing(paper), problems=said(refusal.problems)))
    return _page(paper, sheet, page), 400


def _page(paper: str, sheet: Sheet, page: FormPage) -> str:
    return render_template("registrations/form.html", paper=paper, page=page, draft=sheet.draft)
