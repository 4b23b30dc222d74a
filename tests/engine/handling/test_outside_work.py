"""Outside work: leases, fences, back-off, incidents, limits."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.handling.outside_work import ClaimedWork, Outcome, claim, perform, record
from engine.ports import PermanentFailure, TemporaryFailure
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.queries import Query, QueryState
from engine.supervision.retrying import retry_incident
from engine.supervision.waiting import incidents
from tests.builders import a_commission
from tests.engine.house import RETRY, House


def claimed_by(house: House, owner: str, room: int = 64) -> list[ClaimedWork]:
    with house.database.transaction() as session:
        return claim(session, house.platform, owner, room)


def recorded(house: House, work: ClaimedWork, outcome: Outcome | None = None) -> bool:
    done = outcome or perform(house.platform, work)
    with house.database.transaction() as session:
        return record(session, house.platform, [(work, done)]) == 1


def rows(house: House, operation: str) -> list[OutboxRow]:
    with house.database.reading() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.operation == operation)))


def ready_to_ask(house: House) -> None:
    house.receive(a_commission())
    house.advance_woken()


def test_rows_that_have_lost_their_workers_are_done_one_by_one_and_come_through(any_house: House) -> None:
    ready_to_ask(any_house)
    for number in range(RETRY.attempts):  # whole workers die, one row of theirs may be the cause
        assert len(claimed_by(any_house, f"worker-{number}")) == 20
        any_house.clock.pass_time(seconds=RETRY.lease.total_seconds())

    with any_house.database.transaction() as session:
        assert claim(session, any_house.platform, "worker-busy", 64, is_idle=False) == []
    for _ in range(20):
        (alone,) = claimed_by(any_house, "worker-idle")
        assert recorded(any_house, alone)

    assert {row.state for row in rows(any_house, "query_source")} == {OutboxState.RESULT}
    assert {row.failure_code for row in rows(any_house, "query_source")} == {None}


def test_what_one_worker_has_claimed_no_other_gets(any_house: House) -> None:
    ready_to_ask(any_house)

    first, second = claimed_by(any_house, "a", room=12), claimed_by(any_house, "b")

    assert (len(first), len(second)) == (12, 8)
    assert {w.row_id for w in first}.isdisjoint({w.row_id for w in second})


def test_a_lane_never_passes_its_limit(any_house: House) -> None:
    any_house.platform = _with_limits(any_house, {"source:JR": 1})
    for number in range(3):
        any_house.receive(a_commission(number=f"WT-{number}"))
    any_house.advance_woken()

    first = claimed_by(any_house, "a")
    second = claimed_by(any_house, "b")

    of_banks = [w for w in (*first, *second) if w.arguments.get("source") == "JR"]
    assert len(of_banks) == 1
    assert len(first) + len(second) == 3 * 20 - 2


def _with_limits(house: House, limits: dict[str, int]):  # type: ignore[no-untyped-def]
    return House(house.database, clock=house.clock, lane_limits=limits).platform


def test_a_dead_workers_rows_are_taken_over_when_the_lease_ends(any_house: House) -> None:
    ready_to_ask(any_house)
    abandoned = claimed_by(any_house, "dead")

    any_house.clock.pass_time(seconds=RETRY.lease.total_seconds() + 1)
    taken_over = claimed_by(any_house, "alive")

    assert {w.row_id for w in taken_over} == {w.row_id for w in abandoned}
    assert {w.key for w in taken_over} == {w.key for w in abandoned}
    assert {w.attempt for w in taken_over} == {2}


def test_a_worker_that_wakes_up_late_writes_nothing(any_house: House) -> None:
    ready_to_ask(any_house)
    late = claimed_by(any_house, "late", room=1)[0]
    any_house.clock.pass_time(minutes=5)
    current = next(w for w in claimed_by(any_house, "new") if w.row_id == late.row_id)
    assert recorded(any_house, current)

    assert not recorded(any_house, late)

    with any_house.database.reading() as session:
        row = session.get_one(OutboxRow, late.row_id)
    assert (row.owner, row.state) == ("new", OutboxState.RESULT)


def test_a_temporary_failure_is_tried_again_later_with_the_same_key(house: House) -> None:
    house.sources["JR"].failures = [TemporaryFailure("http_500")]
    ready_to_ask(house)

    house.do_outside_work()
    first_due = next(r for r in rows(house, "query_source") if r.lane == "source:JR").due_at
    house.clock.pass_time(seconds=11)
    house.do_outside_work()

    assert timedelta(seconds=5) <= first_due - house.sources["JR"].clock.moment + timedelta(seconds=11)
    keys = {key for _, key in house.sources["JR"].asked}
    assert len(house.sources["JR"].asked) == 2
    assert len(keys) == 1


def test_the_longest_delay_is_kept_to() -> None:
    delays = [RETRY.delay(attempt, spread) for attempt in (1, 5, 60) for spread in (0.0, 0.999)]

    assert all(RETRY.first_delay / 2 <= delay <= RETRY.longest_delay for delay in delays)
    assert delays[0] == RETRY.first_delay / 2


@pytest.mark.clause("M 6.2 c")
def test_a_source_that_never_answers_has_failed_not_found_nothing(house: House) -> None:
    house.sources["XG"].failures = [TemporaryFailure("timeout") for _ in range(RETRY.attempts)]
    ready_to_ask(house)

    for _ in range(RETRY.attempts):
        house.do_outside_work()
        house.clock.pass_time(minutes=5)

    with house.database.reading() as session:
        query = session.scalars(select(Query).where(Query.source == "XG")).one()
    assert (query.state, query.failure_code) == (QueryState.FAILED, "timeout")


def test_work_that_cannot_succeed_becomes_an_incident_and_others_go_on(house: House) -> None:
    house.units.failures = [PermanentFailure("http_410")]
    house.receive(a_commission(number="WT-1"))
    house.work()
    house.receive(a_commission(number="WT-2"))

    house.work()

    with house.database.reading() as session:
        (incident,) = incidents(session)
    assert (incident.what, incident.code, incident.attempts) == ("deliver_report", "http_410", 1)
    assert len(house.units.bodies("report.issued")) == 1


def test_an_incident_can_be_set_going_again_with_the_same_key(house: House) -> None:
    house.units.failures = [PermanentFailure("http_410")]
    house.receive(a_commission())
    house.work()
    (before,) = rows(house, "deliver_report")

    with house.database.transaction() as session:
        retry_incident(session, "work", before.id, "U001", house.clock.now())
    house.work()

    (callback,) = house.units.delivered
    assert callback.message_id == before.key
    with house.database.reading() as session:
        assert incidents(session) == []


def test_one_poisonous_row_does_not_hold_up_the_others(house: House) -> None:
    ready_to_ask(house)
    with house.database.transaction() as session:
        poisoned = session.scalars(select(OutboxRow).where(OutboxRow.lane == "source:JR")).one()
        poisoned.arguments = {"source": "JR", "query_round": 99}

    house.do_outside_work()

    states = {row.lane: row.state for row in rows(house, "query_source")}
    assert states.pop("source:JR") == OutboxState.READY
    assert set(states.values()) == {OutboxState.RESULT}


def test_a_worker_that_claimed_its_own_row_again_is_believed_only_about_the_latest_attempt(
    house: House,
) -> None:
    ready_to_ask(house)
    first = claimed_by(house, "sleeper")
    house.clock.pass_time(seconds=RETRY.lease.total_seconds() + 1)
    second = claimed_by(house, "sleeper")
    done = [(work, perform(house.platform, work)) for work in first]
    done += [(work, Outcome(failure=TemporaryFailure("timeout"))) for work in second]

    with house.database.transaction() as session:
        record(session, house.platform, done)

    assert {row.state for row in rows(house, "query_source")} == {OutboxState.READY}
