"""The command line: `hedui …`."""

import os
import signal
import sys
import threading
from pathlib import Path

import click

from engine.configuration.units import UnitRegistration, check_callback_url, register_unit
from engine.domain.errors import RuleViolation
from engine.supervision.retrying import retry_incident
from engine.supervision.waiting import incidents, waiting_tasks
from web.accounts_command import account
from web.app import create_app
from web.archive_command import archive
from web.audit_command import audit
from web.command_hall import command_hall
from web.demo.command import demo
from web.diagram_check import check
from web.doctor_command import doctor
from web.environment import SettingError
from web.filters import shown_time
from web.hall import Hall
from web.holidays_command import holidays
from web.incident_command import incident
from web.keys_command import keys
from web.logs import start_logging
from web.remote_worker import work_for_redis
from web.report_command import report
from web.serving import WebServer, leave, open_hall, running_worker
from web.settings import read_settings
from web.standards import REPORT, clause_table, count_states, render_markdown


@click.group()
def cli() -> None:
    """核对 hedui: verification of the economic status of households."""
    start_logging()


cli.add_command(check)
cli.add_command(account)
cli.add_command(demo)
cli.add_command(keys)
cli.add_command(audit)
cli.add_command(doctor)
cli.add_command(incident)
cli.add_command(holidays)
cli.add_command(archive)
cli.add_command(report)


def _open() -> Hall:
    return open_hall(create_app(read_settings(os.environ)))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    _open()
    click.echo("schema is up to date")


@cli.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True)
def serve(bind: str) -> None:
    """Serve the application; without HEDUI_REDIS_URL the worker runs inside."""
    read_settings(os.environ)  # a wrong one is named here, before anything is forked
    click.echo(f"http://{bind}/")
    WebServer(bind).run()


@cli.command()
def worker() -> None:
    """Work until told to stop: woken by Redis when HEDUI_REDIS_URL is set, sweeping the database always."""
    room = _open()
    if room.settings.redis_url is not None:
        work_for_redis(room.settings.redis_url)
        return
    told_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_stop.set())
    with running_worker(room) as working:
        told_to_stop.wait()
    leave(working)


@cli.command(name="waiting")
def show_waiting() -> None:
    """List what waits for people: open tasks and incidents."""
    with command_hall() as room, room.database.reading() as session:
        for task in waiting_tasks(session):
            click.echo(f"task {task.id}  {task.case_no}  {task.post}  {task.name}  {shown_time(task.since)}")
        for incident in incidents(session):
            click.echo(
                f"{incident.kind} {incident.id}  {incident.case_no}  {incident.what}  {incident.code}"
                f"  attempts={incident.attempts}  {shown_time(incident.since)}"
            )


@cli.command()
@click.argument("kind", type=click.Choice(["work", "instance"]))
@click.argument("incident_id", type=int)
@click.option("--who", required=True, help="staff number of the person who decides")
def retry(kind: str, incident_id: int, who: str) -> None:
    """Set an incident going again."""
    room = _open()
    with room.database.transaction() as session:
        retry_incident(session, kind, incident_id, who, room.platform.clock.now())
    room.platform.wake_up.wake()


@cli.group()
def unit() -> None:
    """Commissioning units."""


@unit.command(name="add")
@click.option("--code", required=True)
@click.option("--name", required=True, help="full name, as on its commission letters")
@click.option("--callback-url", required=True, help="https, or this machine")
@click.option("--secrets-file", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="new keys for a unit that is registered already")
def add_unit(code: str, name: str, callback_url: str, secrets_file: Path, replace: bool) -> None:
    """Register a unit. Its key and secrets are made here and written to a file only its owner can read."""
    room = _open()
    registration = UnitRegistration.with_new_secrets(code, name, callback_url)
    check_callback_url(callback_url)
    # The file first: a unit whose keys nobody has can no longer speak to us.
    descriptor = os.open(secrets_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(registration.as_environment())
    try:
        with room.database.transaction() as session:
            vault, now = room.platform.vault, room.platform.clock.now()
            register_unit(session, vault, registration, "hedui", now, replace=replace)
    except RuleViolation:
        secrets_file.unlink()
        raise


@cli.command()
@click.option("--write", is_flag=True, help="write docs/standards.md anew")
def standards(write: bool) -> None:
    """Show which clauses of the standards are proved by tests and which are open."""
    root = Path.cwd()
    rows = clause_table(root)
    for count in count_states(rows):
        click.echo(
            f"{count.level}: {count.proved} proved, {count.open} open, {count.organisational} organisational"
        )
    if write:
        (root / REPORT).write_text(render_markdown(rows), encoding="utf-8")


def main() -> None:
    try:
        cli()
    except (SettingError, RuleViolation, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
