"""The inbox: what each view holds for whom, in which order, and what a person may do with a task."""

from datetime import timedelta

import pytest

from engine.domain.errors import NotFound, ReviewerMustDiffer
from engine.domain.posts import SUPERVISOR
from engine.handling.claiming import Seen, claim, suspend
from engine.handling.inbox import Inbox, Narrowing, View, colleagues_for, look, look_at
from engine.ports import PermanentFailure
from engine.store.human_tasks import HumanTask, open_tasks
from tests.builders import a_commission
from tests.engine.handling.desk import Desk, a_paper_submission
from tests.engine.house import UNIT_CODE, House
from tests.staff import employ, the_person

EVERYTHING = Narrowing()


def inbox_of(house: House, name: str, view: View, narrowing: Narrowing = EVERYTHING, page: int = 1) -> Inbox:
    with house.database.reading() as session:
        return look(session, house.platform, the_person(house, name), view, narrowing, page)


def act(house: House, name: str, task: HumanTask, *doings) -> None:  # type: ignore[no-untyped-def]
    """One after the other, each on the task as it then is."""
    for doing in doings:
        with house.database.transaction() as session:
            known = session.get_one(HumanTask, task.id)
            doing(session, Seen(known.id, known.version), the_person(house, name), house.clock.now())


def test_a_free_task_is_seen_by_the_posts_of_its_lane_only(house: House) -> None:
    Desk(house).send()

    seen = {name: inbox_of(house, name, View.FREE).counts[View.FREE] for name in ("A001", "E001", "F001")}

    assert seen == {"A001": 1, "E001": 0, "F001": 1}  # the front desk does the work of the acceptance too


def test_what_is_claimed_is_mine_and_free_no_more(house: House) -> None:
    Desk(house).send()
    act(house, "A001", inbox_task(house), claim)

    views = {view: [line.task.owner for line in inbox_of(house, "A001", view).lines] for view in View}

    assert views == {
        View.MINE: ["A001"],
        View.FREE: [],
        View.SOON: [],
        View.OVERDUE: [],
        View.SUSPENDED: [],
        View.DONE: [],
    }


def test_what_is_set_aside_is_in_a_view_of_its_own(house: House) -> None:
    Desk(house).send()
    act(house, "A001", inbox_task(house), claim, suspend)

    inbox = inbox_of(house, "A001", View.SUSPENDED)

    assert (len(inbox.lines), inbox.counts[View.MINE], inbox.counts[View.SUSPENDED]) == (1, 0, 1)


def test_a_line_shows_the_household_in_part_and_nothing_of_its_numbers(house: House) -> None:
    reception = Desk(house).send()

    (line,) = inbox_of(house, "A001", View.FREE).lines

    persons = a_commission().household.persons
    head = next(person for person in persons if person.ref == a_commission().household.head)
    assert (line.head, line.persons) == (head.name[0] + "*" * (len(head.name) - 1), len(persons))
    assert line.task.case_no == reception.case.case_no
    assert head.id_no not in repr(line)


@pytest.mark.clause("J 6.2.2 limit")
def test_a_limit_comes_near_and_is_passed_in_the_views_of_the_lane_and_of_the_supervisor(
    house: House,
) -> None:
    desk = Desk(house)
    desk.bring(a_paper_submission())
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    desk.review()
    employ(house, "S001", SUPERVISOR)
    task = inbox_task(house)
    assert task.due_at is not None
    seen = []

    for moment in (task.created_at, task.due_at - timedelta(days=1), task.due_at + timedelta(days=3)):
        desk.wait_until(moment)
        seen.append(
            {name: (counts[View.SOON], counts[View.OVERDUE]) for name, counts in counts_of_everybody(house)}
        )

    nothing = (0, 0)
    assert seen[0] == {"E001": nothing, "S001": nothing, "A001": nothing}
    assert seen[1] == {"E001": (1, 0), "S001": (1, 0), "A001": nothing}
    assert seen[2] == {"E001": (0, 1), "S001": (0, 1), "A001": nothing}


