"""The plain list of what waits for people: open tasks by post, and incidents."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine.supervision.waiting import incidents, waiting_tasks
from web.hall import hall
from web.security import Guard, guarded

blueprint = Blueprint("waiting", __name__)


@blueprint.get("/")
@guarded(Guard.LOCAL)
def show_waiting() -> ResponseReturnValue:
    with hall().database.reading() as session:
        tasks, stuck = waiting_tasks(session), incidents(session)
    services = hall().platform.catalogue.services
    return render_template("waiting.html", tasks=tasks, incidents=stuck, services=services)
