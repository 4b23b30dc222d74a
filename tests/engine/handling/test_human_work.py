"""Human tasks: doubts and silent sources reach a post, four eyes hold, nothing is done twice."""

import pytest
from sqlalchemy import select

from engine.domain.errors import NotFound, NotWaiting, ReviewerMustDiffer
from engine.handling.human_work import ResultNotAllowed, complete_task
from engine.handling.status import status_of
from engine.ports import PermanentFailure
from engine.store.human_tasks import HumanTask, TaskState, open_tasks, result_of
from engine.supervision.waiting import waiting_tasks
from tests.builders import a_commission
from tests.engine.house import UNIT_CODE, House


def the_open_task(house: House) -> HumanTask:
    with house.database.reading() as session:
        (task,) = open_tasks(session)
        return task


def complete(house: House, task: HumanTask, worker: str, **result: object) -> None:
    with house.database.transaction() as session:
        complete_task(session, house.platform, task.id, worker, result)
    house.work()


def state(house: House) -> str:
    with house.database.reading() as session:
        return status_of(session, UNIT_CODE, "WT-2026-0001").state


def with_silent_source(house: House) -> HumanTask:
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    house.receive(a_commission())
    house.work()
    return the_open_task(house)


@pytest.mark.clause("M 6.2 c", "M 4.2 b")
def test_a_must_have_source_that_fails_is_left_to_the_exchange_post(house: House) -> None:
    task = with_silent_source(house)

    assert (task.element_id, task.post, task.form) == ("contact_source", "信息交换岗", "contact_source")
    with house.database.reading() as session:
        (shown,) = waiting_tasks(session)
    assert (shown.post, shown.service) == ("信息交换岗", "aa")


@pytest.mark.clause("M 6.2 c")
def test_asking_again_asks_only_the_source_that_is_missing(house: House) -> None:
    task = with_silent_source(house)

    complete(house, task, "E001", exchange_decision="requery")

    assert len(house.sources["GA"].asked) == 2
    assert all(len(source.asked) == 1 for code, source in house.sources.items() if code != "GA")
    batches = [request.batch_no for request, _ in house.sources["GA"].asked]
    assert len(set(batches)) == 2
    assert state(house) == "issued"


def test_going_on_without_the_source_is_possible_and_said(house: House) -> None:
    task = with_silent_source(house)

    complete(house, task, "E001", exchange_decision="proceed")

    (content,) = house.renderer.rendered
    printed = str(content)
    assert "未返回" in printed


@pytest.mark.clause("M 6.1 b", "M 4.2 a")
def test_material_nobody_has_reviewed_is_reviewed_twice_by_two_people(house: House) -> None:
    house.receive(a_commission(reviews=()))
    house.work()
    first = the_open_task(house)
    complete(house, first, "A001", first_passed=True)
    second = the_open_task(house)

    with pytest.raises(ReviewerMustDiffer):
        complete(house, second, "A001", second_passed=True)
    complete(house, second, "A002", second_passed=True)

    assert (first.post, second.post) == ("受理岗", "受理岗")
    assert state(house) == "issued"


@pytest.mark.clause("M 6.1 Fig 1", "M 6.1 c")
def test_material_a_reviewer_refuses_is_returned_with_a_reason(house: House) -> None:
    house.receive(a_commission(reviews=()))
    house.work()
    complete(house, the_open_task(house), "A001", first_passed=True)

    complete(house, the_open_task(house), "A002", second_passed=False, opinion="材料模糊")

    assert state(house) == "returned"
    (told,) = house.units.bodies("application.returned")
    assert told["data"]["reasons"][0]["clause"] == "6.1 b"  # type: ignore[index]


def test_a_task_is_completed_once(house: House) -> None:
    task = with_silent_source(house)
    complete(house, task, "E001", exchange_decision="proceed")

    with pytest.raises(NotWaiting):
        complete(house, task, "E002", exchange_decision="requery")

    with house.database.reading() as session:
        stored = session.get_one(HumanTask, task.id)
    assert (stored.state, stored.completed_by) == (TaskState.COMPLETED, "E001")


@pytest.mark.parametrize(
    "result",
    [{}, {"exchange_decision": "whatever"}, {"exchange_decision": "proceed", "accepted": True}],
)
def test_only_what_the_form_offers_is_taken(house: House, result: dict[str, object]) -> None:
    task = with_silent_source(house)

    with pytest.raises(ResultNotAllowed):
        complete(house, task, "E001", **result)

    assert the_open_task(house).id == task.id


def test_an_unknown_task_is_not_found(house: House) -> None:
    with pytest.raises(NotFound), house.database.transaction() as session:
        complete_task(session, house.platform, 4711, "E001", {})


def test_free_text_stays_out_of_the_process(house: House) -> None:
    task = with_silent_source(house)

    complete(house, task, "E001", exchange_decision="proceed", opinion="已电话联系，对方设备故障")

    with house.database.reading() as session:
        stored = session.scalars(select(HumanTask).where(HumanTask.id == task.id)).one()
    assert result_of(house.platform.vault, stored) == {
        "exchange_decision": "proceed",
        "opinion": "已电话联系，对方设备故障",
    }