def counts_of_everybody(house: House):  # type: ignore[no-untyped-def]
    return [(name, inbox_of(house, name, View.MINE).counts) for name in ("E001", "S001", "A001")]


def inbox_task(house: House) -> HumanTask:
    with house.database.reading() as session:
        return open_tasks(session)[-1]


def test_how_many_working_days_are_left_or_over_is_said(house: House) -> None:
    desk = Desk(house)
    desk.bring(a_paper_submission())
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    desk.review()
    due_at = inbox_task(house).due_at
    assert due_at is not None
    shown = []

    for moment in (due_at - timedelta(hours=1), due_at, due_at + timedelta(days=7)):
        house.clock.moment = moment
        (line,) = inbox_of(house, "E001", View.FREE).lines
        assert line.limit is not None
        shown.append((line.limit.is_over, line.limit.is_near, line.limit.days))

    assert shown == [(False, True, 0), (True, False, 0), (True, False, 5)]  # it ends with a Friday


def test_a_view_is_narrowed_by_service_unit_and_lane(house: House) -> None:
    desk = Desk(house)
    desk.send(a_commission(number="WT-1", reviews=()), "1" * 64)
    desk.send(a_commission(number="WT-2", reviews=(), service="ab"), "2" * 64)
    found = {}

    for narrowing in (
        Narrowing(service="ab"),
        Narrowing(unit_code=UNIT_CODE),
        Narrowing(unit_code="999999999"),
        Narrowing(lane="受理岗"),
        Narrowing(lane="核证岗"),
    ):
        found[narrowing] = len(inbox_of(house, "F001", View.FREE, narrowing).lines)

    assert list(found.values()) == [1, 2, 0, 2, 0]


def test_pages_hold_fifty_and_say_whether_there_are_more(house: House) -> None:
    for number in range(53):
        house.receive(a_commission(number=f"WT-{number}", reviews=()), f"{number:064d}")
    house.work(rounds=90)

    first, second = (inbox_of(house, "A001", View.FREE, page=page) for page in (1, 2))
    numbers = [line.task.case_no for line in (*first.lines, *second.lines)]

    assert (len(first.lines), first.has_more) == (50, True)
    assert (len(second.lines), second.has_more) == (3, False)
    assert numbers == sorted(set(numbers))  # oldest first, none twice, none left out


def test_what_is_done_is_shown_latest_first(house: House) -> None:
    desk = Desk(house)
    for number in (1, 2):
        house.clock.moment += timedelta(hours=1)
        desk.send(a_commission(number=f"WT-{number}", reviews=()), f"{number}" * 64)
        desk.do("first_review", "A001", first_passed=True)
        desk.do("second_review", "A002", second_passed=True)

    done = inbox_of(house, "A001", View.DONE)

    assert [line.task.case_no[-1] for line in done.lines] == ["2", "1"]
    assert View.DONE not in done.counts


@pytest.mark.clause("M 6.1 b")
def test_four_eyes_are_said_before_anybody_tries(house: House) -> None:
    desk = Desk(house)
    desk.send()
    desk.do("first_review", "A001", first_passed=True)
    task = inbox_task(house)

    with house.database.reading() as session:
        _, possible = look_at(session, house.platform, the_person(house, "A001"), task.id)
        _, of_another = look_at(session, house.platform, the_person(house, "A002"), task.id)
        colleagues = colleagues_for(session, task.id, house.clock.now())

    assert isinstance(possible.refusal, ReviewerMustDiffer)
    assert (possible.may_claim, of_another.may_claim) == (False, True)
    assert "A001" not in colleagues
    assert {"A002", "A003"} <= set(colleagues)


def test_who_reads_no_cases_finds_no_task(house: House) -> None:
    Desk(house).send()
    employ(house, "N001")

    with house.database.reading() as session, pytest.raises(NotFound):
        look_at(session, house.platform, the_person(house, "N001"), inbox_task(house).id)
