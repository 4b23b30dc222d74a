"""Vital signs: workers, queues and schema; what is too old is complained about by name."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from engine.handling.messages import confirm_receipt
from engine.handling.outside_work import claim
from engine.ports import PermanentFailure, TemporaryFailure
from engine.store.cases import Case
from engine.store.instances import ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.reports import Report
from engine.store.timers import Timer
from engine.supervision.vital_signs import (
    VitalSigns,
    beat,
    complaints,
    forget_the_dead,
    leave,
    schema_is_ready,
    take_vital_signs,
)
from engine.supervision.watchdog import watch
from tests.builders import a_commission
from tests.engine.house import UNIT_CODE, House

OWNER = "machine-1:4711:abcd"


def signs(house: House) -> VitalSigns:
    with house.database.reading() as session:
        return take_vital_signs(session, house.clock.now())


def codes(house: House) -> list[str]:
    return [complaint.code for complaint in complaints(signs(house))]


def beat_now(house: House, owner: str = OWNER) -> None:
    with house.database.transaction() as session:
        beat(session, owner, house.clock.now())


def confirm(house: House) -> None:
    with house.database.transaction() as session:
        report = session.scalars(select(Report)).one()
        receipt = {"sha256": report.file_digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00Z"}
        confirm_receipt(session, house.platform, UNIT_CODE, report.number, receipt)


def test_without_a_worker_the_platform_is_sick(any_house: House) -> None:
    assert codes(any_house) == ["no_worker"]


def test_a_worker_that_beats_is_seen_with_its_machine_and_start(any_house: House) -> None:
    beat_now(any_house)
    began = any_house.clock.now()
    any_house.clock.pass_time(seconds=40)
    beat_now(any_house)

    (worker,) = signs(any_house).workers

    assert (worker.owner, worker.started_at, worker.seen_at) == (OWNER, began, any_house.clock.now())
    assert codes(any_house) == []


def test_a_worker_that_stops_in_order_is_gone_at_once(any_house: House) -> None:
    beat_now(any_house)

    with any_house.database.transaction() as session:
        leave(session, OWNER)

    assert signs(any_house).workers == ()


def test_a_killed_worker_grows_old_and_is_forgotten_after_a_day(any_house: House) -> None:
    beat_now(any_house)

    any_house.clock.pass_time(seconds=61)
    assert codes(any_house) == ["no_worker"]
    any_house.clock.pass_time(days=1)
    with any_house.database.transaction() as session:
        forget_the_dead(session, any_house.clock.now())

    assert signs(any_house).workers == ()


def test_the_worker_seen_last_decides(any_house: House) -> None:
    beat_now(any_house, "machine-1:1:aaaa")
    any_house.clock.pass_time(hours=1)
    beat_now(any_house, "machine-2:1:bbbb")

    assert signs(any_house).heartbeat_age() == timedelta(0)


def due_work(house: House) -> None:
    house.receive(a_commission())
    house.advance_woken()


def abandoned_work(house: House) -> None:
    due_work(house)
    with house.database.transaction() as session:
        claim(session, house.platform, "dead", 64)


def unapplied_result(house: House) -> None:
    due_work(house)
    house.do_outside_work()


def untaken_message(house: House) -> None:
    house.receive(a_commission())
    house.work()
    confirm(house)


def new_case(house: House) -> None:
    house.receive(a_commission())


def due_timer(house: House) -> None:
    house.receive(a_commission())
    house.work()
    timer = Timer(instance_id=1, task_id="t", element_id="await_receipt", due_at=house.clock.now())
    with house.database.transaction() as session:
        session.add(timer)


@pytest.mark.parametrize(
    ("bring", "code"),
    [
        (due_work, "late_work"),
        (abandoned_work, "late_lease"),
        (unapplied_result, "late_result"),
        (untaken_message, "late_message"),
        (new_case, "late_case"),
        (due_timer, "late_timer"),
    ],
    ids=["work", "lease", "result", "message", "case", "timer"],
)
def test_what_is_due_and_not_done_is_complained_about_after_minutes(
    any_house: House, bring: Callable[[House], None], code: str
) -> None:
    bring(any_house)

    any_house.clock.pass_time(minutes=4)
    beat_now(any_house)
    in_time = codes(any_house)
    any_house.clock.pass_time(minutes=3)
    beat_now(any_house)
    too_late = codes(any_house)

    assert in_time == []
    assert too_late == [code]


def test_work_that_is_put_off_is_not_late(house: House) -> None:
    house.sources["JR"].failures = [TemporaryFailure("http_500")]
    due_work(house)
    house.do_outside_work()
    house.advance_woken()

    assert signs(house).queue_ages()["work"] == timedelta(0)


def test_counts_are_of_what_is_unfinished(any_house: House) -> None:
    any_house.units.failures = [PermanentFailure("http_410")]
    any_house.receive(a_commission(number="WT-1"))
    any_house.work()
    any_house.receive(a_commission(number="WT-2"))
    any_house.advance_woken()
    with any_house.database.transaction() as session:
        watch(session, any_house.clock.now())

    found = signs(any_house)

    assert found.instances == {"woken": 0, "waiting": 2, "incident": 0}
    assert found.work == {("query_source", "ready"): 20, ("deliver_report", "incident"): 1}
    assert found.incidents == {("work", "open"): 1}
    assert (found.callbacks_waiting, found.callback_attempts) == (1, 1)


def test_open_tasks_are_counted_by_post(house: House) -> None:
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    house.receive(a_commission())
    house.work()

    assert signs(house).tasks == {"信息交换岗": 1}


def test_how_long_the_cases_of_a_day_took_is_known(any_house: House) -> None:
    any_house.receive(a_commission())
    any_house.work()
    any_house.clock.pass_time(hours=2)
    confirm(any_house)
    any_house.work()

    assert signs(any_house).durations == (timedelta(hours=2),)

    any_house.clock.pass_time(days=2)
    assert signs(any_house).durations == ()


def set_version(number: str) -> Callable[[Session], object]:
    return lambda session: session.execute(text(f"UPDATE alembic_version SET version_num = '{number}'"))


def test_a_schema_behind_the_program_is_complained_about(any_house: House) -> None:
    beat_now(any_house)
    with any_house.database.transaction() as session:
        set_version("0001")(session)

    with any_house.database.reading() as session:
        assert not schema_is_ready(session)
    assert codes(any_house) == ["schema_behind"]


def test_a_schema_ahead_of_the_program_is_fine_while_machines_are_upgraded(house: House) -> None:
    beat_now(house)
    with house.database.transaction() as session:
        set_version("9999")(session)

    assert codes(house) == []


def test_a_moment_in_the_future_is_no_age(house: House) -> None:
    due_work(house)
    later = house.clock.now() + timedelta(hours=1)
    with house.database.transaction() as session:
        session.execute(update(OutboxRow).values(due_at=later, state=OutboxState.READY))
        session.execute(update(ProcessInstance).values(wake=False))
        session.execute(update(Case).values(closed_at=None))

    assert set(signs(house).queue_ages().values()) == {timedelta(0)}
