"""Who may complete a task: post by lane by owner by state, cell by cell."""

from collections.abc import Iterator
from itertools import product

from engine.domain.authority import NotYourPost
from engine.domain.errors import NotWaiting, RuleViolation
from engine.domain.posts import (
    ACCEPTANCE,
    ALL_POSTS,
    BACK_OFFICE,
    CERTIFICATION,
    EXCHANGE,
    FRONT_DESK,
    REPORT,
    SUPERVISOR,
)
from engine.handling.authority import TaskTaken, check_completion
from engine.store.human_tasks import TaskState, open_tasks, task_as_it_is
from tests.builders import a_commission
from tests.engine.house import House
from tests.staff import employ, the_person

STATES = (TaskState.OPEN, TaskState.COMPLETED, TaskState.CANCELLED)
OWNERS = ("nobody", "N001", "somebody")
LANES = (ACCEPTANCE, EXCHANGE, CERTIFICATION, REPORT, SUPERVISOR)
COVERED = {FRONT_DESK: {ACCEPTANCE}, BACK_OFFICE: {EXCHANGE, CERTIFICATION, REPORT}}


def cells() -> Iterator[tuple[str, str, str, TaskState]]:
    yield from product(ALL_POSTS, LANES, OWNERS, STATES)


def test_the_matrix_of_posts_lanes_owners_and_states_holds_cell_by_cell(house: House) -> None:
    house.receive(a_commission(reviews=()))
    house.work()
    with house.database.reading() as session:
        (task,) = open_tasks(session)
    for post in ALL_POSTS:
        employ(house, post, post)
    people = {post: the_person(house, post) for post in ALL_POSTS}
    wrong = {}

    with house.database.transaction() as session:
        row = task_as_it_is(session, task.id)
        for post, lane, owner, state in cells():
            row.post, row.state = lane, state
            row.owner = {"nobody": None, "N001": post, "somebody": "X999"}[owner]
            session.flush()
            expected = _expected(post, lane, owner, state)
            if _outcome(lambda: check_completion(session, row, people[post])) is not expected:  # noqa: B023 - called at once
                wrong[post, lane, owner, state] = expected

    assert wrong == {}
    assert sum(1 for _ in cells()) == 450


def _expected(post: str, lane: str, owner: str, state: TaskState) -> type[RuleViolation] | None:
    if state is not TaskState.OPEN:
        return NotWaiting
    if lane not in {post} | COVERED.get(post, set()):
        return NotYourPost
    return TaskTaken if owner == "somebody" else None


def _outcome(check) -> type[RuleViolation] | None:  # type: ignore[no-untyped-def]
    try:
        check()
    except RuleViolation as refusal:
        return type(refusal)
    return None
