"""The sub-pages of a case file, each to be read."""

from collections.abc import Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.handling.case_file.access import access_of, check_log_reader
from engine.handling.case_file.calculation import calculation_of
from engine.handling.case_file.diagram import diagram_of
from engine.handling.case_file.overview import overview_of
from engine.handling.case_file.papers import papers_of
from engine.handling.case_file.reading import CaseFile
from engine.handling.case_file.sources import cell_of, grid_of
from engine.handling.case_file.timeline import timeline_of
from engine.supervision.words import say_cause
from web.handling.case_file.drawing import draw
from web.handling.case_file.live import draw_part
from web.handling.case_file.room import Making, Page, blueprint, opened, read, typed
from web.policies import SIGNED_IN, admits, person, with_right

OLDEST_FIRST = "oldest"


@blueprint.get("/<int:case_id>")
@admits(with_right(Right.READ_CASES))
def show(case_id: int) -> ResponseReturnValue:
    return opened(case_id, Page.OVERVIEW, lambda file: {"overview": overview_of(file)})


@blueprint.get("/<int:case_id>/timeline")
@admits(with_right(Right.READ_CASES))
def show_timeline(case_id: int) -> ResponseReturnValue:
    return opened(case_id, Page.TIMELINE, timeline)


@blueprint.get("/<int:case_id>/diagram")
@admits(with_right(Right.READ_CASES))
def show_diagram(case_id: int) -> ResponseReturnValue:
    instance_id, process_id = request.args.get("instance", type=int), typed("process") or None

    def content(file: CaseFile) -> Mapping[str, object]:
        diagram = diagram_of(file, instance_id, process_id)
        return {"diagram": diagram, "picture": draw(diagram)}

    return opened(case_id, Page.DIAGRAM, content)


@blueprint.get("/<int:case_id>/sources")
@admits(with_right(Right.READ_CASES))
def show_sources(case_id: int) -> ResponseReturnValue:
    ref, department = typed("person"), typed("department")
    return opened(case_id, Page.SOURCES, lambda file: sources(file, ref, department))


@blueprint.get("/<int:case_id>/parts/<any(overview, sources):part>")
@admits(with_right(Right.READ_CASES))
def show_part(case_id: int, part: str) -> ResponseReturnValue:
    """What a page asks for by itself: nothing when it has not changed."""
    make = PART_CONTENT[part]
    frame, content = read(case_id, Page(part), make)
    drawn = draw_part(case_id, part, {"frame": frame, **content}, request.args.get("until", type=int))
    if drawn.again_at is not None and drawn.seen == typed("seen"):
        return "", 204
    return render_template("cases/_live.html", live=drawn)


@blueprint.get("/<int:case_id>/papers")
@admits(with_right(Right.READ_CASES))
def show_papers(case_id: int) -> ResponseReturnValue:
    return opened(case_id, Page.PAPERS, lambda file: {"papers": papers_of(file)})


@blueprint.get("/<int:case_id>/calculation")
@admits(with_right(Right.READ_CASES))
def show_calculation(case_id: int) -> ResponseReturnValue:
    return opened(case_id, Page.CALCULATION, lambda file: {"calculation": calculation_of(file)})


@blueprint.get("/<int:case_id>/access")
@admits(SIGNED_IN)
def show_access(case_id: int) -> ResponseReturnValue:
    """For holders of READ_AUDIT and for who works on the case: the door decides."""
    check_log_reader(person())
    return opened(case_id, Page.ACCESS, lambda file: {"accesses": access_of(file, person())})


def timeline(file: CaseFile) -> Mapping[str, object]:
    newest_first = typed("order") != OLDEST_FIRST
    days = timeline_of(file, newest_first=newest_first)
    return {"days": days, "newest_first": newest_first, "say_cause": say_cause}


def sources(file: CaseFile, ref: str, department: str, shown: str | None = None) -> Mapping[str, object]:
    cell = cell_of(file, ref, department, shown) if ref and department else None
    return {"grid": grid_of(file), "cell": cell, "chosen": (ref, department)}


PART_CONTENT: Mapping[str, Making] = {
    "overview": lambda file: {"overview": overview_of(file)},
    "sources": lambda file: {"grid": grid_of(file)},
}
