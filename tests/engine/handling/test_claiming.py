"""Claiming and handing on: post, stand-in, four eyes by person, one winner, many at once."""

import threading

import pytest
from sqlalchemy import select, update

from engine.domain.authority import NotAuthorised, NotYourPost, Person
from engine.domain.errors import NotFound, ReviewerMustDiffer, RuleViolation
from engine.domain.posts import (
    ACCEPTANCE,
    ALL_POSTS,
    EXCHANGE,
    FRONT_DESK,
    SUPERVISOR,
)
from engine.handling.authority import TaskSuspended, TaskTaken, check_completion
from engine.handling.claiming import (
    Seen,
    TaskChanged,
    TooManyAtOnce,
    claim,
    for_each,
    give_back,
    resume,
    suspend,
    transfer,
)
from engine.store.audit import AuditEvent
from engine.store.human_tasks import HumanTask, TaskState, open_tasks, task_as_it_is
from tests.builders import a_commission
from tests.engine.house import House
from tests.staff import employ, the_person


def the_first_review(house: House, number: str = "WT-1") -> HumanTask:
    house.receive(a_commission(number=number, reviews=()))
    house.work()
    with house.database.reading() as session:
        return open_tasks(session)[-1]


def the_second_review(house: House, first: HumanTask, by: str, in_place_of: str | None = None) -> HumanTask:
    """The same case after somebody's first review: as the tables say it."""
    with house.database.transaction() as session:
        done = update(HumanTask).where(HumanTask.id == first.id)
        session.execute(done.values(state=TaskState.COMPLETED, completed_by=by, in_place_of=in_place_of))
        second = HumanTask(
            case_id=first.case_id,
            instance_id=first.instance_id,
            task_id="second",
            element_id="second_review",
            name="第二次审核",
            post=ACCEPTANCE,
            form="second_review",
            state=TaskState.OPEN,
            created_at=first.created_at,
        )
        session.add(second)
        session.flush()
        return second


def now_of(house: House, task: HumanTask) -> HumanTask:
    with house.database.reading() as session:
        return task_as_it_is(session, task.id)


def seen(house: House, task: HumanTask) -> Seen:
    return Seen(task.id, now_of(house, task).version)


def act(house: House, what, task: HumanTask, who: str, *more: str) -> None:  # type: ignore[no-untyped-def]
    page, person = seen(house, task), the_person(house, who)
    with house.database.transaction() as session:
        what(session, page, person, *more, house.clock.now())


@pytest.mark.clause("M 4.2 a")
def test_who_holds_the_post_claims_and_gives_back(any_house: House) -> None:
    task = the_first_review(any_house)
    employ(any_house, "N001", ACCEPTANCE)

    act(any_house, claim, task, "N001")
    claimed = now_of(any_house, task)
    act(any_house, give_back, task, "N001")
    free = now_of(any_house, task)

    assert (claimed.owner, claimed.claimed_at, claimed.version) == ("N001", any_house.clock.now(), 1)
    assert (free.owner, free.claimed_at, free.transferred_from) == (None, None, "N001")


@pytest.mark.parametrize("post", ALL_POSTS)
def test_a_review_is_for_the_post_of_its_lane_and_those_that_do_its_work(house: House, post: str) -> None:
    task = the_first_review(house)
    employ(house, "N001", post)
    may = post in (ACCEPTANCE, FRONT_DESK)

    try:
        act(house, claim, task, "N001")
    except NotYourPost:
        assert not may
    else:
        assert may


def test_nobody_without_an_account_and_nobody_closed_claims(house: House) -> None:
    task = the_first_review(house)

    for stranger in (the_person(house, "N001"), Person("N001", ())):
        with pytest.raises(NotYourPost), house.database.transaction() as session:
            claim(session, seen(house, task), stranger, house.clock.now())


def test_a_second_claimer_is_told_that_it_is_taken(house: House) -> None:
    task = the_first_review(house)
    employ(house, "N001", ACCEPTANCE)
    employ(house, "N002", ACCEPTANCE)
    act(house, claim, task, "N001")

    with pytest.raises(TaskTaken, match="已由他人领取"):
        act(house, claim, task, "N002")
    act(house, claim, task, "N001")

    assert now_of(house, task).version == 1


