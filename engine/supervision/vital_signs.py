"""How the whole platform is: workers, queues, schema; and what of it is bad enough to call somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy.orm import Session

from engine.store import heartbeats as store
from engine.store import vital_signs as figures
from engine.store.timers import next_timer

VERSION = version("hedui")
FORGOTTEN_AFTER = timedelta(days=1)  # heartbeats of killed workers are kept that long for whoever asks


@dataclass(frozen=True)
class Limits:
    """Beyond these the platform is sick. A beat is due every few seconds, a sweep every second."""

    heartbeat_age: timedelta = timedelta(seconds=60)
    queue_age: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class WorkerSign:
    owner: str
    version: str
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class VitalSigns:
    """Counts and moments; no case, no person. The moments say since when the oldest one has been waiting."""

    taken_at: datetime
    schema_found: str
    schema_wanted: str
    workers: tuple[WorkerSign, ...]
    instances: dict[str, int]  # woken, waiting, incident
    work: dict[tuple[str, str], int]  # by operation and state
    tasks: dict[str, int]  # by post
    incidents: dict[tuple[str, str], int]  # by kind and state
    work_due_since: datetime | None
    lease_ended_at: datetime | None
    result_since: datetime | None
    message_since: datetime | None
    new_case_since: datetime | None
    timer_since: datetime | None
    callbacks_waiting: int
    callback_attempts: int
    durations: tuple[timedelta, ...]

    def queue_ages(self) -> dict[str, timedelta]:
        """How late each kind of due work is; nothing due is no age."""
        moments = {
            "work": self.work_due_since,
            "lease": self.lease_ended_at,
            "result": self.result_since,
            "message": self.message_since,
            "case": self.new_case_since,
            "timer": self.timer_since,
        }
        nothing = timedelta(0)
        return {
            name: nothing if moment is None else max(self.taken_at - moment, nothing)
            for name, moment in moments.items()
        }

    def heartbeat_age(self) -> timedelta | None:
        """Of the worker seen last; None when there is no worker at all."""
        return self.taken_at - self.workers[0].seen_at if self.workers else None


@dataclass(frozen=True)
class Complaint:
    code: str
    words: str


LATE_WORDS = {
    "work": "对外工作到期后无人办理",
    "lease": "对外工作的租约过期后无人接手",
    "result": "已取得的结果没有应用到流程",
    "message": "收到的消息没有应用到流程",
    "case": "新收的核对业务没有开始办理",
    "timer": "到期的时限没有处理",
}


def beat(session: Session, owner: str, now: datetime) -> None:
    """A worker says that it is at work."""
    store.note_heartbeat(session, owner, VERSION, now)


def leave(session: Session, owner: str) -> None:
    """A worker stops in order."""
    store.remove_heartbeat(session, owner)


def forget_the_dead(session: Session, now: datetime) -> None:
    store.remove_older_heartbeats(session, now - FORGOTTEN_AFTER)


def schema_is_ready(session: Session) -> bool:
    """A schema ahead of the code is fine: old code runs on the new schema while machines are upgraded."""
    return figures.schema_found(session) >= figures.schema_wanted()


def take_vital_signs(session: Session, now: datetime) -> VitalSigns:
    callbacks_waiting, attempts = figures.callback_attempts(session)
    return VitalSigns(
        taken_at=now,
        schema_found=figures.schema_found(session),
        schema_wanted=figures.schema_wanted(),
        workers=tuple(
            WorkerSign(row.owner, row.version, row.started_at, row.seen_at)
            for row in store.heartbeats(session)
        ),
        instances=figures.instance_counts(session),
        work=figures.work_counts(session),
        tasks=figures.task_counts(session),
        incidents=figures.incident_counts(session),
        work_due_since=figures.oldest_due_work(session),
        lease_ended_at=figures.oldest_lease(session),
        result_since=figures.oldest_result(session),
        message_since=figures.oldest_untaken_message(session),
        new_case_since=figures.oldest_new_instance(session),
        timer_since=next_timer(session),
        callbacks_waiting=callbacks_waiting,
        callback_attempts=attempts,
        durations=tuple(figures.recent_durations(session, now)),
    )


def complaints(signs: VitalSigns, limits: Limits = Limits()) -> tuple[Complaint, ...]:
    """Empty when the platform is well."""
    return (*_schema_behind(signs), *_no_worker(signs, limits), *_late(signs, limits))


def _schema_behind(signs: VitalSigns) -> Iterator[Complaint]:
    if signs.schema_found < signs.schema_wanted:
        words = f"数据库结构版本 {signs.schema_found} 落后于程序要求的 {signs.schema_wanted}"
        yield Complaint("schema_behind", words)


def _no_worker(signs: VitalSigns, limits: Limits) -> Iterator[Complaint]:
    age = signs.heartbeat_age()
    if age is None:
        yield Complaint("no_worker", "没有工作进程在运行")
    elif age > limits.heartbeat_age:
        yield Complaint("no_worker", f"最近一次工作进程心跳在 {_seconds(age)} 秒之前")


def _late(signs: VitalSigns, limits: Limits) -> Iterator[Complaint]:
    for name, age in signs.queue_ages().items():
        if age > limits.queue_age:
            yield Complaint(f"late_{name}", f"{LATE_WORDS[name]}，最久已 {_seconds(age)} 秒")


def _seconds(age: timedelta) -> int:
    return int(age.total_seconds())
