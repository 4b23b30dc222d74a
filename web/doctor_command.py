"""`hedui doctor`: what is wrong, in words and with ids, as an exit status for whoever watches."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import click
from sqlalchemy.exc import DBAPIError

from engine.supervision.cleaning import cleaning_complaints
from engine.supervision.vital_signs import Complaint, complaints, take_vital_signs
from engine.supervision.waiting import Incident, incidents
from engine.supervision.watchdog import sleepers, watch
from web.database import Database, open_engine
from web.filters import shown_time
from web.settings import read_settings

WELL, INCIDENTS, SICK = 0, 1, 2


@dataclass(frozen=True)
class Diagnosis:
    """`asleep` are instances that only need waking, `woken` how many were."""

    complaints: tuple[Complaint, ...]
    incidents: tuple[Incident, ...]
    asleep: tuple[int, ...]
    woken: int

    @property
    def status(self) -> int:
        """An incident a post has taken over is under control."""
        if self.complaints:
            return SICK
        needs_somebody = self.asleep or any(incident.post is None for incident in self.incidents)
        return INCIDENTS if needs_somebody else WELL


@click.command()
@click.option("--json", "as_json", is_flag=True, help="for programs")
@click.option("--repair", is_flag=True, help="wake what only needs waking, write incidents on the list")
def doctor(as_json: bool, repair: bool) -> None:
    """Examine the platform. Exit status: 0 well, 1 incidents wait for a decision, 2 the platform is sick."""
    with _database() as database:
        diagnosis = _examine(database, repair)
    click.echo(_as_json(diagnosis) if as_json else "\n".join(_lines(diagnosis)))
    raise SystemExit(diagnosis.status)


@contextmanager
def _database() -> Iterator[Database]:
    """Nothing but the database: whoever is ill cannot be asked to start up first, and nothing is migrated."""
    engine = open_engine(read_settings(os.environ).database_url)
    try:
        yield Database(engine)
    finally:
        engine.dispose()


def _examine(database: Database, repair: bool) -> Diagnosis:
    now = datetime.now(UTC)
    try:
        woken = _repair(database, now) if repair else 0
        with database.reading() as session:
            return Diagnosis(
                (*complaints(take_vital_signs(session, now)), *cleaning_complaints(session)),
                tuple(incidents(session)),
                tuple(sleepers(session)),
                woken,
            )
    except DBAPIError as error:
        words = f"数据库不可用或者结构不完整（{type(error.orig).__name__}），请检查连接并运行 hedui migrate"
        return Diagnosis((Complaint("database", words),), (), (), 0)


def _repair(database: Database, now: datetime) -> int:
    with database.transaction() as session:
        return watch(session, now).woken


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    for complaint in diagnosis.complaints:
        yield f"平台异常 {complaint.code}：{complaint.words}"
    for instance_id in diagnosis.asleep:
        yield f"待唤醒 instance {instance_id}：已有结果或消息到达，流程没有继续（hedui doctor --repair）"
    if diagnosis.woken:
        yield f"已唤醒 {diagnosis.woken} 个流程"
    for incident in diagnosis.incidents:
        yield _line(incident)
    if diagnosis.status == WELL:
        yield "一切正常"


def _line(incident: Incident) -> str:
    about = f"异常件 {incident.kind} {incident.id}：核对编号 {incident.case_no}，{incident.words}"
    tried = f"已尝试 {incident.attempts} 次，始于 {shown_time(incident.since)}"
    standing = f"，已退回{incident.post}（{incident.reason}）" if incident.post else ""
    return f"{about}（{incident.what} {incident.code}，{tried}）{standing}"


def _as_json(diagnosis: Diagnosis) -> str:
    content = {**asdict(diagnosis), "status": diagnosis.status}
    return json.dumps(content, ensure_ascii=False, default=datetime.isoformat, indent=1)
