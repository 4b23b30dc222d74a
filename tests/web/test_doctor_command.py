"""`hedui doctor` and `hedui incident`: words, ids, exit status, decisions."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from engine.ports import PermanentFailure
from engine.store.human_tasks import HumanTask
from engine.store.incidents import IncidentRow
from engine.store.instances import ExpectedMessage, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from engine.supervision.vital_signs import beat
from tests.builders import a_commission
from tests.engine.house import House
from tests.fakes.outside import FakeClock
from web.database import Database
from web.doctor_command import doctor
from web.incident_command import incident

Run = Callable[..., Result]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A platform as the command finds it by its settings, with a worker that has just beaten."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("HEDUI_DATA_DIR", str(folder))
    monkeypatch.delenv("HEDUI_DATABASE_URL", raising=False)
    engine = create_engine(f"sqlite:///{folder / 'hedui.db'}")
    database = Database(engine)
    database.migrate()
    opened = House(database, clock=FakeClock(datetime.now(UTC)))
    with database.transaction() as session:
        beat(session, "machine-1:1:abcd", opened.clock.now())
    yield opened
    engine.dispose()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(doctor, list(arguments), catch_exceptions=False)


def decide(*arguments: str) -> Result:
    return CliRunner().invoke(incident, [*arguments, "--who", "S001", "--reason", "已电话联系"])


def change(house: House, harm: Callable[[Session], object]) -> None:
    with house.database.transaction() as session:
        harm(session)


def with_refused_delivery(house: House) -> None:
    house.units.failures = [PermanentFailure("http_410")]
    house.receive(a_commission())
    house.work()


def test_a_well_platform_is_said_to_be_well(house: House) -> None:
    house.receive(a_commission())
    house.work()

    result = run()

    assert (result.exit_code, result.output) == (0, "一切正常\n")


def test_an_incident_is_named_with_case_reason_and_id(house: House) -> None:
    with_refused_delivery(house)

    result = run()

    assert result.exit_code == 1
    assert "异常件 work " in result.output
    assert "deliver_report http_410" in result.output
    assert "多次尝试未成" in result.output


def test_an_incident_a_post_has_taken_over_is_no_alarm(house: House) -> None:
    with_refused_delivery(house)
    with house.database.reading() as session:
        (row,) = session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.INCIDENT))

    assert decide("send-back", "work", str(row.id), "--post", "机要岗").exit_code == 0
    result = run()

    assert result.exit_code == 0
    assert "已退回机要岗（已电话联系）" in result.output


def test_without_a_worker_the_platform_is_sick(house: House) -> None:
    long_ago = house.clock.now() - timedelta(hours=1)
    change(house, lambda session: beat(session, "machine-1:1:abcd", long_ago))

    result = run()

    assert result.exit_code == 2
    assert "平台异常 no_worker" in result.output


def test_sickness_outweighs_incidents(house: House) -> None:
    with_refused_delivery(house)
    long_ago = house.clock.now() - timedelta(hours=1)
    change(house, lambda session: beat(session, "machine-1:1:abcd", long_ago))

    assert run().exit_code == 2


def test_a_database_without_its_tables_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEDUI_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")

    result = run()

    assert result.exit_code == 2
    assert "hedui migrate" in result.output


def test_the_doctor_changes_nothing_unless_asked(house: House) -> None:
    house.receive(a_commission())
    house.work()
    change(house, lambda session: session.execute(delete(ExpectedMessage)))

    run()

    with house.database.reading() as session:
        assert session.scalars(select(IncidentRow)).all() == []


def test_repair_wakes_what_sleeps_and_the_case_goes_on(house: House) -> None:
    house.receive(a_commission())
    house.advance_woken()
    house.do_outside_work()
    change(house, lambda session: session.execute(update(ProcessInstance).values(wake=False)))

    before, repaired, after = run(), run("--repair"), run()
    house.work()

    assert (before.exit_code, repaired.exit_code, after.exit_code) == (1, 0, 0)
    assert "待唤醒 instance 1" in before.output
    assert "已唤醒 1 个流程" in repaired.output
    assert len(house.units.bodies("report.issued")) == 1


def test_programs_read_the_same_as_json(house: House) -> None:
    with_refused_delivery(house)

    result = run("--json")

    content = json.loads(result.output)
    assert (content["status"], result.exit_code) == (1, 1)
    (found,) = content["incidents"]
    assert (found["kind"], found["what"], found["code"]) == ("work", "deliver_report", "http_410")
    assert datetime.fromisoformat(found["since"]).tzinfo is not None


def test_an_incident_is_tried_again_on_the_word_of_a_person(house: House) -> None:
    with_refused_delivery(house)
    with house.database.reading() as session:
        (row,) = session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.INCIDENT))

    result = decide("retry", "work", str(row.id))
    house.clock.pass_time(minutes=1)
    house.work()

    assert result.exit_code == 0
    assert len(house.units.bodies("report.issued")) == 1
    with house.database.reading() as session:
        (kept,) = session.scalars(select(IncidentRow))
    assert (kept.state, kept.decided_by, kept.reason) == ("retried", "S001", "已电话联系")


def test_work_with_a_way_round_it_is_skipped_on_the_word_of_a_person(house: House) -> None:
    house.receive(a_commission())
    house.advance_woken()
    stopped = update(OutboxRow).where(OutboxRow.lane == "source:GA").values(state=OutboxState.INCIDENT)
    change(house, lambda session: session.execute(stopped))
    with house.database.reading() as session:
        (row,) = session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.INCIDENT))

    result = decide("skip", "work", str(row.id))
    house.work()

    assert result.exit_code == 0
    with house.database.reading() as session:
        assert session.scalars(select(HumanTask.element_id)).one() == "contact_source"
