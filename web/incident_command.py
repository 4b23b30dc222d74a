"""`hedui incident …`: what a person decides about an incident; `hedui doctor` lists them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from sqlalchemy.orm import Session

from engine.domain.posts import POSTS
from engine.handling.pinning import pinned_definition
from engine.supervision.retrying import retry_incident, send_back
from engine.supervision.skipping import skip_incident
from engine.supervision.waiting import KINDS
from web.command_hall import command_hall
from web.hall import Hall

Command = Callable[..., Any]


def _about(command: Command) -> Command:
    """Which incident, who decides, and why."""
    for mark in (
        click.option("--reason", required=True, help="kept on record"),
        click.option("--who", required=True, help="staff number of the person who decides"),
        click.argument("incident_id", type=int),
        click.argument("kind", type=click.Choice(KINDS)),
    ):
        command = mark(command)
    return command


@contextmanager
def _deciding() -> Iterator[tuple[Session, Hall]]:
    """One transaction, then the bell."""
    with command_hall() as room:
        with room.database.transaction() as session:
            yield session, room
        room.platform.wake_up.wake()


@click.group()
def incident() -> None:
    """Decide about incidents (异常件)."""


@incident.command()
@_about
def retry(kind: str, incident_id: int, who: str, reason: str) -> None:
    """Set it going again: the attempts start anew."""
    with _deciding() as (session, room):
        retry_incident(session, kind, incident_id, who, room.platform.clock.now(), reason)


@incident.command()
@_about
def skip(kind: str, incident_id: int, who: str, reason: str) -> None:
    """Give the work up: the case goes on the way its diagram has for that, if it has one."""
    with _deciding() as (session, room):
        skip_incident(session, room.platform, pinned_definition, kind, incident_id, who, reason)


@incident.command(name="send-back")
@_about
@click.option("--post", required=True, type=click.Choice(POSTS))
def send_back_to_post(kind: str, incident_id: int, who: str, reason: str, post: str) -> None:
    """Hand it back to a post: it stays stopped and on the list until that post decides."""
    with _deciding() as (session, room):
        send_back(session, kind, incident_id, post, who, room.platform.clock.now(), reason)
