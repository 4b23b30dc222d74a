"""During an upgrade two releases share a database: the older leaves to the newer what it cannot do."""

import json
import logging
import multiprocessing
import zlib
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, select

from adapters.vault.key_file import KeyRing
from engine.handling.human_work import complete_task
from engine.handling.progress import save_new_instance
from engine.handling.status import status_of
from engine.ports import PermanentFailure
from engine.runtime import STATE_VERSION, BeyondThisRelease, Definition, Instance
from engine.store.cases import Case
from engine.store.human_tasks import open_tasks
from engine.store.incidents import IncidentRow
from engine.store.instances import InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from tests.builders import a_commission
from tests.engine.handling.test_automatic_case import confirm
from tests.engine.house import UNIT_CODE, House
from tests.engine.runtime.diagrams import define, end, service, start, user
from tests.upgrade.newer_release import are_issued, house_of, newer_release, work_as_newer_release
from web.database import Database
from web.worker import ADVANCES_AT_ONCE, Worker

FIRST = "第32040020261100001aaf1号"
SAID = "left_to_newer_release"


def instances(house: House) -> list[ProcessInstance]:
    with house.database.reading() as session:
        return list(session.scalars(select(ProcessInstance).order_by(ProcessInstance.id)))


def number_of(body: bytes) -> int:
    number: int = json.loads(zlib.decompress(body))["state"]["version"]
    return number


def state_of(house: House, number: str) -> str:
    with house.database.reading() as session:
        return status_of(session, UNIT_CODE, number).state


def older_worker(house: House) -> Worker:
    return Worker(house.database, house.platform, threads=4)


def newer_works(house: House) -> None:
    with newer_release():
        house.work()


def help_over_a_silent_source(house: House) -> None:
    with house.database.transaction() as session:
        (task,) = open_tasks(session)
        result = {"exchange_decision": "proceed", "opinion": "已电话联系，对方设备故障"}
        complete_task(session, house.platform, task.id, "E001", result)


def issued_by_the_newer(house: House) -> None:
    """A case begun by the older release, carried on by the newer up to the receipt, woken by it."""
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    house.receive(a_commission())
    house.work()
    with newer_release():
        help_over_a_silent_source(house)
        house.work()
    confirm(house, FIRST)


