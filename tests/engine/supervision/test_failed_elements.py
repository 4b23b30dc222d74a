"""An element of a diagram that failed: tried again on the word of a person, all else untouched."""

import pytest
from sqlalchemy import select, update

from engine.handling.pinning import pinned_definition
from engine.handling.progress import save_new_instance
from engine.runtime import Instance
from engine.store.human_tasks import HumanTask, TaskState
from engine.store.incidents import IncidentRow, IncidentState
from engine.store.instances import HistoryEvent, InstanceState, ProcessInstance
from engine.supervision.retrying import ReasonMissing, retry_incident
from engine.supervision.skipping import SkipImpossible, skip_incident
from engine.supervision.waiting import Incident, incidents
from engine.supervision.watchdog import Watch, watch
from tests.builders import a_commission
from tests.engine.house import House
from tests.engine.runtime.diagrams import define, end, exclusive, parallel, rules, start, table, user

WHY = "已补录参数"
# Two branches: one asks a table that knows only level 1, the other waits for a person.
LEVELS = table("levels", ["level"], ["answer"], [(["1"], ['"known"'])])
BRANCHES = define(
    *(start("s"), parallel("split"), rules("grade", "levels"), user("look", form="first_review")),
    *(parallel("join"), exclusive("gate"), end("e"), end("other")),
    flows="s -> split -> grade -> join\nsplit -> look -> join\njoin -> gate\n"
    'gate -> e : answer == "known"\ngate -> other : default',
    also=[LEVELS],
)


def broken(house: House, level: int, number: str = "WT-2026-0001") -> int:
    """An instance of the branches, the only one that works on its case; returns its id."""
    case = house.receive(a_commission(number=number)).case
    instance = Instance.start(BRANCHES, {"case_id": case.id, "level": level}, house.clock.now)
    with house.database.transaction() as session:
        its_own = ProcessInstance.case_id == case.id
        session.execute(
            update(ProcessInstance).where(its_own).values(state=InstanceState.FINISHED, wake=False)
        )
        row = save_new_instance(session, case, instance, BRANCHES, house.clock.now())
        instance_id = row.id
    house.advance_woken()
    return instance_id


def row_of(house: House, instance_id: int) -> ProcessInstance:
    with house.database.reading() as session:
        return session.get_one(ProcessInstance, instance_id)


def the_incident(house: House) -> Incident:
    with house.database.reading() as session:
        return next(found for found in incidents(session) if found.kind == "instance")


def try_again(house: House, instance_id: int) -> None:
    with house.database.transaction() as session:
        retry_incident(session, "instance", instance_id, "S001", house.clock.now(), WHY)
    house.advance_woken()


def mend(house: House, instance_id: int) -> None:
    """What a person does who corrects a variable: the state of the instance with another level."""
    with house.database.transaction() as session:
        row = session.get_one(ProcessInstance, instance_id)
        instance = Instance.restore(pinned_definition(session, row.definition_digest), row.body)
        (failed,) = instance.failures()
        instance.retry(str(failed.task_id), {"level": 1})
        row.body = instance.dump()


def outcomes(house: House, instance_id: int, element: str) -> list[str]:
    with house.database.reading() as session:
        wanted = select(HistoryEvent.outcome).where(
            HistoryEvent.instance_id == instance_id, HistoryEvent.element_id == element
        )
        return list(session.scalars(wanted.order_by(HistoryEvent.seq)))


def test_a_failed_element_is_on_the_list_under_its_name_and_the_other_branch_goes_on(
    any_house: House,
) -> None:
    instance_id = broken(any_house, level=2)

    found = the_incident(any_house)

    assert (found.id, found.code) == (instance_id, "element:grade")
    with any_house.database.reading() as session:
        assert session.scalars(select(HumanTask.element_id)).all() == ["look"]


def test_a_retry_runs_the_failed_element_again_and_it_may_fail_again(any_house: House) -> None:
    instance_id = broken(any_house, level=2)

    try_again(any_house, instance_id)

    assert row_of(any_house, instance_id).state == InstanceState.INCIDENT
    assert the_incident(any_house).code == "element:grade"
    assert outcomes(any_house, instance_id, "grade") == ["failed", "failed"]
    with any_house.database.reading() as session:
        assert session.scalars(select(HumanTask.state)).all() == [TaskState.OPEN]


def test_a_retry_after_the_reason_is_gone_goes_on_where_it_stood(any_house: House) -> None:
    instance_id = broken(any_house, level=2)
    mend(any_house, instance_id)

    try_again(any_house, instance_id)

    row = row_of(any_house, instance_id)
    assert (row.state, row.failure_code) == (InstanceState.RUNNING, None)
    assert outcomes(any_house, instance_id, "grade") == ["failed", "completed"]
    with any_house.database.reading() as session:
        assert [found.kind for found in incidents(session)] == []
        assert session.scalars(select(HumanTask.state)).all() == [TaskState.OPEN]


def test_each_retry_is_decided_and_on_record_once(any_house: House) -> None:
    instance_id = broken(any_house, level=2)
    with any_house.database.transaction() as session:
        watch(session, any_house.clock.now())

    try_again(any_house, instance_id)
    with any_house.database.transaction() as session:
        again = watch(session, any_house.clock.now())

    with any_house.database.reading() as session:
        states = session.scalars(select(IncidentRow.state).order_by(IncidentRow.id)).all()
    assert again == Watch(raised=1)
    assert states == [IncidentState.RETRIED, IncidentState.OPEN]


def test_a_sound_instance_is_not_touched_by_the_retries_of_others(any_house: House) -> None:
    instance_id = broken(any_house, level=1)
    before = row_of(any_house, instance_id)
    other = broken(any_house, level=9, number="WT-2026-0002")

    try_again(any_house, other)

    after = row_of(any_house, instance_id)
    assert (after.state, after.version, after.body) == (before.state, before.version, before.body)


def test_an_element_without_a_way_round_it_cannot_be_skipped_whatever_the_reason(any_house: House) -> None:
    instance_id = broken(any_house, level=2)
    before = row_of(any_house, instance_id)

    for reason, refusal in (("", ReasonMissing), (WHY, SkipImpossible)):
        with pytest.raises(refusal), any_house.database.transaction() as session:
            skip_incident(
                session, any_house.platform, pinned_definition, "instance", instance_id, "S001", reason
            )

    after = row_of(any_house, instance_id)
    assert (after.state, after.version, after.body) == (before.state, before.version, before.body)
    assert the_incident(any_house).code == "element:grade"