def test_of_many_who_claim_at_the_same_time_one_gets_it(any_house: House) -> None:
    house = any_house
    task = the_first_review(house)
    names = [f"N{number:03d}" for number in range(8)]
    for name in names:
        employ(house, name, ACCEPTANCE)
    people = [the_person(house, name) for name in names]
    page = seen(house, task)
    results: list[type[RuleViolation] | None] = []

    def grab(person: Person) -> None:
        (outcome,) = for_each(
            house.database.transaction,
            [page],
            lambda session, one: claim(session, one, person, house.clock.now()),
        )
        results.append(type(outcome.refusal) if outcome.refusal else None)

    threads = [threading.Thread(target=grab, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results.count(None) == 1
    assert results.count(TaskTaken) == 7


def test_a_page_from_before_the_last_change_changes_nothing(house: House) -> None:
    task = the_first_review(house)
    employ(house, "N001", ACCEPTANCE)
    old = seen(house, task)
    act(house, claim, task, "N001")
    act(house, give_back, task, "N001")

    with pytest.raises(TaskChanged), house.database.transaction() as session:
        claim(session, old, the_person(house, "N001"), house.clock.now())

    assert now_of(house, task).owner is None


@pytest.mark.clause("M 6.1 b")
def test_the_first_reviewer_gets_the_second_review_by_no_way(any_house: House) -> None:
    house = any_house
    employ(house, "N001", ACCEPTANCE, FRONT_DESK)
    employ(house, "N002", ACCEPTANCE)
    employ(house, "N001", ACCEPTANCE, stands_for="N002")
    employ(house, "S001", SUPERVISOR, ACCEPTANCE)
    second = the_second_review(house, the_first_review(house), by="N001")

    with pytest.raises(ReviewerMustDiffer):
        act(house, claim, second, "N001")
    with pytest.raises(ReviewerMustDiffer):
        act(house, transfer, second, "S001", "N001")
    act(house, claim, second, "N002")
    with pytest.raises(ReviewerMustDiffer):
        act(house, transfer, second, "N002", "N001")
    with pytest.raises(ReviewerMustDiffer), house.database.transaction() as session:
        check_completion(session, task_as_it_is(session, second.id), the_person(house, "N001"))

    assert now_of(house, second).owner == "N002"


@pytest.mark.clause("M 6.1 b")
def test_a_stand_in_and_the_absent_one_count_as_one_pair_of_eyes(house: House) -> None:
    employ(house, "N001", ACCEPTANCE)
    employ(house, "J001", EXCHANGE)
    employ(house, "J001", ACCEPTANCE, stands_for="N001")
    first = the_first_review(house)
    act(house, claim, first, "J001")
    assert now_of(house, first).in_place_of == "N001"
    second = the_second_review(house, first, by="J001", in_place_of="N001")

    for who in ("N001", "J001"):
        with pytest.raises(ReviewerMustDiffer):
            act(house, claim, second, who)


@pytest.mark.clause("M 6.1 b")
def test_both_reviews_open_at_the_same_time_are_not_claimed_by_one(house: House) -> None:
    employ(house, "N001", ACCEPTANCE)
    first = the_first_review(house)
    second = the_second_review(house, first, by="N009")
    with house.database.transaction() as session:
        session.execute(
            update(HumanTask).where(HumanTask.id == first.id).values(state=TaskState.OPEN, completed_by=None)
        )
    act(house, claim, first, "N001")

    with pytest.raises(ReviewerMustDiffer):
        act(house, claim, second, "N001")


@pytest.mark.clause("M 6.1 b")
def test_two_reviews_claimed_by_one_person_at_the_same_moment_are_one(any_house: House) -> None:
    """What is checked and what is written lie under the lock of the case."""
    house = any_house
    employ(house, "N001", ACCEPTANCE)
    first = the_first_review(house)
    second = the_second_review(house, first, by="N009")
    with house.database.transaction() as session:
        again = update(HumanTask).where(HumanTask.id == first.id)
        session.execute(again.values(state=TaskState.OPEN, completed_by=None))
    person, pages = the_person(house, "N001"), [seen(house, first), seen(house, second)]
    start, refusals = threading.Barrier(2), []

    def grab(page: Seen) -> None:
        start.wait()
        (outcome,) = for_each(
            house.database.transaction,
            [page],
            lambda session, one: claim(session, one, person, house.clock.now()),
        )
        refusals.append(type(outcome.refusal))

    threads = [threading.Thread(target=grab, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(kind.__name__ for kind in refusals) == ["NoneType", "ReviewerMustDiffer"]


def test_a_stand_in_works_only_while_the_absent_one_holds_the_post(house: House) -> None:
    task = the_first_review(house)
    employ(house, "N001", EXCHANGE)
    employ(house, "J001", ACCEPTANCE, stands_for="N001")

    with pytest.raises(NotYourPost):
        act(house, claim, task, "J001")
    employ(house, "N001", ACCEPTANCE)
    act(house, claim, task, "J001")

    assert now_of(house, task).in_place_of == "N001"


def test_a_stand_in_takes_over_what_the_absent_one_has(house: House) -> None:
    task = the_first_review(house)
    employ(house, "N001", ACCEPTANCE)
    employ(house, "N002", ACCEPTANCE)
    employ(house, "J001", ACCEPTANCE, stands_for="N001")
    act(house, claim, task, "N001")

    with pytest.raises(NotAuthorised):
        act(house, transfer, task, "N002", "N002")
    act(house, transfer, task, "J001", "J001")

    taken = now_of(house, task)
    assert (taken.owner, taken.in_place_of, taken.transferred_from) == ("J001", "N001", "N001")


def test_a_supervisor_hands_on_what_others_have_but_to_nobody_of_another_post(house: House) -> None:
    task = the_first_review(house)
    employ(house, "N001", ACCEPTANCE)
    employ(house, "N002", ACCEPTANCE)
    employ(house, "L001", EXCHANGE)
    employ(house, "S001", SUPERVISOR)
    act(house, claim, task, "N001")

    with pytest.raises(NotYourPost):
        act(house, transfer, task, "S001", "L001")
    act(house, transfer, task, "S001", "N002")

    assert now_of(house, task).owner == "N002"


def test_what_is_set_aside_is_neither_claimed_nor_completed_until_it_is_taken_up(house: House) -> None:
    task = the_first_review(house)
    employ(house, "N001", ACCEPTANCE)
    employ(house, "N002", ACCEPTANCE)
    act(house, claim, task, "N001")
    act(house, suspend, task, "N001")

    with pytest.raises(TaskSuspended), house.database.transaction() as session:
        check_completion(session, task_as_it_is(session, task.id), the_person(house, "N001"))
    with pytest.raises(NotAuthorised):
        act(house, resume, task, "N002")
    act(house, resume, task, "N001")

    with house.database.transaction() as session:
        check_completion(session, task_as_it_is(session, task.id), the_person(house, "N001"))


def test_many_are_claimed_one_by_one_and_each_refusal_is_told(any_house: House) -> None:
    house = any_house
    employ(house, "N001", ACCEPTANCE)
    employ(house, "N002", ACCEPTANCE)
    tasks = [the_first_review(house, f"WT-{number}") for number in range(4)]
    act(house, claim, tasks[1], "N002")
    person = the_person(house, "N001")
    pages = [*(seen(house, task) for task in tasks), Seen(999_999, 0)]

    outcomes = for_each(
        house.database.transaction,
        pages,
        lambda session, one: claim(session, one, person, house.clock.now()),
    )

    assert [type(outcome.refusal) for outcome in outcomes] == [
        type(None),
        TaskTaken,
        type(None),
        type(None),
        NotFound,
    ]
    assert [now_of(house, task).owner for task in tasks] == ["N001", "N002", "N001", "N001"]
    with pytest.raises(TooManyAtOnce):
        for_each(house.database.transaction, [pages[0]] * 201, lambda session, one: None)


def test_every_change_is_on_record(house: House) -> None:
    task = the_first_review(house)
    employ(house, "N001", ACCEPTANCE)
    employ(house, "N002", ACCEPTANCE)

    act(house, claim, task, "N001")
    act(house, suspend, task, "N001")
    act(house, resume, task, "N001")
    act(house, transfer, task, "N001", "N002")
    act(house, give_back, task, "N002")

    with house.database.reading() as session:
        wanted = select(AuditEvent).where(AuditEvent.action.like("task_%")).order_by(AuditEvent.id)
        events = list(session.scalars(wanted))
    assert [(event.actor, event.action) for event in events] == [
        ("N001", "task_claimed"),
        ("N001", "task_suspended"),
        ("N001", "task_resumed"),
        ("N001", "task_transferred"),
        ("N002", "task_given_back"),
    ]
    assert {event.case_id for event in events} == {task.case_id}
    assert events[3].facts == {"task": task.id, "owner": "N001", "to": "N002"}
