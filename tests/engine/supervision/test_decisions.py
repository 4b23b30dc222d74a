"""Decisions about incidents: again, skipped, back to a post; each once, each on record."""

import pytest
from sqlalchemy import delete, select, update

from engine.domain.errors import NotFound
from engine.handling.pinning import pinned_definition
from engine.handling.status import status_of
from engine.ports import PermanentFailure
from engine.store.audit import AuditEvent
from engine.store.cases import CaseState
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.incidents import IncidentRow, IncidentState
from engine.store.instances import ExpectedMessage, InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.queries import Query, QueryState
from engine.supervision.retrying import (
    PostUnknown,
    ReasonMissing,
    RetryImpossible,
    retry_incident,
    send_back,
)
from engine.supervision.skipping import SkipImpossible, skip_incident
from engine.supervision.waiting import Incident, incidents
from engine.supervision.watchdog import Watch, watch
from tests.builders import a_commission
from tests.engine.house import UNIT_CODE, House

WHY = "已电话联系对方单位"


def look(house: House) -> Watch:
    with house.database.transaction() as session:
        return watch(session, house.clock.now())


def skip(house: House, incident: Incident, reason: str = WHY) -> None:
    with house.database.transaction() as session:
        skip_incident(session, house.platform, pinned_definition, incident.kind, incident.id, "S001", reason)


def hand_back(house: House, incident: Incident, post: str = "机要岗", reason: str = WHY) -> None:
    with house.database.transaction() as session:
        send_back(session, incident.kind, incident.id, post, "S001", house.clock.now(), reason)


def try_again(house: House, incident: Incident) -> None:
    with house.database.transaction() as session:
        retry_incident(session, incident.kind, incident.id, "S001", house.clock.now(), WHY)


def the_incident(house: House) -> Incident:
    with house.database.reading() as session:
        (found,) = incidents(session)
        return found


def decisions(house: House) -> list[tuple[str, str | None, str | None]]:
    with house.database.reading() as session:
        rows = session.scalars(select(IncidentRow).order_by(IncidentRow.id))
        return [(row.state, row.decided_by, row.reason) for row in rows]


def actions(house: House) -> list[str]:
    with house.database.reading() as session:
        wanted = select(AuditEvent.action).where(AuditEvent.action.like("incident_%")).order_by(AuditEvent.id)
        return list(session.scalars(wanted))


def state(house: House) -> str:
    with house.database.reading() as session:
        return status_of(session, UNIT_CODE, "WT-2026-0001").state


def with_refused_delivery(house: House) -> Incident:
    house.units.failures = [PermanentFailure("http_410")]
    house.receive(a_commission())
    house.work()
    return the_incident(house)


def with_stopped_query(house: House) -> Incident:
    """A query that stopped for good, as when its row was made an incident by hand or by an older release."""
    house.receive(a_commission())
    house.advance_woken()
    stopped = update(OutboxRow).where(OutboxRow.lane == "source:GA")
    with house.database.transaction() as session:
        session.execute(stopped.values(state=OutboxState.INCIDENT, failure_code="worker_died", attempts=9))
    house.work()
    return the_incident(house)


def with_nothing_to_wait_for(house: House) -> Incident:
    house.receive(a_commission())
    house.work()
    with house.database.transaction() as session:
        session.execute(delete(ExpectedMessage))
    return the_incident(house)


def test_work_that_is_skipped_goes_on_the_way_of_work_given_up(any_house: House) -> None:
    incident = with_stopped_query(any_house)
    look(any_house)

    skip(any_house, incident)
    any_house.work()

    with any_house.database.reading() as session:
        query = session.scalars(select(Query).where(Query.source == "GA")).one()
        task = session.scalars(select(HumanTask)).one()
        assert incidents(session) == []
    assert (query.state, query.failure_code) == (QueryState.FAILED, "skipped")
    assert (task.element_id, task.state) == ("contact_source", TaskState.OPEN)
    assert decisions(any_house) == [(IncidentState.SKIPPED, "S001", WHY)]
    assert actions(any_house) == ["incident_raised", "incident_skipped"]
    assert all(not source.asked for code, source in any_house.sources.items() if code == "GA")


