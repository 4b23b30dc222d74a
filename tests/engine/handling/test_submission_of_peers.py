"""Requests of other verification units (其他核对机构): not reviewed, answered directly, without a report."""

import pytest
from sqlalchemy import select

from engine.domain.commission import Commission
from engine.handling.submission import submit_peer_request
from engine.store.reports import Report, ReportCounter
from engine.store.units import CommissioningUnit
from tests.builders import a_commission
from tests.engine.handling.desk import FIRST, Desk
from tests.engine.house import UNIT_CODE, House


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def request(desk: Desk, commission: Commission | None = None, *, answers_for_material: bool = True) -> None:
    with desk.house.database.transaction() as session:
        unit = session.get_one(CommissioningUnit, UNIT_CODE)
        submit_peer_request(
            session,
            desk.house.platform,
            unit,
            commission or a_commission(reviews=()),
            "d" * 64,
            answers_for_material=answers_for_material,
        )
    desk.house.work()


@pytest.mark.clause("M 6.1 note", "M 6.2 note", "M 4.1 d")
def test_a_peer_gets_the_answers_directly_without_review_evaluation_or_number(any_house: House) -> None:
    desk = Desk(any_house)
    desk.employ_the_head()

    request(desk)

    (told,) = desk.house.units.bodies("peer.answered")
    answers = {(answer["person"], answer["item"]): answer for answer in told["data"]["answers"]}  # type: ignore[index]
    assert answers["p1", "RS01"]["status"] == "found"
    assert answers["p2", "RS01"]["status"] == "not_found"
    assert desk.ends() == [("finished", "peer_request_answered")]
    assert desk.state == "closed"
    assert {"check_materials", "first_review", "evaluate_household", "number_report"}.isdisjoint(desk.path())
    with desk.house.database.reading() as session:
        assert session.scalars(select(Report)).all() == session.scalars(select(ReportCounter)).all() == []


@pytest.mark.clause("M 6.1 note")
def test_the_material_of_a_peer_is_its_own_matter(desk: Desk) -> None:
    odd = a_commission(identity_copies=(), materials=(), declaration=None, reviews=())

    request(desk, odd)

    assert desk.state == "closed"


@pytest.mark.clause("M 6.1 note")
def test_without_the_declaration_of_the_peer_the_acceptance_post_asks_for_it(desk: Desk) -> None:
    request(desk, answers_for_material=False)
    assert desk.task("peer_review").post == "受理岗"

    desk.do("peer_review", FIRST, peer_accepted=True, responsibility_confirmed=True)

    assert desk.ends() == [("finished", "peer_request_answered")]


def test_a_peer_that_does_not_answer_for_its_material_gets_its_request_back(desk: Desk) -> None:
    request(desk, answers_for_material=False)

    desk.do("peer_review", FIRST, peer_accepted=False, refusal_reason="unclear", opinion="来函未写明授权")

    (told,) = desk.house.units.bodies("application.returned")
    assert told["data"]["may_resubmit"] is False  # type: ignore[index]
    assert (desk.state, desk.case().closed_at is not None) == ("returned", True)
    assert all(source.asked == [] for source in desk.house.sources.values())


def test_the_same_request_twice_is_one_case(desk: Desk) -> None:
    request(desk)

    request(desk)

    assert len(desk.ends()) == 1
