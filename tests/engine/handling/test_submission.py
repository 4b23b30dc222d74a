"""Material brought by a courier (DB32 图1) and sent over the line (图2): people take it to the report."""

import pytest
from sqlalchemy import select

from engine.domain.errors import CommissionDiffers, ReviewerMustDiffer
from engine.store.documents import Document
from engine.store.human_tasks import HumanTask, result_of
from tests.builders import a_commission
from tests.engine.handling.desk import COURIER, FIRST, FRONT, SECOND, Desk, a_paper_submission
from tests.engine.house import House


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def tasks(desk: Desk) -> list[HumanTask]:
    with desk.house.database.reading() as session:
        return list(session.scalars(select(HumanTask).order_by(HumanTask.id)))


@pytest.mark.clause("J 6.2.2.1 Fig 1", "M 6.1 Fig 1", "M 6.1 a", "M 6.1 b", "M 6.1 d", "M 4.2 a", "J 4.3-1")
def test_a_household_goes_from_the_courier_to_the_archive(any_house: House) -> None:
    desk = Desk(any_house)

    desk.bring()
    desk.review()
    desk.confirm()

    assert desk.state == "closed"
    assert desk.ends() == [("finished", "verification_closed")]
    assert [(task.element_id, task.post, task.completed_by) for task in tasks(desk)] == [
        ("register_submission", "前台服务岗", FRONT),
        ("first_review", "受理岗", FIRST),
        ("second_review", "受理岗", SECOND),
    ]


@pytest.mark.clause("J 6.2.2.2 Fig 2", "M 6.1 Fig 1", "J 4.3-2")
def test_a_household_sent_over_the_line_is_reviewed_and_verified_by_staff(house: House) -> None:
    desk = Desk(house)

    desk.send()
    desk.review()
    desk.confirm()

    assert desk.state == "closed"
    assert desk.ends() == [("finished", "verification_closed")]
    assert [task.element_id for task in tasks(desk)] == ["first_review", "second_review"]


@pytest.mark.clause("J 6.2.2.1 Fig 1")
def test_the_courier_and_the_papers_stay_with_the_case(desk: Desk) -> None:
    desk.bring()

    (registered, _) = tasks(desk)
    kept = result_of(desk.house.platform.vault, registered)
    with desk.house.database.reading() as session:
        scans = session.scalars(select(Document).where(Document.kind == "scan")).all()
    assert kept is not None
    assert kept["courier"] == {"name": COURIER.name, "phone": COURIER.phone, "staff_no": "U900"}
    assert {scan.name for scan in scans} == {"核对授权书.pdf", "核对委托书.pdf"}
    assert {scan["digest"] for scan in kept["papers"]} == {scan.digest for scan in scans}  # type: ignore[attr-defined]


def test_the_courier_is_named_in_no_table_in_the_clear(desk: Desk) -> None:
    desk.bring()

    (registered, _) = tasks(desk)
    assert registered.result is not None
    assert COURIER.name.encode() not in registered.result
    assert COURIER.name not in str([event.facts for event in desk.audited("submission_registered")])


def test_the_same_paper_twice_is_one_case_and_other_content_is_refused(desk: Desk) -> None:
    first = desk.bring()

    again = desk.bring()

    assert (again.is_new, again.case.id) == (False, first.case.id)
    with pytest.raises(CommissionDiffers):
        desk.bring(a_paper_submission(digest="f" * 64))


def test_the_same_material_over_the_line_twice_is_one_case(desk: Desk) -> None:
    first = desk.send()

    again = desk.send()

    assert (again.is_new, again.case.id) == (False, first.case.id)


@pytest.mark.clause("M 6.1 b")
def test_the_second_review_by_the_first_reviewer_is_refused(desk: Desk) -> None:
    desk.bring()
    desk.do("first_review", FIRST, first_passed=True)

    with pytest.raises(ReviewerMustDiffer):
        desk.do("second_review", FIRST, second_passed=True)

    assert desk.task("second_review").state == "open"


def test_reviews_of_the_unit_do_not_replace_those_of_our_staff(desk: Desk) -> None:
    desk.send(a_commission())

    assert desk.task("first_review").post == "受理岗"