def test_the_older_worker_leaves_a_case_of_the_newer_alone_and_says_so_once(
    any_house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house = any_house
    issued_by_the_newer(house)
    (before,) = instances(house)
    worker = older_worker(house)

    with caplog.at_level(logging.WARNING):
        rounds = [worker.drain() for _ in range(8)]

    (after,) = instances(house)
    assert number_of(after.body) == STATE_VERSION + 1
    assert (after.state, after.failures, after.failure_code) == (InstanceState.RUNNING, 0, None)
    assert (after.wake, after.version, after.due_at) == (True, before.version, before.due_at)
    assert sum(SAID in record.message for record in caplog.records) == 1
    assert rounds[1:] == [0] * 7
    newer_works(house)
    assert state_of(house, "WT-2026-0001") == "closed"


def test_what_is_left_alone_does_not_stand_in_the_way_of_the_rest(house: House) -> None:
    """More of it than a worker takes at once, and all of it waiting longer."""
    house.receive(a_commission(number="WT-1"))
    first = instances(house)[0]
    newer = zlib.compress(
        zlib.decompress(first.body).replace(
            f'"version":{STATE_VERSION}'.encode(), f'"version":{STATE_VERSION + 1}'.encode(), 1
        )
    )
    with house.database.transaction() as session:
        columns = {
            column.name: getattr(first, column.name)
            for column in first.__table__.columns
            if column.name != "id"
        }
        session.add_all(
            ProcessInstance(**{**columns, "body": newer, "due_at": house.clock.now()})
            for _ in range(ADVANCES_AT_ONCE + 10)
        )
    house.clock.pass_time(minutes=1)
    house.receive(a_commission(number="WT-2"))

    older_worker(house).drain()

    assert state_of(house, "WT-2") == "issued"
    assert {row.failures for row in instances(house)} == {0}


def test_a_person_at_the_older_web_server_is_told_and_nothing_is_lost(any_house: House) -> None:
    house = any_house
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    house.receive(a_commission())
    with newer_release():
        house.work()

    with pytest.raises(BeyondThisRelease, match="请在升级完成后再试"):
        help_over_a_silent_source(house)

    with newer_release():
        help_over_a_silent_source(house)
    newer_works(house)
    assert state_of(house, "WT-2026-0001") == "issued"


def begin(house: House, definition: Definition) -> int:
    """An instance of a diagram beside the case's own."""
    with house.database.transaction() as session:
        case = session.scalars(select(Case)).one()
        instance = Instance.start(definition, {"case_id": case.id}, house.clock.now)
        return save_new_instance(session, case, instance, definition, house.clock.now()).id


@pytest.mark.parametrize("operation", ["note_down", "send_notice"])
def test_an_operation_only_the_newer_knows_waits_for_it(any_house: House, operation: str) -> None:
    """Also when the format has kept its number, and whether it is met in an advance or in the outbox."""
    house = any_house
    house.receive(a_commission())
    diagram = define(
        start(), service("act", operation=operation), end(), flows="start -> act -> done", process_id="main"
    )
    instance_id = begin(house, diagram)

    older_worker(house).drain()

    row = instances(house)[1]
    assert (row.id, row.wake, row.state, row.failures) == (instance_id, True, InstanceState.RUNNING, 0)
    assert state_of(house, "WT-2026-0001") == "issued"
    with newer_release(STATE_VERSION):
        house.work()
    assert instances(house)[1].state == InstanceState.FINISHED


def test_outside_work_only_the_newer_knows_does_not_hold_up_that_of_the_older(any_house: House) -> None:
    house = any_house
    house.receive(a_commission())
    diagram = define(start(), service("act", operation="send_notice"), end(), flows="start -> act -> done")
    begin(house, diagram)
    with newer_release(STATE_VERSION):
        house.advance_woken()

    older_worker(house).drain()

    with house.database.reading() as session:
        notice = session.scalars(select(OutboxRow).where(OutboxRow.operation == "send_notice")).one()
    assert (notice.state, notice.attempts, notice.owner) == (OutboxState.READY, 0, None)
    assert state_of(house, "WT-2026-0001") == "issued"
    with newer_release(STATE_VERSION):
        house.work()
    assert instances(house)[1].state == InstanceState.FINISHED


def test_a_diagram_the_older_has_never_seen_is_run_as_it_is_pinned(any_house: House) -> None:
    """A diagram is data: what its words mean has not changed, so any release carries it on."""
    house = any_house
    house.receive(a_commission())
    unseen = define(start(), user("look", form="contact_source"), end(), flows="start -> look -> done")
    begin(house, unseen)

    older_worker(house).drain()

    assert unseen.digest not in {known.digest for known in house.platform.definitions.values()}
    with house.database.reading() as session:
        assert [task.element_id for task in open_tasks(session)] == ["look"]


def test_two_releases_at_work_at_once_lose_nothing_and_raise_no_incident(
    database_url: str, tmp_path: Path
) -> None:
    engine, ring = create_engine(database_url), KeyRing.fresh("sha-256")
    database = Database(engine)
    database.migrate()
    older = house_of(database, ring, tmp_path / "files")
    numbers = [f"WT-{number}" for number in range(8)]
    for number in numbers:
        older.receive(a_commission(number=number))
    spawning = multiprocessing.get_context("spawn")
    newer = spawning.Process(
        target=work_as_newer_release, args=(database_url, ring, tmp_path / "files", numbers)
    )
    worker = older_worker(older)

    newer.start()
    while newer.is_alive():
        worker.drain()
    newer.join()

    assert newer.exitcode == 0
    assert are_issued(older, numbers)
    assert {row.failures for row in instances(older)} == {0}
    assert _incidents(engine) == 0
    engine.dispose()


def _incidents(engine: Engine) -> int:
    with Database(engine).reading() as session:
        stopped = select(func.count()).where(OutboxRow.state == OutboxState.INCIDENT)
        listed = select(func.count()).select_from(IncidentRow)
        return session.scalars(stopped).one() + session.scalars(listed).one()
