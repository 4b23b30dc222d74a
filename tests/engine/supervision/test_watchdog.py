"""The watch: a sound case never alarms, a broken one always does, and what only sleeps is woken."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine.handling.messages import confirm_receipt
from engine.ports import PermanentFailure
from engine.store.audit import AuditEvent
from engine.store.cases import Case, CaseState
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.incidents import IncidentKind, IncidentRow, IncidentState, pending_incidents
from engine.store.instances import ExpectedMessage, InboundMessage, InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.reports import Report
from engine.store.timers import Timer
from engine.supervision.symptoms import find_symptoms
from engine.supervision.waiting import incidents
from engine.supervision.watchdog import Watch, sleepers, watch
from tests.builders import a_commission
from tests.engine.house import UNIT_CODE, House
from web.database import Database


def look(house: House) -> Watch:
    with house.database.transaction() as session:
        return watch(session, house.clock.now())


def break_with(house: House, harm: Callable[[Session], object]) -> None:
    with house.database.transaction() as session:
        harm(session)


def on_the_list(house: House) -> list[tuple[str, int, str]]:
    with house.database.reading() as session:
        return [(row.kind, row.subject_id, row.state) for row in pending_incidents(session)]


def confirm(house: House) -> None:
    with house.database.transaction() as session:
        report = session.scalars(select(Report)).one()
        receipt = {"sha256": report.file_digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00Z"}
        confirm_receipt(session, house.platform, UNIT_CODE, report.number, receipt)


def waiting_for_its_receipt(house: House) -> None:
    house.receive(a_commission())
    house.work()


def waiting_for_a_person(house: House) -> None:
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    house.receive(a_commission())
    house.work()


def test_at_no_moment_of_a_sound_case_is_there_an_alarm(any_house: House) -> None:
    any_house.sources["GA"].failures = [PermanentFailure("http_403")]
    any_house.receive(a_commission())
    seen = [look(any_house)]
    for _ in range(60):
        worked = any_house.do_outside_work(room=1)
        seen.append(look(any_house))
        if not any_house.advance_woken() + worked:
            break
        seen.append(look(any_house))

    assert set(seen) == {Watch()}
    assert len(seen) > 40


def test_a_case_that_waits_for_its_unit_needs_nobody(any_house: House) -> None:
    waiting_for_its_receipt(any_house)

    assert look(any_house) == Watch()


def test_a_finished_case_needs_nobody(any_house: House) -> None:
    waiting_for_its_receipt(any_house)
    confirm(any_house)
    any_house.work()

    assert look(any_house) == Watch()
    with any_house.database.reading() as session:
        assert session.scalars(select(Case.state)).one() == CaseState.CLOSED


def lose_its_message(session: Session) -> None:
    session.execute(delete(ExpectedMessage))


def lose_its_task(session: Session) -> None:
    session.execute(delete(HumanTask))


def lose_the_post_of_its_task(session: Session) -> None:
    session.execute(update(HumanTask).values(post=""))


def lose_its_work(session: Session) -> None:
    session.execute(delete(OutboxRow).where(OutboxRow.state == OutboxState.READY))


@pytest.mark.parametrize(
    ("bring", "harm"),
    [
        (waiting_for_its_receipt, lose_its_message),
        (waiting_for_a_person, lose_its_task),
        (waiting_for_a_person, lose_the_post_of_its_task),
    ],
    ids=["message", "task", "post"],
)
def test_an_instance_that_has_lost_what_it_waits_for_is_found(
    any_house: House, bring: Callable[[House], None], harm: Callable[[Session], object]
) -> None:
    bring(any_house)
    break_with(any_house, harm)

    assert look(any_house) == Watch(raised=1)

    ((kind, _, state),) = on_the_list(any_house)
    assert (kind, state) == (IncidentKind.STUCK, IncidentState.OPEN)


def test_an_instance_that_has_lost_its_outside_work_is_found(any_house: House) -> None:
    any_house.receive(a_commission())
    any_house.advance_woken()
    break_with(any_house, lose_its_work)

    assert look(any_house) == Watch(raised=1)


def test_a_timer_is_reason_enough_to_wait(any_house: House) -> None:
    waiting_for_its_receipt(any_house)
    break_with(any_house, lose_its_message)
    due = any_house.clock.now()
    timer = Timer(instance_id=1, task_id="t", element_id="await_receipt", due_at=due)
    break_with(any_house, lambda session: session.add(timer))

    assert look(any_house) == Watch()


def test_one_call_of_many_is_reason_enough_to_wait(any_house: House) -> None:
    any_house.receive(a_commission())
    any_house.advance_woken()
    any_house.do_outside_work(room=19)
    any_house.advance_woken()

    assert look(any_house) == Watch()


def test_an_incident_is_raised_once_however_often_the_watch_looks(any_house: House) -> None:
    waiting_for_its_receipt(any_house)
    break_with(any_house, lose_its_message)

    looks = [look(any_house) for _ in range(3)]

    assert looks == [Watch(raised=1), Watch(), Watch()]
    with any_house.database.reading() as session:
        raised = session.scalars(select(AuditEvent).where(AuditEvent.action == "incident_raised")).all()
    assert len(raised) == 1


def test_an_incident_that_is_gone_is_settled_and_may_come_again(any_house: House) -> None:
    waiting_for_a_person(any_house)
    break_with(any_house, lose_the_post_of_its_task)
    look(any_house)
    break_with(any_house, lambda session: session.execute(update(HumanTask).values(post="信息交换岗")))

    settled = look(any_house)
    break_with(any_house, lose_the_post_of_its_task)
    again = look(any_house)

    assert (settled, again) == (Watch(settled=1), Watch(raised=1))
    with any_house.database.reading() as session:
        states = list(session.scalars(select(IncidentRow.state).order_by(IncidentRow.id)))
    assert states == [IncidentState.SETTLED, IncidentState.OPEN]


def test_a_result_nobody_was_woken_for_is_applied(any_house: House) -> None:
    any_house.receive(a_commission())
    any_house.advance_woken()
    any_house.do_outside_work()
    break_with(any_house, lambda session: session.execute(update(ProcessInstance).values(wake=False)))
    assert any_house.advance_woken() == 0
    with any_house.database.reading() as session:
        assert incidents(session) == []  # nothing a person has to decide

    assert look(any_house) == Watch(woken=1)

    assert any_house.advance_woken() == 1
    any_house.work()
    assert len(any_house.units.bodies("report.issued")) == 1


def test_a_message_nobody_was_woken_for_is_taken(any_house: House) -> None:
    waiting_for_its_receipt(any_house)
    confirm(any_house)
    break_with(any_house, lambda session: session.execute(update(ProcessInstance).values(wake=False)))

    assert look(any_house) == Watch(woken=1)
    any_house.work()

    with any_house.database.reading() as session:
        assert session.scalars(select(Case.state)).one() == CaseState.CLOSED


def test_a_message_that_came_early_wakes_nobody(any_house: House) -> None:
    waiting_for_a_person(any_house)
    early = InboundMessage(case_id=1, name="receipt", payload={}, received_at=any_house.clock.now())
    break_with(any_house, lambda session: session.add(early))

    with any_house.database.reading() as session:
        assert sleepers(session) == []


def test_an_open_instance_of_a_closed_case_is_found(any_house: House) -> None:
    waiting_for_its_receipt(any_house)
    break_with(any_house, lambda session: session.execute(update(Case).values(state=CaseState.CLOSED)))

    look(any_house)

    assert [kind for kind, _, _ in on_the_list(any_house)] == [IncidentKind.CASE_CLOSED]


def test_a_task_left_open_by_a_finished_instance_is_found(any_house: House) -> None:
    waiting_for_a_person(any_house)

    def finish(session: Session) -> None:
        session.execute(update(ProcessInstance).values(state=InstanceState.FINISHED))
        session.execute(update(Case).values(state=CaseState.CLOSED))

    break_with(any_house, finish)

    look(any_house)

    with any_house.database.reading() as session:
        (task,) = session.scalars(select(HumanTask.id).where(HumanTask.state == TaskState.OPEN))
    assert on_the_list(any_house) == [(IncidentKind.TASK_LEFT, task, IncidentState.OPEN)]


@pytest.mark.parametrize(
    "state", [CaseState.RECEIVED, CaseState.ACCEPTED, CaseState.SUSPENDED, CaseState.ISSUED]
)
def test_an_open_case_nobody_works_on_is_found(house: House, state: CaseState) -> None:
    waiting_for_its_receipt(house)

    def forget(session: Session) -> None:
        session.execute(update(ProcessInstance).values(state=InstanceState.FINISHED))
        session.execute(update(Case).values(state=state))

    break_with(house, forget)

    look(house)

    assert [kind for kind, _, _ in on_the_list(house)] == [IncidentKind.CASE_LEFT]


def test_poison_and_broken_instances_are_on_the_same_list(any_house: House) -> None:
    any_house.units.failures = [PermanentFailure("http_410")]
    any_house.receive(a_commission(number="WT-1"))
    any_house.work()
    broken = any_house.receive(a_commission(number="WT-2")).case.id
    stop = update(ProcessInstance).where(ProcessInstance.case_id == broken)
    break_with(
        any_house,
        lambda session: session.execute(stop.values(state=InstanceState.INCIDENT, failure_code="KeyError")),
    )

    assert look(any_house) == Watch(raised=2)

    assert {kind for kind, _, _ in on_the_list(any_house)} == {IncidentKind.WORK, IncidentKind.INSTANCE}
    with any_house.database.reading() as session:
        shown = {(found.kind, found.what, found.code) for found in incidents(session)}
    assert shown == {("work", "deliver_report", "http_410"), ("instance", "automatic_handling", "KeyError")}


def test_the_list_shows_what_is_wrong_before_the_watch_has_been_round(house: House) -> None:
    waiting_for_its_receipt(house)
    break_with(house, lose_its_message)

    with house.database.reading() as session:
        (found,) = incidents(session)

    assert (found.kind, found.code, found.post) == ("stuck", "waits_for_nothing", None)
    assert "不在等待" in found.words


def test_two_watches_at_once_raise_an_incident_once(database: Database) -> None:
    house = House(database)
    waiting_for_its_receipt(house)
    break_with(house, lose_its_message)

    with database.transaction() as first:
        raised = watch(first, house.clock.now())
        if database.engine.dialect.name == "postgresql":
            with database.transaction() as second:
                assert watch(second, house.clock.now()) == Watch()

    assert raised == Watch(raised=1)
    assert look(house) == Watch()


def test_symptoms_of_one_subject_can_be_asked_for(house: House) -> None:
    waiting_for_its_receipt(house)
    break_with(house, lose_its_message)

    with house.database.reading() as session:
        (found,) = find_symptoms(session, IncidentKind.STUCK)
        assert find_symptoms(session, IncidentKind.STUCK, found.subject_id) == [found]
        assert find_symptoms(session, IncidentKind.STUCK, found.subject_id + 1) == []
