"""/papers: forms to hand out and samples of all papers; /cases/<id>/papers/<key>: a paper of a case."""

import io

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.handling.papers import (
    PrintedPaper,
    blank_form,
    paper_kinds,
    paper_of_case,
    print_paper,
    record_printing,
    sample_of,
)
from web.hall import hall
from web.policies import SIGNED_IN, admits, person, with_right

blueprint = Blueprint("papers", __name__)
PDF = "application/pdf"


@blueprint.get("/papers")
@admits(SIGNED_IN)
def show() -> ResponseReturnValue:
    platform = hall().platform
    services = platform.catalogue.services.values()
    return render_template("papers/papers.html", papers=paper_kinds(platform), services=services)


@blueprint.get("/papers/<key>.pdf")
@admits(SIGNED_IN)
def show_form(key: str) -> ResponseReturnValue:
    """Without a service when none is named."""
    platform = hall().platform
    return _shown(print_paper(platform, blank_form(platform, key, request.args.get("service") or None)))


@blueprint.get("/papers/<key>/preview")
@admits(SIGNED_IN)
def show_preview(key: str) -> ResponseReturnValue:
    return _shown(print_paper(hall().platform, sample_of(hall().platform, key)))


@blueprint.get("/cases/<int:case_id>/papers/<paper_key>")
@admits(with_right(Right.READ_CASES))
def show_paper(case_id: int, paper_key: str) -> ResponseReturnValue:
    """On record before it is printed, and printed outside of any transaction."""
    platform, database = hall().platform, hall().database
    with database.reading() as session:
        paper = paper_of_case(session, platform, case_id, paper_key, request.args.get("no", type=int))
    with database.transaction() as session:
        record_printing(session, paper, person().name, platform.clock.now())
    return _shown(print_paper(platform, paper))


def _shown(paper: PrintedPaper) -> Response:
    return send_file(io.BytesIO(paper.content), PDF, download_name=paper.name)
