"""Returned material (退回) is mended and handed in again: the same case, the same number, a new revision."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.domain.commission import Commission
from engine.domain.errors import NotFound, NotWaiting
from engine.handling.resubmission import OtherCommission, register_supplement, resubmit
from engine.store.cases import commission_of, commission_revisions
from engine.store.people_index import cases_of_id_number
from engine.supervision.watchdog import watch
from tests.builders import a_commission, a_household
from tests.engine.handling.desk import FIRST, FRONT, SECOND, Desk, a_paper_submission
from tests.engine.house import UNIT_CODE, House

MENDED = a_commission(a_household(members=3), reviews=())


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def revisions(desk: Desk) -> list[int]:
    with desk.house.database.reading() as session:
        papers = commission_revisions(session, desk.house.platform.vault, desk.case().id)
    return [paper.revision for paper in papers]


def latest(desk: Desk) -> Commission:
    with desk.house.database.reading() as session:
        return commission_of(session, desk.house.platform.vault, desk.case().id)


def reasons_told(desk: Desk) -> list[dict[str, str]]:
    data = desk.house.units.bodies("application.returned")[-1]["data"]
    return data["reasons"]  # type: ignore[index,no-any-return]


@pytest.mark.clause("M 6.1 c")
def test_the_unit_is_told_the_reasons_the_reviewers_chose_in_words_with_their_clauses(desk: Desk) -> None:
    desk.bring()

    desk.refuse("seal_missing", "identity_copy_missing")

    assert [(reason["code"], reason["clause"]) for reason in reasons_told(desk)] == [
        ("seal_missing", "A.2 i"),
        ("identity_copy_missing", "A.3 b"),
    ]
    assert "公章" in reasons_told(desk)[0]["message"]
    assert desk.state == "returned"


@pytest.mark.clause("M 6.1 b", "M 6.1 c")
def test_what_the_check_of_annex_a_finds_goes_back_without_a_review(desk: Desk) -> None:
    desk.bring(a_paper_submission(a_commission(letter=None, reviews=())))

    desk.do("return_application", FIRST, reasons=["letter_missing"])

    assert [reason["code"] for reason in reasons_told(desk)] == ["letter_missing", "letter_missing"]
    assert "first_review" not in desk.path()


@pytest.mark.clause("M 6.1 Fig 1", "M 6.1 c", "J 6.2.2.1 Fig 1")
def test_mended_material_a_courier_brings_is_reviewed_anew_in_the_same_case(any_house: House) -> None:
    desk = Desk(any_house)
    desk.bring()
    number = desk.case().case_no
    desk.refuse("list_missing")

    desk.bring_again(MENDED)
    desk.review()
    desk.confirm()

    assert (desk.case().case_no, desk.state) == (number, "closed")
    assert revisions(desk) == [1, 2]
    assert len(latest(desk).household.persons) == 3
    assert desk.path().count("check_materials") == 2
    assert desk.task_owner("supplement") == FRONT


@pytest.mark.clause("M 6.1 c", "J 6.2.2.2 Fig 2")
def test_mended_material_over_the_line_takes_the_task_from_the_front_desk(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")
    assert desk.task("supplement").post == "前台服务岗"

    desk.send_again(MENDED)

    assert desk.state == "received"
    assert desk.task("first_review").state == "open"
    desk.review()
    desk.confirm()
    assert desk.state == "closed"


def test_the_archive_holds_every_revision(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")
    desk.send_again(MENDED)
    desk.review()
    desk.confirm()

    (package,) = desk.house.documents.published.values()

    assert b"commission/1.json" in package
    assert b"commission/2.json" in package


def test_the_same_mended_material_twice_is_taken_once(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")

    desk.send_again(MENDED)
    desk.send_again(MENDED)

    assert revisions(desk) == [1, 2]


def test_a_second_mending_before_the_first_was_taken_up_is_refused(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")
    with desk.house.database.transaction() as session:
        resubmit(session, desk.house.platform, UNIT_CODE, MENDED, "e" * 64)

    with pytest.raises(NotWaiting):
        desk.send_again(a_commission(reviews=()), "f" * 64)


def test_a_courier_cannot_bring_what_has_come_over_the_line_meanwhile(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")
    with desk.house.database.transaction() as session:
        resubmit(session, desk.house.platform, UNIT_CODE, MENDED, "e" * 64)

    with pytest.raises(NotWaiting):
        desk.bring_again(MENDED, "f" * 64)

    assert revisions(desk) == [1, 2]


def test_material_nobody_waits_for_is_refused(desk: Desk) -> None:
    desk.send()

    with pytest.raises(NotWaiting):
        desk.send_again(MENDED)
    with pytest.raises(NotFound):
        desk.send_again(replace(MENDED, number="WT-unknown"))
    task = desk.task("first_review")
    with pytest.raises(NotFound), desk.house.database.transaction() as session:
        register_supplement(session, desk.house.platform, task.id, a_paper_submission(), FRONT, {})


def test_mended_material_for_another_service_is_another_commission(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")

    with pytest.raises(OtherCommission):
        desk.send_again(replace(MENDED, service="ad"))


@pytest.mark.clause("M 6.1 b")
def test_the_reviews_of_the_second_round_are_by_two_people_again(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")
    desk.send_again(MENDED)

    desk.do("first_review", FIRST, first_passed=True)
    desk.do("second_review", SECOND, second_passed=True)

    assert desk.state == "issued"


@pytest.mark.clause("M 6.1 c")
def test_material_that_is_not_mended_in_ten_working_days_ends_the_application(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")
    end = datetime(2026, 12, 4, 16, tzinfo=UTC)

    desk.wait_until(end - timedelta(minutes=1))
    still_open = desk.case().closed_at
    desk.wait_until(end)

    assert still_open is None
    assert (desk.state, desk.case().closed_at) == ("returned", end)
    assert desk.ends() == [("finished", "application_returned")]
    with pytest.raises(NotWaiting):
        desk.send_again(MENDED)


def test_a_case_that_waits_for_mended_material_is_no_incident(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")

    with desk.house.database.transaction() as session:
        seen = watch(session, desk.house.clock.now())

    assert (seen.raised, seen.woken) == (0, 0)


def test_every_person_of_every_revision_is_found_by_the_identity_number(desk: Desk) -> None:
    desk.send()
    desk.refuse("list_missing")
    desk.send_again(MENDED)

    with desk.house.database.reading() as session:
        found = {
            person.ref: cases_of_id_number(session, desk.house.platform.vault, person.id_no)
            for person in MENDED.household.persons
        }

    assert found == {"p1": [1], "p2": [1], "p3": [1]}