def test_work_without_a_way_round_it_cannot_be_skipped(house: House) -> None:
    incident = with_refused_delivery(house)

    with pytest.raises(SkipImpossible) as refused:
        skip(house, incident)

    assert "退回岗位" in refused.value.message()
    assert the_incident(house) == incident
    assert decisions(house) == []


def test_a_broken_instance_cannot_be_skipped(house: House) -> None:
    incident = with_nothing_to_wait_for(house)

    with pytest.raises(SkipImpossible):
        skip(house, incident)


def test_a_skip_needs_its_reason(house: House) -> None:
    incident = with_stopped_query(house)

    with pytest.raises(ReasonMissing):
        skip(house, incident, reason=" ")


def test_what_was_decided_once_is_not_decided_again(any_house: House) -> None:
    incident = with_stopped_query(any_house)
    skip(any_house, incident)

    with pytest.raises(NotFound):
        skip(any_house, incident)
    with pytest.raises(NotFound):
        try_again(any_house, incident)

    assert [decision[0] for decision in decisions(any_house)] == [IncidentState.SKIPPED]


def test_an_incident_sent_back_stays_on_the_list_of_its_post(any_house: House) -> None:
    incident = with_refused_delivery(any_house)

    hand_back(any_house, incident)

    found = the_incident(any_house)
    assert (found.post, found.reason) == ("机要岗", WHY)
    assert look(any_house) == Watch()
    assert decisions(any_house) == [(IncidentState.RETURNED, "S001", WHY)]


def test_an_incident_sent_back_can_still_be_tried_again(any_house: House) -> None:
    incident = with_refused_delivery(any_house)
    hand_back(any_house, incident)

    try_again(any_house, incident)
    any_house.work()

    assert state(any_house) == "issued"
    assert decisions(any_house) == [(IncidentState.RETRIED, "S001", WHY)]
    assert actions(any_house) == ["incident_raised", "incident_returned", "incident_retried"][1:]


@pytest.mark.parametrize(
    ("post", "reason", "error"), [("厨房岗", WHY, PostUnknown), ("机要岗", "", ReasonMissing)]
)
def test_sending_back_needs_a_post_and_a_reason(
    house: House, post: str, reason: str, error: type[Exception]
) -> None:
    incident = with_refused_delivery(house)

    with pytest.raises(error):
        hand_back(house, incident, post, reason)


def test_a_stuck_instance_tried_again_waits_for_its_message_anew(any_house: House) -> None:
    incident = with_nothing_to_wait_for(any_house)

    try_again(any_house, incident)
    any_house.work()

    with any_house.database.reading() as session:
        assert session.scalars(select(ExpectedMessage.name)).one() == "receipt"
        assert incidents(session) == []
    assert look(any_house) == Watch()


def test_a_left_over_task_can_be_skipped_and_not_tried_again(house: House) -> None:
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    house.receive(a_commission())
    house.work()
    with house.database.transaction() as session:
        session.execute(update(ProcessInstance).values(state=InstanceState.FINISHED))
    with house.database.reading() as session:
        left = next(found for found in incidents(session) if found.kind == "task_left")

    with pytest.raises(RetryImpossible):
        try_again(house, left)
    skip(house, left)

    with house.database.reading() as session:
        assert session.scalars(select(HumanTask.state)).one() == TaskState.CANCELLED


@pytest.mark.parametrize("kind", ["work", "instance", "stuck", "case_closed", "task_left", "case_left", "x"])
def test_an_incident_that_is_not_there_is_not_found(house: House, kind: str) -> None:
    with pytest.raises(NotFound), house.database.transaction() as session:
        retry_incident(session, kind, 7, "S001", house.clock.now())


def test_a_case_that_is_whole_is_not_touched_by_a_mistaken_retry(house: House) -> None:
    house.receive(a_commission())
    house.work()

    with pytest.raises(NotFound), house.database.transaction() as session:
        retry_incident(session, "instance", 1, "S001", house.clock.now())

    assert state(house) == CaseState.ISSUED
