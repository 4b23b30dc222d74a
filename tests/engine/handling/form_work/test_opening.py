"""A task opened to work on it: what its page knows, and what its form is told of the case."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.domain.authority import NotYourPost
from engine.domain.errors import NotWaiting, ReviewerMustDiffer
from engine.form_definitions.components import Field, Repetition, keyed
from engine.handling.authority import TaskTaken
from engine.handling.claiming import Seen, TaskChanged, claim
from engine.handling.form_work.checking import FormNotInOrder, make_ready
from engine.handling.form_work.drafting import (
    Filled,
    drop_old_drafts,
    keep_draft,
    open_draft,
    task_subject,
)
from engine.handling.form_work.facts import FACTS, names_in
from engine.handling.form_work.opening import OpenTask, Sheet, open_task, sheet_of
from engine.handling.form_work.sending import send_task
from engine.ports import PermanentFailure
from engine.store.drafts import FormDraft
from engine.store.human_tasks import HumanTask, result_of, task_as_it_is
from tests.builders import UNIT
from tests.engine.handling.desk import FIRST, SECOND, Desk
from tests.engine.house import FORMS, House
from tests.staff import the_person


@pytest.fixture
def desk(house: House) -> Desk:
    desk = Desk(house)
    desk.bring()
    return desk


def opened(desk: Desk, task: HumanTask, name: str) -> OpenTask:
    with desk.house.database.reading() as session:
        return open_task(session, desk.house.platform, task.id, the_person(desk.house, name))


def sheet(desk: Desk, task: HumanTask, name: str) -> Sheet:
    with desk.house.database.reading() as session:
        return sheet_of(session, desk.house.platform, task.id, the_person(desk.house, name))


def claimed(desk: Desk, element: str, name: str) -> HumanTask:
    task, house = desk.task(element), desk.house
    with house.database.transaction() as session:
        claim(session, Seen(task.id, task.version), the_person(house, name), house.clock.now())
    return desk.task(element)


def send(desk: Desk, task: HumanTask, name: str, **values: object) -> None:
    house = desk.house
    ready = make_ready(house.platform, house.platform.forms[task.form], Filled(values))
    with house.database.transaction() as session:
        send_task(session, house.platform, Seen(task.id, task.version), name, ready)
    house.work()


def drafts(desk: Desk) -> list[str]:
    with desk.house.database.reading() as session:
        return list(session.scalars(select(FormDraft.subject)))


def kept(desk: Desk, task: HumanTask, name: str, **values: object) -> None:
    house, form = desk.house, FORMS[task.form]
    with house.database.transaction() as session:
        keep_draft(session, house.platform, name, task_subject(task.id), form, Filled(values))


def test_only_who_has_a_task_may_fill_it_in(desk: Desk) -> None:
    free = opened(desk, desk.task("first_review"), FIRST)
    task = claimed(desk, "first_review", FIRST)
    mine, theirs = opened(desk, task, FIRST), opened(desk, task, SECOND)

    assert (free.may_fill, free.possible.may_claim) == (False, True)
    assert (mine.may_fill, mine.colleagues) == (True, ("A002", "A003", "F001"))
    assert (theirs.may_fill, theirs.possible.may_claim, theirs.colleagues) == (False, False, ())


def test_what_is_refused_is_refused_before_anything_is_read_from_the_page(desk: Desk) -> None:
    task = claimed(desk, "first_review", FIRST)

    with pytest.raises(TaskTaken):
        sheet(desk, task, SECOND)
    with pytest.raises(NotYourPost):
        sheet(desk, task, "K001")
    send(desk, task, FIRST, first_passed=True)
    with pytest.raises(NotWaiting):
        sheet(desk, task, FIRST)


@pytest.mark.clause("M 6.1 b")
def test_the_first_reviewer_sees_why_the_second_review_is_not_theirs(desk: Desk) -> None:
    send(desk, claimed(desk, "first_review", FIRST), FIRST, first_passed=True)
    second = desk.task("second_review")

    work = opened(desk, second, FIRST)

    assert isinstance(work.possible.refusal, ReviewerMustDiffer)
    with pytest.raises(ReviewerMustDiffer):
        sheet(desk, second, FIRST)


def test_what_was_decided_before_is_there_with_the_answers_that_were_given(desk: Desk) -> None:
    send(
        desk,
        claimed(desk, "first_review", FIRST),
        FIRST,
        first_passed=False,
        reasons=["seal_missing"],
        opinion="缺公章",
    )

    opinions = opened(desk, desk.task("second_review"), SECOND).opinions

    assert [(opinion.name, opinion.worker) for opinion in opinions] == [
        ("第一次审核", FIRST),
        ("登记人工递交", "F001"),
    ]
    assert opinions[0].form is not None
    assert [part.key for part in keyed(opinions[0].form.components)] == ["first_passed", "reasons", "opinion"]
    assert opinions[1].form is None


def test_a_task_that_is_done_shows_what_was_sent(desk: Desk) -> None:
    task = claimed(desk, "first_review", FIRST)
    send(desk, task, FIRST, first_passed=True)

    work = opened(desk, task, SECOND)

    assert work.done is not None
    assert (work.done.worker, dict(work.done.answers)["first_passed"]) == (FIRST, True)


def test_the_page_says_what_the_designer_wrote_without_the_names_of_variables(desk: Desk) -> None:
    work = opened(desk, desk.task("first_review"), FIRST)

    assert work.instructions == "MZ/T 072-2016 6.1 b)：审核核对申请材料的合法性和完整性，第一次。"
    assert {paper.name for paper in work.papers} == {"核对授权书.pdf", "核对委托书.pdf"}
    assert (work.line.head, work.line.task.unit_name) == ("赵*", UNIT)


@pytest.mark.clause("M 6.2 c")
def test_who_contacts_a_source_sees_what_it_has_not_answered(desk: Desk) -> None:
    desk.house.sources["RS"].failures = [PermanentFailure("refused")] * 9
    desk.review()

    work = opened(desk, desk.task("contact_source"), "E001")

    assert work.facts["missing_answers"].startswith("人社部门：在职人员信息、")


def test_every_fact_a_form_asks_for_is_known() -> None:
    asked = frozenset().union(*(names_in(form.components) for form in FORMS.values()))

    assert asked == {"household", "missing_answers"}
    assert asked <= FACTS.keys()
    assert all(
        isinstance(part, Field | Repetition) for form in FORMS.values() for part in keyed(form.components)
    )


def test_a_draft_is_its_authors_and_of_this_form(desk: Desk) -> None:
    task = claimed(desk, "first_review", FIRST)
    kept(desk, task, FIRST, opinion="先记一句")

    mine = opened(desk, task, FIRST).draft
    with desk.house.database.reading() as session:
        platform, subject = desk.house.platform, task_subject(task.id)
        theirs = open_draft(session, platform, SECOND, subject, FORMS["first_review"])
        of_another = open_draft(session, platform, FIRST, subject, FORMS["second_review"])

    assert mine is not None
    assert mine.values == {"opinion": "先记一句"}
    assert (theirs, of_another) == (None, None)


def test_what_was_sent_is_no_draft_any_more(desk: Desk) -> None:
    task = claimed(desk, "first_review", FIRST)
    kept(desk, task, FIRST, opinion="先记一句")

    send(desk, task, FIRST, first_passed=True)

    assert drafts(desk) == []


def test_a_refused_sending_leaves_task_draft_and_case_as_they_were(desk: Desk) -> None:
    task = claimed(desk, "first_review", FIRST)
    kept(desk, task, FIRST, opinion="先记一句")
    task.version -= 1

    with pytest.raises(TaskChanged):
        send(desk, task, FIRST, first_passed=True)

    assert drafts(desk) == [task_subject(task.id)]
    with desk.house.database.reading() as session:
        now = task_as_it_is(session, task.id)
    assert (now.state, result_of(desk.house.platform.vault, now)) == ("open", None)
    assert desk.task("first_review").owner == FIRST


def test_drafts_nobody_came_back_to_are_dropped_after_thirty_days(desk: Desk) -> None:
    task, house = claimed(desk, "first_review", FIRST), desk.house
    kept(desk, task, FIRST, opinion="旧的")
    house.clock.pass_time(days=29)
    kept(desk, task, SECOND, opinion="新的")

    with house.database.transaction() as session:
        early = drop_old_drafts(session, house.clock.now())
    with house.database.transaction() as session:
        late = drop_old_drafts(session, house.clock.now() + timedelta(days=2))

    assert (early, late) == (0, 1)
    assert len(drafts(desk)) == 1


def test_what_is_wrong_is_told_by_field(desk: Desk) -> None:
    with pytest.raises(FormNotInOrder) as raised:
        make_ready(desk.house.platform, FORMS["first_review"], Filled({"opinion": "长" * 501}))

    assert [problem.field for problem in raised.value.problems] == ["first_passed", "opinion"]


def test_two_tasks_of_the_same_id_have_each_its_own_instructions(desk: Desk) -> None:
    desk.refuse("list_missing")

    assert "补正" in opened(desk, desk.task("supplement"), "F001").instructions
