"""Suspension (中止) in people's hands: the unit says continue, withdraw or supplement, by letter or not."""

import pytest

from engine.domain.errors import MaterialsIncomplete, NotWaiting
from engine.handling.messages import give_instruction
from engine.store.human_tasks import HumanTask
from tests.builders import a_commission, a_household, an_authorisation
from tests.engine.handling.desk import CERTIFIER, FRONT, Desk
from tests.engine.house import UNIT_CODE, House

ALONE = a_commission(a_household(members=1), reviews=())
WITH_WIFE = a_commission(a_household(members=2), reviews=())


@pytest.fixture
def desk(house: House) -> Desk:
    """A case that is suspended: the head is married to somebody the commission does not name."""
    desk = Desk(house)
    desk.marry_somebody_undeclared()
    desk.send(ALONE)
    desk.review()
    return desk


def divorce(desk: Desk) -> None:
    """The register says nothing of a marriage any more, so that the next evaluation is not suspended."""
    desk.house.sources["MZ"].records.clear()


@pytest.mark.clause("M 6.3 b", "M 6.3 c")
def test_the_unit_is_told_of_the_suspension_and_what_it_may_choose(desk: Desk) -> None:
    (told,) = desk.house.units.bodies("verification.suspended")

    assert told["data"]["choices"] == ["continue", "withdraw", "supplement"]  # type: ignore[index]
    assert desk.state == "suspended"
    assert desk.task("suspension_instruction").post == "核证岗"


@pytest.mark.clause("M 6.3 c", "M 6.3 Fig 3")
@pytest.mark.parametrize(
    ("instruction", "besides", "end"),
    [("continue", {}, "issued"), ("withdraw", {"withdraw_reason": "家庭已外迁"}, "withdrawn")],
)
def test_an_instruction_by_letter_is_registered_by_the_certification_post(
    desk: Desk, instruction: str, besides: dict[str, object], end: str
) -> None:
    desk.do("suspension_instruction", CERTIFIER, instruction=instruction, **besides)

    assert desk.state == end


@pytest.mark.clause("M 6.3 c", "M 6.3 Fig 3")
@pytest.mark.parametrize(("instruction", "end"), [("continue", "issued"), ("withdraw", "withdrawn")])
def test_an_instruction_over_the_line_takes_the_task_from_the_post(
    desk: Desk, instruction: str, end: str
) -> None:
    task = desk.task("suspension_instruction")

    desk.instruct(instruction)

    assert desk.state == end
    with desk.house.database.reading() as session:
        assert session.get_one(HumanTask, task.id).state == "cancelled"


def test_an_instruction_over_the_line_after_the_letter_was_registered_is_refused(desk: Desk) -> None:
    suspension = desk.house.units.delivered[-1].message_id
    desk.do("suspension_instruction", CERTIFIER, instruction="supplement", supplement_due_on="2026-11-30")

    with desk.house.database.transaction() as session, pytest.raises(NotWaiting):
        give_instruction(session, desk.house.platform, UNIT_CODE, desk.number, "withdraw", suspension)

    desk.send_again(a_commission(a_household(members=1), reviews=(), purpose="申请最低生活保障（补充）"))
    assert desk.task("suspension_instruction").state == "open"


@pytest.mark.clause("M 6.3 c")
def test_a_withdrawn_case_ends_without_a_report(desk: Desk) -> None:
    desk.instruct("withdraw")

    assert desk.ends() == [("finished", "commission_withdrawn")]
    assert desk.house.renderer.rendered == []


@pytest.mark.clause("M 6.3 c", "M 6.3 note", "M 6.2 a")
def test_supplemented_material_over_the_line_is_queried_and_verified_anew(any_house: House) -> None:
    desk = Desk(any_house)
    desk.marry_somebody_undeclared()
    desk.send(ALONE)
    desk.review()
    desk.instruct("supplement")
    divorce(desk)
    assert desk.task("supplement").post == "受理岗"

    desk.send_again(WITH_WIFE)
    desk.confirm()

    assert desk.state == "closed"
    asked = [{row.person for row in request.rows} for request, _ in desk.house.sources["MZ"].asked]
    assert asked == [{"p1"}, {"p1", "p2"}]
    assert desk.path().count("evaluate_household") == 2


@pytest.mark.clause("M 6.3 c", "M 6.3 note")
def test_supplemented_material_a_courier_brings_is_registered_and_verified_anew(desk: Desk) -> None:
    desk.do("suspension_instruction", CERTIFIER, instruction="supplement", supplement_due_on="2026-11-30")
    divorce(desk)

    desk.bring_again(WITH_WIFE)

    assert desk.state == "issued"
    assert desk.task_owner("supplement") == FRONT


@pytest.mark.clause("M 6.3 note", "M 6.1 b")
def test_supplemented_material_with_defects_is_refused_with_the_reasons(desk: Desk) -> None:
    desk.instruct("supplement")
    unsigned = (an_authorisation(evidence=None),)

    with pytest.raises(MaterialsIncomplete) as refused:
        desk.send_again(a_commission(a_household(members=2), authorisations=unsigned, reviews=()))

    assert {defect.code for defect in refused.value.facts["defects"]} == {"confirmation_missing"}  # type: ignore[attr-defined]
    assert desk.state == "suspended"


def test_a_case_may_be_suspended_again_after_a_supplement(desk: Desk) -> None:
    desk.instruct("supplement")
    desk.send_again(a_commission(a_household(members=1), reviews=(), purpose="申请最低生活保障（补充）"))

    assert desk.state == "suspended"
    desk.instruct("continue")

    assert desk.state == "issued"
