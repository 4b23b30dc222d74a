"""/cases/<id>/documents/<digest>: a file of the case, on record before it is handed out."""

import io

from flask import Response, send_file
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.handling.case_file.papers import (
    OpenedPaper,
    content_of,
    document_to_open,
    packages_with,
    record_opening,
)
from web.hall import hall
from web.handling.case_file.room import blueprint
from web.policies import admits, person, with_right

SHOWN_IN_BROWSER = ("application/pdf", "image/jpeg", "image/png")


@blueprint.get("/<int:case_id>/documents/<string(length=64):digest>")
@admits(with_right(Right.READ_CASES))
def show_document(case_id: int, digest: str) -> ResponseReturnValue:
    platform, database = hall().platform, hall().database
    with database.reading() as session:
        document = document_to_open(session, case_id, digest)
        packages = packages_with(session, document)
    paper = content_of(platform, document, packages)
    with database.transaction() as session:
        record_opening(session, document, person(), platform.clock.now())
    return _sent(paper)


def _sent(paper: OpenedPaper) -> Response:
    """What a browser would not show by itself is saved; `nosniff` is on every answer of the house."""
    return send_file(
        io.BytesIO(paper.content),
        paper.media_type,
        as_attachment=paper.media_type not in SHOWN_IN_BROWSER,
        download_name=paper.name,
    )
