"""A form on a page: what comes with it is read, kept as a draft, and drawn again."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.report_number import SHANGHAI
from engine.form_definitions import FieldProblem, FormDefinition
from engine.handling.form_work.drafting import Draft, Filled, keep_draft
from engine.handling.form_work.opening import Sheet
from web.forms.blocks import FormPage
from web.forms.drawing import Showing, draw_form
from web.forms.posted import MOST_PAIRS, read_posted
from web.forms.uploads import MOST_FILES, Upload, take_uploads
from web.hall import hall
from web.language import current_language, say
from web.policies import person

LARGEST_POST = 250_000_000  # a dozen of the largest files
LARGEST_FIELDS = 8_000_000
DATED_TODAY = ("received_on", "returned_on")  # mostly written down on the day it happens


@dataclass(frozen=True)
class HandedIn:
    """`is_edit`: a row was added or removed, so nothing is checked. `problems`: what could not be taken."""

    filled: Filled
    problems: tuple[FieldProblem, ...] = ()
    is_edit: bool = False
    focus: str | None = None
    unseen: frozenset[str] = field(default=frozenset(), repr=False)


def allow_files(endpoint: str | None, values: Mapping[str, object] | None) -> None:
    """A url_value_preprocessor: it comes before anybody reads the body, and only these rooms take so much."""
    request.max_content_length = LARGEST_POST
    request.max_form_memory_size = LARGEST_FIELDS
    request.max_form_parts = MOST_PAIRS + MOST_FILES


def hand_in(form: FormDefinition, draft: Draft | None) -> HandedIn:
    """Files are cleaned and stored first: they stay with the draft, whatever else is wrong."""
    language, stored = current_language(), {} if draft is None else draft.values
    documents, clean = hall().platform.documents, hall().clean
    taken = take_uploads(form, _uploads(), clean, documents.put, language)
    posted = read_posted(form, [*request.form.items(multi=True), *taken.pairs], stored, language)
    names = {**({} if draft is None else draft.file_names), **taken.file_names}
    return HandedIn(
        Filled(posted.values or stored, names),
        (*posted.problems, *taken.problems),
        posted.changed_list is not None,
        posted.focus,
        posted.unseen,
    )


def _uploads() -> Iterator[Upload]:
    """One after the other, so that they are not all in memory at once."""
    for name, file in request.files.items(multi=True):
        if file.filename:
            yield Upload(name, file.filename, file.read())


def keep(subject: str, form: FormDefinition, filled: Filled) -> datetime:
    with hall().database.transaction() as session:
        return keep_draft(session, hall().platform, person().name, subject, form, filled)


def kept_for_later(
    subject: str, sheet: Sheet, showing: Callable[[], Showing], back: str
) -> ResponseReturnValue:
    """What was typed is a draft now. A script gets the time of it, or the form drawn again; else `back`."""
    handed = hand_in(sheet.form, sheet.draft)
    kept_at = keep(subject, sheet.form, handed.filled)
    if "_autosave" in request.form:
        return render_template("forms/kept.html", kept_at=kept_at)
    if is_by_script():
        return render_template("forms/parts.html", page=drawn_again(sheet.form, handed, showing()))
    flash(say("草稿已保存"))
    return redirect(back, 303)


def drawn_draft(form: FormDefinition, draft: Draft | None, showing: Showing) -> FormPage:
    """As somebody left it; what is sensitive in it is masked. A new one is dated today."""
    if draft is None:
        today = hall().platform.clock.now().astimezone(SHANGHAI).date()
        return draw_form(form, dict.fromkeys(DATED_TODAY, today.isoformat()), showing)
    return draw_form(form, draft.values, replace(showing, file_names=draft.file_names))


def drawn_again(
    form: FormDefinition, handed: HandedIn, showing: Showing, problems: tuple[FieldProblem, ...] = ()
) -> FormPage:
    """What the same person has just typed, with what is wrong with it."""
    showing = replace(
        showing,
        problems=said(problems or handed.problems),
        file_names=handed.filled.file_names,
        unmasked=True,
        unseen=handed.unseen,
        leaves_out=is_by_script(),
        focus=handed.focus,
    )
    return draw_form(form, handed.filled.values, showing)


def said(problems: tuple[FieldProblem, ...]) -> tuple[FieldProblem, ...]:
    """In the language of this page; what the form says itself is in it already."""
    return tuple(replace(problem, reason=say(problem.reason)) for problem in problems)


def is_by_script() -> bool:
    return "HX-Request" in request.headers
