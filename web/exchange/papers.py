"""GET /v1/commissions/<no>/papers and /<key>: the papers a unit may print of its own commissions."""

import io

from flask import Blueprint, Response, g, jsonify, request, send_file, url_for

from engine.handling.papers import list_papers_of_unit, paper_of_unit, print_paper, record_printing
from web.hall import hall
from web.security import Guard, guarded

blueprint = Blueprint("unit_papers", __name__, url_prefix="/v1/commissions")
PDF = "application/pdf"


@blueprint.get("/<commission_number:commission_no>/papers")
@guarded(Guard.UNIT)
def show_papers(commission_no: str) -> Response:
    with hall().database.reading() as session:
        papers = list_papers_of_unit(session, hall().platform, g.unit.code, commission_no)
    return jsonify(
        {
            "papers": [
                {
                    "key": paper.key,
                    "title": paper.title,
                    "number": paper.number,
                    "at": paper.at.isoformat(),
                    "path": url_for(
                        "unit_papers.show_paper",
                        commission_no=commission_no,
                        key=paper.key,
                        no=paper.ordinal,
                    ),
                }
                for paper in papers
            ]
        }
    )


@blueprint.get("/<commission_number:commission_no>/papers/<key>")
@guarded(Guard.UNIT)
def show_paper(commission_no: str, key: str) -> Response:
    """On record before it is printed, and printed outside of any transaction."""
    platform, database, code = hall().platform, hall().database, g.unit.code
    ordinal = request.args.get("no", type=int)
    with database.reading() as session:
        paper = paper_of_unit(session, platform, code, commission_no, key, ordinal)
    with database.transaction() as session:
        record_printing(session, paper, f"unit:{code}", platform.clock.now())
    printed = print_paper(platform, paper)
    return send_file(io.BytesIO(printed.content), PDF, as_attachment=True, download_name=printed.name)
